using System.Globalization;
using System.Text.RegularExpressions;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Configuration;

/// <summary>
/// Holds a tree against the table: unknown keys, wrong types, ranges, choices, forms. Finds every problem, never stops at the first.
/// What passes here can be read by <see cref="Section"/> without another look.
/// </summary>
internal sealed class ConfigChecker
{
    private static readonly string[] SecretWords = ["apikey", "apisecret", "secret", "password", "token", "privatekey"];

    private readonly List<Error> _errors = [];

    public static IReadOnlyList<Error> Check(ConfigOption option, ConfigNode node)
    {
        var checker = new ConfigChecker();
        checker.Check(option, node, "");
        return checker._errors;
    }

    private void Check(ConfigOption option, ConfigNode node, string path)
    {
        if (node.Kind == ConfigKind.Null && option.IsNullable)
        {
            return;
        }

        switch (option)
        {
            case ValueOption value:
                CheckValue(value, node, path);
                break;
            case GroupOption group when Expect(node, ConfigKind.Object, path):
                CheckGroup(group, node, path);
                break;
            case MapOption map when Expect(node, ConfigKind.Object, path):
                CheckMap(map, node, path);
                break;
            case ListOption list when Expect(node, ConfigKind.Array, path):
                for (var i = 0; i < node.Items.Count; i++)
                {
                    Check(list.Item, node.Items[i], $"{path}[{i}]");
                }

                break;
            case OpenOption:
                Expect(node, ConfigKind.Object, path);
                break;
        }
    }

    private void CheckGroup(GroupOption group, ConfigNode node, string path)
    {
        foreach (var field in node.Fields)
        {
            if (group.Find(field.Name) is { } child)
            {
                Check(child, field.Value, Join(path, child.Name));
            }
            else
            {
                UnknownKey(group, field, path);
            }
        }

        foreach (var child in group.Children)
        {
            var written = node.Fields.Where(f => child.IsNamed(f.Name)).ToList();
            if (written.Count > 1)
            {
                _errors.Add(written[1].Place.Problem(Join(path, child.Name), null, "duplicate_key",
                    $"'{written[0].Name}' and '{written[1].Name}' are two names of one key. Keep one."));
            }

            if (written.Count == 0 && child is ValueOption { IsRequired: true })
            {
                _errors.Add(node.Place.Problem(Join(path, child.Name), null, "missing_key",
                    $"'{Join(path, child.Name)}' is missing. {child.Summary}"));
            }
        }
    }

    private void UnknownKey(GroupOption group, ConfigField field, string path)
    {
        var plain = field.Name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        if (SecretWords.Any(w => plain.Contains(w, StringComparison.Ordinal)))
        {
            _errors.Add(field.Place.Problem(Join(path, field.Name), null, "secret_in_file",
                $"'{field.Name}' would be a secret in the configuration. Remove it (and replace the key if it was shared), put it into the "
                + "environment, and name the variable with apiKeyEnv or apiSecretEnv."));
            return;
        }

        var hint = NearestName.Hint(field.Name, group.Names);
        var known = hint.Length > 0 ? hint : " Known here: " + string.Join(", ", group.Children.Select(c => c.Name)) + ".";
        _errors.Add(field.Place.Problem(Join(path, field.Name), null, "unknown_key", $"Unknown key '{Join(path, field.Name)}'.{known}"));
    }

    private void CheckMap(MapOption map, ConfigNode node, string path)
    {
        foreach (var field in node.Fields)
        {
            if (!Matches(OptionFactory.SymbolPattern, field.Name))
            {
                _errors.Add(field.Place.Problem(Join(path, field.Name), field.Name, "bad_symbol",
                    $"'{field.Name}' is not {OptionFactory.SymbolMeaning}."));
            }

            Check(map.Item, field.Value, Join(path, field.Name));
        }
    }

    private void CheckValue(ValueOption option, ConfigNode node, string path)
    {
        var problem = option.Kind switch
        {
            ValueKind.Flag => node.Kind == ConfigKind.Flag ? null : ("wrong_type", "must be true or false"),
            ValueKind.Integer => IntegerProblem(option, node),
            ValueKind.Number => NumberProblem(option, node),
            ValueKind.Text => TextProblem(option, node),
        };
        if (problem is var (rule, must))
        {
            var isScalar = node.Kind is ConfigKind.Text or ConfigKind.Number or ConfigKind.Flag;
            var shown = option.IsHidden || !isScalar ? null : node.Text;
            var given = option.IsHidden ? "" : ", not " + (node.Kind == ConfigKind.Text ? $"\"{node.Text}\"" : shown ?? node.KindText);
            _errors.Add(node.Place.Problem(path, shown, rule, $"'{path}' {must}{given}."));
        }
    }

    private static (string Rule, string Must)? IntegerProblem(ValueOption option, ConfigNode node) =>
        node.Kind != ConfigKind.Number
        || !long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? ("wrong_type", "must be a whole number")
            : option.IsInRange(value) ? null : ("out_of_range", $"must be {option.RangeText}");

    private static (string Rule, string Must)? NumberProblem(ValueOption option, ConfigNode node) =>
        node.Kind is not (ConfigKind.Number or ConfigKind.Text) || Section.ParseNumber(node.Text) is not { } value
            ? ("wrong_type", "must be a number or a decimal string")
            : option.IsInRange(value) ? null : ("out_of_range", $"must be {option.RangeText}");

    private static (string Rule, string Must)? TextProblem(ValueOption option, ConfigNode node)
    {
        if (node.Kind != ConfigKind.Text)
        {
            return ("wrong_type", "must be a text");
        }

        if (option.Choices.Count > 0 && !option.Choices.Contains(node.Text))
        {
            var hint = NearestName.Find(node.Text, option.Choices) is { } nearest ? $" (did you mean '{nearest}'?)" : "";
            return ("not_a_choice", $"must be one of {string.Join(", ", option.Choices)}{hint}");
        }

        return option.Pattern is { } pattern && !Matches(pattern, node.Text) ? ("bad_form", $"must be {option.PatternMeaning}") : null;
    }

    private bool Expect(ConfigNode node, ConfigKind kind, string path)
    {
        if (node.Kind == kind)
        {
            return true;
        }

        var wanted = kind == ConfigKind.Object ? "an object" : "a list";
        var name = path.Length == 0 ? "The configuration" : $"'{path}'";
        _errors.Add(node.Place.Problem(path, null, "wrong_type", $"{name} must be {wanted}, not {node.KindText}."));
        return false;
    }

    /// <summary>The whole text; the table's patterns have no nested repetition, the timeout is a second belt.</summary>
    private static bool Matches(string pattern, string text) =>
        Regex.IsMatch(text, $"\\A(?:{pattern})\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static string Join(string path, string name) => path.Length == 0 ? name : path + "." + name;
}
