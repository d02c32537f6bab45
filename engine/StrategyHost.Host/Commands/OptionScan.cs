using System.CommandLine;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Commands;

/// <summary>
/// Finds mistyped options and options without their value before the parser sees them: it would take <c>--sed 5</c> for two strategies, and
/// in <c>--seed --json</c> the second for a seed. What is found is taken out, so that the rest is still read and its problems are listed
/// too.
/// </summary>
internal static class OptionScan
{
    public static (IReadOnlyList<string> Known, IReadOnlyList<Error> Errors) TakeOut(RootCommand root, IReadOnlyList<string> tokens)
    {
        var rest = new List<string>();
        var errors = new List<Error>();
        Command command = root;
        var known = OptionsOf(root);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (command.Subcommands.FirstOrDefault(c => c.Name == token) is { } inner)
            {
                command = inner;
                known = [.. OptionsOf(root), .. OptionsOf(inner)];
            }

            if (token == "--")
            {
                rest.AddRange(tokens.Skip(i));
                break;
            }

            var name = NameOf(token);
            var next = i + 1 < tokens.Count ? tokens[i + 1] : null;
            var option = known.Find(o => o.Name == name).Option;
            if (name is null || (option is not null && !IsValueMissing(option, token, next)))
            {
                rest.Add(token);
                continue;
            }

            errors.Add(option is null ? Unknown(name, command, known.Select(o => o.Name)) : MissingValue(option));
            if (option is null && !token.Contains('=', StringComparison.Ordinal) && next is not null && NameOf(next) is null
                && !IsScript(next))
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

    private static bool IsValueMissing(Option option, string token, string? next) =>
        option.Arity.MinimumNumberOfValues > 0 && token == option.Name && (next is null || NameOf(next) is not null);

    private static bool IsScript(string token) => token.EndsWith(".js", StringComparison.OrdinalIgnoreCase);

    private static List<(string Name, Option Option)> OptionsOf(Command command) =>
        [.. command.Options.SelectMany(o => o.Aliases.Prepend(o.Name).Select(name => (name, o)))];

    private static Error MissingValue(Option option) => new()
    {
        Field = option.Name,
        Rule = "missing_value",
        Message = $"{option.Name} needs a value: {option.HelpName}. See --help.",
    };

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
