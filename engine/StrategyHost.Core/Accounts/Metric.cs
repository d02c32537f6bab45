namespace StrategyHost.Core.Accounts;

/// <summary>
/// One figure of a performance report: a finite number, or the reason why there is none. Never NaN or infinite, so that readers and JSON
/// need no special cases. The unit stands in <see cref="NamedMetric"/>.
/// </summary>
public readonly record struct Metric
{
    /// <summary>Beyond this size a ratio comes from a denominator next to zero and says nothing.</summary>
    public const double MagnitudeMax = 1e15;

    private Metric(double? value, string? reason)
    {
        Value = value;
        Reason = reason;
    }

    public double? Value { get; }

    /// <summary>Why <see cref="Value"/> is null, one plain clause; null where there is a value.</summary>
    public string? Reason { get; }

    public static Metric Of(double value) =>
        double.IsFinite(value) && Math.Abs(value) <= MagnitudeMax ? new(value, null) : None("not a meaningful number");

    public static Metric Of(decimal value) => Of((double)value);

    public static Metric Of(int value) => Of((double)value);

    public static Metric None(string reason) => new(null, reason);

    /// <summary>
    /// The value where <paramref name="reason"/> is null, else the reason; <paramref name="value"/> is not computed then.
    /// </summary>
    public static Metric Unless(string? reason, Func<double> value) => reason is null ? Of(value()) : None(reason);
}

/// <summary>What a metric's number means; decides how it is printed.</summary>
public enum MetricUnit
{
    /// <summary>Quote currency.</summary>
    Money,

    /// <summary>1 = 100 %.</summary>
    Fraction,

    /// <summary>100 = 100 %.</summary>
    Percent,
    Ratio,
    Count,
    Days,
    Milliseconds,
}

/// <summary>A metric with its stable camelCase name, as in <c>report.json</c> and <c>engine/docs/reports.md</c>.</summary>
public readonly record struct NamedMetric(string Name, MetricUnit Unit, Metric Metric);
