using System.Diagnostics;
using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Configuration;

/// <summary>
/// Values from the environment over those of the file: <c>STRATEGYHOST__accounts__mirror__proportion=0.25</c> for any key (case counts for
/// nothing, list items by index), and the mission's own names. Where both name one key, the longer form wins.
/// </summary>
internal static class EnvironmentOverrides
{
    public const string Prefix = "STRATEGYHOST__";

    /// <summary>
    /// The mission's switches. Its four key variables need no entry: they are the defaults of apiKeyEnv and apiSecretEnv.
    /// </summary>
    private static readonly (string Variable, string[] Path)[] MissionNames =
    [
        ("ENABLE_MIRROR_TRADING", ["accounts", "mirror", "enabled"]),
        ("ENABLE_DCA", ["risk", "enableDca"]),
        ("ALLOW_MULTIPLE_ENTRIES_SAME_SYMBOL", ["risk", "allowMultipleEntriesSameSymbol"]),
    ];

    public static ConfigNode Apply(ConfigNode root, IReadOnlyDictionary<string, string> environment, List<Error> errors)
    {
        foreach (var (variable, path) in MissionNames)
        {
            if (environment.TryGetValue(variable, out var value) && value.Length > 0)
            {
                root = new Overlay(variable, value, errors).Set(OptionTable.Root, root, path);
            }
        }

        foreach (var (variable, value) in environment.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            if (variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                root = new Overlay(variable, value, errors).Set(OptionTable.Root, root, variable[Prefix.Length..].Split("__"));
            }
        }

        return root;
    }

    /// <summary>One variable on its way down the table.</summary>
    private sealed class Overlay(string variable, string value, List<Error> errors)
    {
        private readonly ConfigPlace _place = new($"environment variable {variable}", null, null);

        public ConfigNode Set(ConfigOption option, ConfigNode node, ReadOnlySpan<string> path)
        {
            if (path.IsEmpty)
            {
                return NodeOf(option) ?? node;
            }

            return option switch
            {
                GroupOption group => SetField(group, node, path),
                MapOption map => SetIn(map.Item, node, path[0].ToUpperInvariant(), path[1..]),
                ListOption list => SetItem(list, node, path),
                OpenOption => node.With(path[0], _place, Scalar()),
                _ => throw new UnreachableException(option.ToString()),
            };
        }

        private ConfigNode SetField(GroupOption group, ConfigNode node, ReadOnlySpan<string> path)
        {
            if (group.FindAnyCase(path[0]) is not { } child)
            {
                return LooksSecret(path[0])
                    ? Refused(node, $"{variable} would set a secret as configuration. Use the variable that apiKeyEnv names.")
                    : Refused(node, $"{variable} names no key: '{path[0]}' is unknown.{NearestName.Hint(path[0], group.Names)}");
            }

            var written = node.Fields.FirstOrDefault(f => child.IsNamed(f.Name))?.Name ?? child.Name;
            return SetIn(child, node, written, path[1..]);
        }

        private ConfigNode SetIn(ConfigOption option, ConfigNode node, string name, ReadOnlySpan<string> path)
        {
            if (option is ValueOption && !path.IsEmpty)
            {
                return Refused(node, $"{variable} goes below the single value '{name}'. End the name there.");
            }

            var inner = node.Fields.FirstOrDefault(f => f.Name == name)?.Value;
            var start = inner is null or { Kind: ConfigKind.Null } ? Empty(option) : inner;
            return node.With(name, _place, Set(option, start, path));
        }

        private ConfigNode SetItem(ListOption list, ConfigNode node, ReadOnlySpan<string> path)
        {
            if (!int.TryParse(path[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > node.Items.Count)
            {
                return Refused(node, $"{variable}: '{path[0]}' must be the index of a list item, at most {node.Items.Count}.");
            }

            var item = Set(list.Item, index < node.Items.Count ? node.Items[index] : Empty(list.Item), path[1..]);
            return node with { Items = [.. node.Items.Take(index), item, .. node.Items.Skip(index + 1)] };
        }

        private ConfigNode? NodeOf(ConfigOption option) => option switch
        {
            ValueOption { Kind: ValueKind.Text } text => text.IsNullable && value == "null" ? Node(ConfigKind.Null) : Node(ConfigKind.Text),
            ValueOption { Kind: ValueKind.Flag } when value is "1" or "0" =>
                Node(ConfigKind.Flag) with { Text = value == "1" ? "true" : "false" },
            ValueOption => Scalar(),
            ListOption list when !value.TrimStart().StartsWith('[') => Node(ConfigKind.Array) with
            {
                Items = [.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(v => new Overlay(variable, v, errors).NodeOf(list.Item) ?? Node(ConfigKind.Null))],
            },
            _ => Json(),
        };

        private ConfigNode? Json()
        {
            var parsed = ConfigParser.Parse(_place.File ?? "", value);
            errors.AddRange(parsed.Errors);
            return parsed.IsOk ? parsed.Value : null;
        }

        /// <summary>As the text looks: null, true or false (also 1, yes, on, …, by the type asked for), a number, else text.</summary>
        private ConfigNode Scalar() => value.ToLowerInvariant() switch
        {
            "null" => Node(ConfigKind.Null),
            "true" or "yes" or "on" => Node(ConfigKind.Flag) with { Text = "true" },
            "false" or "no" or "off" => Node(ConfigKind.Flag) with { Text = "false" },
            _ => Section.ParseNumber(value) is null ? Node(ConfigKind.Text) : Node(ConfigKind.Number),
        };

        private ConfigNode Node(ConfigKind kind) => new() { Kind = kind, Place = _place, Text = value };

        private ConfigNode Empty(ConfigOption option) =>
            Node(option is ListOption ? ConfigKind.Array : ConfigKind.Object) with { Text = "" };

        private ConfigNode Refused(ConfigNode node, string message)
        {
            errors.Add(_place.Problem(variable, null, "unknown_key", message));
            return node;
        }

        private static bool LooksSecret(string name) =>
            name.Contains("key", StringComparison.OrdinalIgnoreCase) || name.Contains("secret", StringComparison.OrdinalIgnoreCase);
    }
}
