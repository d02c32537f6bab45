using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>Mark-to-market equity of one account at the end of a UTC day (the first sample: at the start), in quote currency.</summary>
public readonly record struct EquitySample(Timestamp Time, decimal Equity);

/// <summary>
/// What one account lived through, as <see cref="AccountPerformance"/> reads it: its own trades in the order of their exits and its own
/// daily equity in the order of time. A trade of another account in it is a bug and is refused there (rule 13).
/// </summary>
public sealed record AccountHistory
{
    public required AccountId Account { get; init; }
    public required IReadOnlyList<TradeRecord> Trades { get; init; }

    /// <summary>First the start, then each day's end, last the end of the run; deposits and withdrawals excluded.</summary>
    public required IReadOnlyList<EquitySample> DailyEquity { get; init; }

    /// <summary>Milliseconds with an open position.</summary>
    public required long ExposureMs { get; init; }
}
