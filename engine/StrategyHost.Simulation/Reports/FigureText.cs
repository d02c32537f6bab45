using System.Globalization;
using StrategyHost.Core.Accounts;

namespace StrategyHost.Simulation.Reports;

/// <summary>Figures as people read them in a terminal: grouped thousands, percent signs, units. Invariant culture.</summary>
internal static class FigureText
{
    /// <summary>Text of a figure, or a dash where it has none.</summary>
    public static string Of(NamedMetric figure) => figure.Metric.Value is { } value ? Of(value, figure.Unit) : "–";

    public static string Of(double value, MetricUnit unit) => unit switch
    {
        MetricUnit.Money => Number(value),
        MetricUnit.Fraction => Text(value * 100, "0.00") + " %",
        MetricUnit.Percent => Text(value, "0.00") + " %",
        MetricUnit.Ratio => Text(value, "#,0.00"),
        MetricUnit.Count => Text(value, "#,0"),
        MetricUnit.Days => Text(value, "#,0.#") + " d",
        MetricUnit.Milliseconds => Duration(value),
    };

    /// <summary>Two decimals; small amounts keep their first significant digits.</summary>
    public static string Number(double value) => Text(value, Math.Abs(value) is > 0 and < 1 ? "0.00####" : "#,0.00");

    /// <summary>Two units at most: <c>3 d 4 h</c>, <c>12 min 5 s</c>, <c>250 ms</c>.</summary>
    public static string Duration(double ms) => ms switch
    {
        < 1_000 => Text(ms, "0") + " ms",
        < 60_000 => Text(ms / 1_000, "0.#") + " s",
        < 3_600_000 => Pair(ms, 60_000, "min", 1_000, "s"),
        < 86_400_000 => Pair(ms, 3_600_000, "h", 60_000, "min"),
        _ => Pair(ms, 86_400_000, "d", 3_600_000, "h"),
    };

    private static string Pair(double ms, double large, string largeUnit, double small, string smallUnit)
    {
        var rest = Math.Floor(ms % large / small);
        var head = Text(Math.Floor(ms / large), "#,0") + " " + largeUnit;
        return rest == 0 ? head : head + " " + Text(rest, "0") + " " + smallUnit;
    }

    private static string Text(double value, string format)
    {
        var text = value.ToString(format, CultureInfo.InvariantCulture);
        return text.StartsWith('-') && !text.AsSpan().ContainsAnyInRange('1', '9') ? text[1..] : text;
    }
}
