using System.Text;

namespace StrategyHost.Scripting.Tests;

/// <summary>Writes engine/docs/reference/*.md from strategyhost.d.ts, which the contract tests hold against what scripts see.</summary>
internal static class ReferencePages
{
    private const string Made = "Generated from `strategies/strategyhost.d.ts`, which tests hold against what a script sees under both engines; do not edit. "
        + "To\nrewrite it: `STRATEGYHOST_WRITE_GENERATED=1 dotnet test tests/StrategyHost.Scripting.Tests --filter ReferencePage`.\n";

    private static TypingsText Typings { get; } = TypingsText.Read();

    public static string Context()
    {
        var text = new StringBuilder($"# `ctx`\n\n{Made}\nThe second argument of every callback. {Typings.Doc("Context")} It cannot be "
            + "written to.\n");
        Table(text, "Context", "ctx.");
        foreach (var name in new[] { "Position", "Tranche", "Order", "Market", "Instrument" })
        {
            text.Append($"\n## {name}\n\n{Sentence(Typings.Doc(name))}");
            Table(text, name, "");
        }

        return text.ToString();
    }

    public static string Events()
    {
        var text = new StringBuilder($"# Callbacks and what they get\n\n{Made}\n{Typings.Doc("StrategyFunctions")}\n");
        text.Append("\n| Callback | When |\n| --- | --- |\n");
        foreach (var member in Typings.Interface("StrategyFunctions"))
        {
            text.Append($"| `{member.Name}({Names(member.Parameters!)})` | {Cell(member.Doc)} |\n");
        }

        foreach (var name in new[] { "Kline", "Trade", "Book", "Ticker", "Fill", "OrderEvent" })
        {
            text.Append($"\n## {name}\n\n{Sentence(Typings.Doc(name))}");
            Table(text, name, "");
        }

        return text.ToString();
    }

    public static string Indicators()
    {
        var text = new StringBuilder($"# `ctx.ta`\n\n{Made}\n{Typings.Doc("Indicators")} Each value is kept and moved on by the new candle, so "
            + "a call costs the same\nwhatever the period. Periods are whole numbers from 1 to the length of the history (10,000 candles).\n");
        text.Append("\n| Call | Gives | Meaning |\n| --- | --- | --- |\n");
        foreach (var member in Typings.Interface("Indicators"))
        {
            text.Append($"| `ctx.ta.{member.Name}({Arguments(member.Parameters!)})` | {Code(member.Type)} | {Cell(member.Doc)} |\n");
        }

        text.Append("\n## options\n");
        Table(text, "IndicatorOptions", "");
        text.Append($"\nSources: {string.Join(' ', Typings.Choices("Source").Select(s => $"`{s}`"))}.\n\n## Lines of a crossing\n\n"
            + $"{Typings.Doc("IndicatorSpec")}\n");
        return text.ToString();
    }

    private static void Table(StringBuilder text, string name, string prefix)
    {
        text.Append("\n| Member | Type | Meaning |\n| --- | --- | --- |\n");
        foreach (var member in Typings.Interface(name))
        {
            var call = member.Parameters is null ? "" : $"({Arguments(member.Parameters)})";
            text.Append($"| `{prefix}{member.Name}{call}` | {Code(member.Type)} | {Cell(member.Doc)} |\n");
        }
    }

    private static string Sentence(string doc) => doc.Length > 0 ? doc + "\n" : "";

    /// <summary>The parameters' names, those that may be left out in brackets.</summary>
    private static string Arguments(string parameters) => string.Join(", ", Parameters(parameters).Select(p =>
    {
        var name = p[..p.IndexOf(':', StringComparison.Ordinal)];
        return name.EndsWith('?') ? $"[{name.TrimEnd('?')}]" : name;
    }));

    private static string Names(string parameters) => parameters.Length == 0 ? "" : Arguments(parameters);

    /// <summary>Split at the commas outside of braces.</summary>
    private static IEnumerable<string> Parameters(string text)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        }

        yield return text[start..].Trim();
    }

    private static string Code(string type) => $"`{Cell(type)}`";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
