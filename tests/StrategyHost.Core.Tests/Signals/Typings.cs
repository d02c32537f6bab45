using System.Text;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Tests.Signals;

/// <summary>Writes the end of strategies/strategyhost.d.ts (signals and settings) from the field tables.</summary>
internal static class Typings
{
    public const string Marker = "// From here on generated from the parsers' field tables";

    /// <summary>Given the present file: its hand-written beginning up to the marker line, and the generated end.</summary>
    public static string WithGeneratedEnd(string file)
    {
        var at = file.IndexOf(Marker, StringComparison.Ordinal);
        var end = file.IndexOf('\n', at);
        var text = new StringBuilder(file[..(end + 1)]);
        FieldSpec[] signal = [.. SignalFields.All.Select(f => f.Spec)];
        Append(text, "Signal", "What a callback returns. Fields and rules: engine/docs/signals.md.", signal, ["action"]);
        Append(text, "TargetRung", "One target of a ladder: exactly one of price, percent, atr.", SignalFields.Rung, []);
        Append(text, "Breakeven", "When the stop moves to the entry price: after_percent or after_tp.", SignalFields.Breakeven, []);
        Append(text, "MirrorOverride", "The mirror account's part in one trade.", SignalFields.Mirror, []);
        Append(text, "Settings", "What settings() returns.", SettingsFields.All, []);
        Append(text, "ParameterSpec", "A parameter with bounds.", SettingsFields.Parameter, ["default"]);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, string doc, IReadOnlyList<FieldSpec> rows, string[] required)
    {
        text.Append($"\n/** {doc} */\ninterface {name} {{\n");
        foreach (var row in rows)
        {
            Comment(text, row);
            text.Append($"  {row.Name}{(required.Contains(row.Name) ? "" : "?")}: {TypeOf(row)};\n");
            if (row.Name.EndsWith("_percent", StringComparison.Ordinal))
            {
                text.Append($"  /** The same as {row.Name}. */\n  {row.Name[..^"percent".Length]}pct?: {TypeOf(row)};\n");
            }
        }

        text.Append("}\n");
    }

    /// <summary>The row's sentences and its limits; the largest price is left to the documents.</summary>
    private static void Comment(StringBuilder text, FieldSpec row)
    {
        var range = (row.Max is FieldSpec.MaxFixedPoint or FieldSpec.MaxPrice ? row with { Max = null } : row).Range;
        var limits = row.IsLabel ? $"At most {FieldSpec.MaxLabelLength} of A-Z a-z 0-9 _ -." : range.Length > 0 ? $"Number {range}." : "";
        var line = "  /**";
        foreach (var word in $"{row.Doc} {limits}".Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length + word.Length > 130)
            {
                text.Append(line).Append('\n');
                line = "   *";
            }

            line += " " + word;
        }

        text.Append(line).Append(" */\n");
    }

    private static string TypeOf(FieldSpec spec)
    {
        var parts = new List<string>();
        Add(parts, spec.IsNumeric && spec.Name is not ("default" or "book_depth"), "Num");
        Add(parts, spec.Name == "book_depth", "1 | 50 | 200");
        Add(parts, spec.Name == "default", "number");
        Add(parts, spec.Accepts(FieldKinds.Boolean), "boolean");
        Add(parts, spec.Accepts(FieldKinds.Text), spec switch
        {
            { Name: "interval" } => "IntervalName",
            { Choices.Count: > 0 } => string.Join(" | ", spec.Choices.Select(c => $"\"{c}\"")),
            _ => "string",
        });
        Add(parts, spec.Accepts(FieldKinds.List), spec.Name switch
        {
            "symbols" => "string[]",
            "intervals" => "IntervalName[]",
            _ => "TargetRung[]",
        });
        Add(parts, spec.Accepts(FieldKinds.Object), spec.Name switch
        {
            "breakeven" => "Breakeven",
            "mirror" => "MirrorOverride",
            "warmup" => "{ [interval: string]: number }",
            "params" => "{ [name: string]: number | string | boolean | ParameterSpec }",
            _ => "object",
        });
        Add(parts, spec.Accepts(FieldKinds.Null), "null");
        return string.Join(" | ", parts);
    }

    private static void Add(List<string> parts, bool applies, string type)
    {
        if (applies)
        {
            parts.Add(type);
        }
    }
}
