using System.Text;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Tests.Configuration;

/// <summary>The option table as a page for people: engine/docs/configuration.md.</summary>
internal static class ConfigurationPage
{
    private const string Introduction = """
        # Configuration

        Generated from `OptionTable`; do not edit (`STRATEGYHOST_UPDATE_DOCS=1 dotnet test tests/StrategyHost.Host.Tests` writes it anew).

        JSON with comments and trailing commas. It is strict: an unknown key, a wrong type or a value out of range stops the start with exit
        code 2, and every problem is listed with file, line and column. Without `--config` the embedded `config/simulated.json` holds.
        Editors check a file that begins with `"$schema": "./schema.json"`.

        **Environment.** Any key can be set by a variable: `STRATEGYHOST__accounts__mirror__proportion=0.25`,
        `STRATEGYHOST__strategies__0__file=my.js`. It goes over the file; case counts for nothing; lists may be written `a,b` or as JSON.
        Also understood: `ENABLE_MIRROR_TRADING` (`accounts.mirror.enabled`), `ENABLE_DCA` (`risk.enableDca`),
        `ALLOW_MULTIPLE_ENTRIES_SAME_SYMBOL` (`risk.allowMultipleEntriesSameSymbol`). Where both name one key the longer form wins.

        **Secrets** never stand in a file: `apiKeyEnv` and `apiSecretEnv` name the variables that hold them, by default `BYBIT_API_KEY`,
        `BYBIT_API_SECRET`, `BYBIT_API_KEY_2`, `BYBIT_API_SECRET_2`. A key in a file is an error, and its value is not printed. Likewise
        `botTokenEnv`, `tokenEnv` and `urlEnv` of `alerts` ([alerts.md](alerts.md)).

        Numbers may be written as decimal strings. Percent means percent: 2 is 2 %. Keys with two spellings mean the same.

        **Rules between keys.** `accounts.mirror.proportion` is at most 1 unless `allowLargeProportion`. An account's `leverage` is at most
        `risk.maxLeverage`. Main and mirror need different key variables. `endpoints` use TLS except to this machine. A window of
        `risk.noEntry` has either `days`, `from`, `to`, `zone` or `at`, `minutesBefore`,
            `minutesAfter`; one that ends before it begins ends the next day.
        `globals.simulate_only` turns demo, testnet and live into paper.

        | Key | Type | Default | Meaning |
        | --- | --- | --- | --- |

        """;

    public static string Text()
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var child in OptionTable.Root.Children)
        {
            Append(page, child, child.Name);
        }

        return page.ToString();
    }

    private static void Append(StringBuilder page, ConfigOption option, string path)
    {
        var summary = option.Summary.Replace("|", "\\|", StringComparison.Ordinal);
        switch (option)
        {
            case ValueOption value:
                var names = string.Join(" or ", value.Aliases.Select(a => $"`{a}`").Prepend($"`{path}`"));
                page.Append($"| {names} | {TypeText(value)} | {DefaultText(value)} | {summary} |\n");
                break;
            case GroupOption group:
                page.Append($"| **`{path}`** | object{(group.IsNullable ? " or null" : "")} | | {summary} |\n");
                foreach (var child in group.Children)
                {
                    Append(page, child, $"{path}.{child.Name}");
                }

                break;
            case MapOption map:
                page.Append($"| **`{path}`** | objects by {map.KeyName} | | {summary} |\n");
                AppendChildren(page, map.Item, $"{path}.{map.KeyName}");
                break;
            case ListOption list:
                var items = list.Item is ValueOption item ? " of " + TypeText(item) : "";
                page.Append($"| **`{path}`** | list{items} | `{list.Default}` | {summary} |\n");
                AppendChildren(page, list.Item, $"{path}[]");
                break;
            default:
                page.Append($"| `{path}` | object | `{{}}` | {summary} |\n");
                break;
        }
    }

    private static void AppendChildren(StringBuilder page, ConfigOption item, string path)
    {
        foreach (var child in item is GroupOption group ? group.Children : [])
        {
            Append(page, child, $"{path}.{child.Name}");
        }
    }

    private static string TypeText(ValueOption value)
    {
        var kind = value.Kind switch
        {
            ValueKind.Flag => "true, false",
            ValueKind.Integer => "whole number",
            ValueKind.Number => "number",
            ValueKind.Text => value.Choices.Count > 0 ? string.Join(", ", value.Choices.Select(c => $"`{c}`")) : "text",
        };
        return kind + (value.RangeText.Length > 0 ? " " + value.RangeText : "") + (value.IsNullable ? ", null" : "");
    }

    private static string DefaultText(ValueOption value) => value.IsRequired ? "required" : value.Default switch
    {
        null => value.IsNullable ? "null" : "",
        "" => "\"\"",
        var text => $"`{text}`",
    };
}
