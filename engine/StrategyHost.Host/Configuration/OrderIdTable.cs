using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;

namespace StrategyHost.Host.Configuration;

/// <summary>
/// The user's own table of order ids (ADR 26): <c>order-ids.json</c> beside the configuration, a list of
/// <c>{"contains" | "startsWith" | "endsWith": text, "role": role}</c>. Its entries come before the known ones. Strict: every problem is
/// an error, and a file that is not there is none.
/// </summary>
internal static class OrderIdTable
{
    public const string FileName = "order-ids.json";

    /// <summary>Shorter parts would fit ids by chance.</summary>
    private const int LettersMin = 2;
    private const int EntriesMax = 500;
    private static readonly string[] Matches = ["contains", "startsWith", "endsWith"];
    private static readonly string[] Roles = ["entry", "exit", "stop", "target", "trail"];

    /// <summary>The table beside a configuration file; without one, that of the folder <c>config</c>.</summary>
    public static Result<IReadOnlyList<IdPattern>> Read(string? configuration)
    {
        var folder = configuration is null ? "config" : Path.GetDirectoryName(Path.GetFullPath(configuration)) ?? "";
        var file = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(file)
                ? Parse(file, File.ReadAllText(file)) : Result<IReadOnlyList<IdPattern>>.Ok(OrderClassifier.KnownPatterns);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            var message = $"The table of order ids cannot be read: {problem.Message}";
            return new ConfigPlace(file, null, null).Problem("", null, "unreadable_file", message);
        }
    }

    public static Result<IReadOnlyList<IdPattern>> Parse(string file, string text)
    {
        var parsed = ConfigParser.Parse(file, text);
        if (!parsed.IsOk)
        {
            return Result<IReadOnlyList<IdPattern>>.Failed(parsed.Errors);
        }

        var root = parsed.Value;
        if (root.Kind != ConfigKind.Array || root.Items.Count > EntriesMax)
        {
            return root.Place.Problem(
                "", null, "bad_type", $"A table of order ids is a list of at most {EntriesMax} entries, not {root.KindText}.");
        }

        var errors = new List<Error>();
        IdPattern[] own = [.. root.Items.Select((item, i) => Entry(item, $"[{i}]", errors))];
        return errors.Count == 0
            ? Result<IReadOnlyList<IdPattern>>.Ok([.. own, .. OrderClassifier.KnownPatterns])
            : Result<IReadOnlyList<IdPattern>>.Failed(errors);
    }

    private static IdPattern Entry(ConfigNode item, string path, List<Error> errors)
    {
        if (item.Kind != ConfigKind.Object)
        {
            errors.Add(item.Place.Problem(path, null, "bad_type", $"An entry is an object, not {item.KindText}."));
            return default;
        }

        foreach (var field in item.Fields.Where(f => f.Name != "role" && !Matches.Contains(f.Name)))
        {
            var hint = NearestName.Hint(field.Name, [.. Matches, "role"]);
            errors.Add(field.Place.Problem($"{path}.{field.Name}", null, "unknown_key", $"'{field.Name}' is no key of an entry.{hint}"));
        }

        var matches = item.Fields.Where(f => Matches.Contains(f.Name)).ToArray();
        if (matches.Length != 1)
        {
            errors.Add(item.Place.Problem(path, null, "bad_entry", $"An entry has one of {string.Join(", ", Matches)}."));
            return default;
        }

        var role = item.Fields.FirstOrDefault(f => f.Name == "role")?.Value;
        var isRole = role is { Kind: ConfigKind.Text } && Roles.Contains(role.Text);
        if (!isRole)
        {
            errors.Add((role ?? item).Place.Problem(
                $"{path}.role", role?.Text, "bad_choice", $"'role' must be one of {string.Join(", ", Roles)}."));
        }

        var (name, part) = (matches[0].Name, matches[0].Value);
        if (part.Kind != ConfigKind.Text || part.Text.Length < LettersMin)
        {
            errors.Add(part.Place.Problem(
                $"{path}.{name}", part.Text, "bad_value", $"'{name}' must be a text of at least {LettersMin} characters."));
        }

        return isRole // its choices are names of the enums
            ? new IdPattern(part.Text, Enum.Parse<ObservedRole>(role!.Text, ignoreCase: true), Enum.Parse<IdMatch>(name, ignoreCase: true))
            : default;
    }
}
