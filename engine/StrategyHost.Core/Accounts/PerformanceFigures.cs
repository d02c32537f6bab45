using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>The figures of one account at one moment; formulas and guards: <c>engine/docs/performance.md</c>.</summary>
public sealed record PerformanceFigures
{
    public required AccountId Account { get; init; }
    public required TradeMetrics Trades { get; init; }

    /// <summary>From the equity at the starts of days, and now.</summary>
    public required EquityMetrics Equity { get; init; }

    /// <summary>Ends of the 95 % interval of the expectancy, by the bootstrap.</summary>
    public required Metric ExpectancyLow { get; init; }
    public required Metric ExpectancyHigh { get; init; }

    /// <summary>Trades like these until zero is outside the interval; see <see cref="TradeTally.TradesNeeded"/>.</summary>
    public required Metric TradesNeeded { get; init; }
    public required int LongestWinStreak { get; init; }
    public required int LongestLossStreak { get; init; }

    /// <summary>Positive: won in a row; negative: lost.</summary>
    public required int CurrentStreak { get; init; }

    /// <summary>Share of trades that a target ended, or a stop of any kind.</summary>
    public required Metric TargetHitRate { get; init; }
    public required Metric StopHitRate { get; init; }
    public required Metric AverageMae { get; init; }
    public required Metric AverageMfe { get; init; }
    public required Metric AverageHoldSeconds { get; init; }
    public required IReadOnlyList<KeyValuePair<ExitReason, int>> ExitReasons { get; init; }
    public required IReadOnlyList<PeriodResult> Days { get; init; }
    public required IReadOnlyList<PeriodResult> Weeks { get; init; }
    public required IReadOnlyList<PeriodResult> Months { get; init; }

    /// <summary>Those of the course of trades that no other record of figures has, by their stable names.</summary>
    public IReadOnlyList<NamedMetric> All =>
    [
        new("tradesNeeded", MetricUnit.Count, TradesNeeded),
        new("targetHitRate", MetricUnit.Fraction, TargetHitRate),
        new("stopHitRate", MetricUnit.Fraction, StopHitRate),
    ];
}
