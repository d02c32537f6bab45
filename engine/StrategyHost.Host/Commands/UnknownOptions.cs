using System.CommandLine;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Commands;

/// <summary>
/// Finds mistyped options before the parser sees them: it would take <c>--sed 5</c> for two strategies. What is found is taken out, so that
/// the rest is still read and its problems are listed too.
/// </summary>
internal static class UnknownOptions
{
    public static (IReadOnlyList<string> Known, IReadOnlyList<Error> Errors) TakeOut(RootCommand root, IReadOnlyList<string> tokens)
    {
        var rest = new List<string>();
        var errors = new List<Error>();
        Command command = root;
        var known = NamesOf(root);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (command.Subcommands.FirstOrDefault(c => c.Name == token) is { } inner)
            {
                command = inner;
                known = [.. NamesOf(root).Concat(NamesOf(inner)).Distinct()];
            }

            if (token == "--")
            {
                rest.AddRange(tokens.Skip(i));
                break;
            }

            var name = NameOf(token);
            if (name is null || known.Contains(name))
            {
                rest.Add(token);
                continue;
            }

            errors.Add(Unknown(name, command, known));
            if (!token.Contains('=', StringComparison.Ordinal) && i + 1 < tokens.Count && NameOf(tokens[i + 1]) is null && !IsScript(tokens[i + 1]))
            {
                i++;
            }
        }

        return (rest, errors);
    }

    /// <summary>The option's name where the token looks like one: <c>--a=b</c> is <c>--a</c>; numbers such as -1 are values.</summary>
    private static string? NameOf(string token)
    {
        if (token.Length < 2 || token[0] != '-' || char.IsAsciiDigit(token[1]) || token[1] == '.')
        {
            return null;
        }

        var end = token.IndexOfAny(['=', ':']);
        return end < 0 ? token : token[..end];
    }

    private static bool IsScript(string token) => token.EndsWith(".js", StringComparison.OrdinalIgnoreCase);

    private static List<string> NamesOf(Command command) => [.. command.Options.SelectMany(o => o.Aliases.Prepend(o.Name))];

    private static Error Unknown(string name, Command command, IEnumerable<string> known)
    {
        var where = command is RootCommand ? "" : $" of '{command.Name}'";
        var names = known.Where(n => n.StartsWith("--", StringComparison.Ordinal));
        return new Error
        {
            Field = name,
            Rule = "unknown_option",
            Message = $"{name} is no option{where}.{NearestName.Hint(name, names)} See --help.",
        };
    }
}
