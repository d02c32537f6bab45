using System.Text.Json.Serialization;

namespace StrategyHost.Host.Performance;

/// <summary>
/// One account of <c>performance</c> (contracts §1). Money and ratios are decimal texts; null where there is none, with the reason under
/// its name in <see cref="Nulls"/>. walletBalance = startBalance + realisedPnl − fees − funding + transfers.
/// </summary>
internal sealed record PerformanceBlock
{
    public required string Account { get; init; }
    public required string? StartBalance { get; init; }
    public required string? WalletBalance { get; init; }
    public required string? Equity { get; init; }

    /// <summary>Before fees and funding.</summary>
    public required string? RealisedPnl { get; init; }
    public required string? Fees { get; init; }

    /// <summary>Paid; negative was received.</summary>
    public required string? Funding { get; init; }
    public required string? Transfers { get; init; }
    public required long? Executions { get; init; }
    public required int Trades { get; init; }
    public required string? NetProfit { get; init; }
    public required string? WinRate { get; init; }
    public required string? Expectancy { get; init; }
    public required IntervalBlock? ExpectancyInterval { get; init; }
    public required string? TradesNeeded { get; init; }
    public required string? ProfitFactor { get; init; }
    public required string? Sharpe { get; init; }
    public required string? Sortino { get; init; }
    public required string? MaxDrawdownPercent { get; init; }
    public required string? CurrentDrawdownPercent { get; init; }
    public required StreaksBlock Streaks { get; init; }
    public required string? AverageWin { get; init; }
    public required string? AverageLoss { get; init; }
    public required string? BestTrade { get; init; }
    public required string? WorstTrade { get; init; }
    public required string? TargetHitRate { get; init; }
    public required string? StopHitRate { get; init; }
    public required string? AverageMae { get; init; }
    public required string? AverageMfe { get; init; }
    public required string? AverageHoldSeconds { get; init; }
    public required IReadOnlyDictionary<string, int> ExitReasons { get; init; }
    public required IReadOnlyDictionary<string, string> Nulls { get; init; }
    public required IReadOnlyList<GroupRow> By { get; init; }
    public required IReadOnlyList<PeriodRow> Days { get; init; }
    public required IReadOnlyList<PeriodRow> Weeks { get; init; }
    public required IReadOnlyList<PeriodRow> Months { get; init; }
}

/// <summary>Ends of the 95 % interval, by the bootstrap.</summary>
internal sealed record IntervalBlock(string Low, string High, string Confidence);

/// <summary>Current: won in a row, or lost where negative.</summary>
internal sealed record StreaksBlock(int LongestWin, int LongestLoss, int Current);

/// <summary>The trades of one strategy, symbol or tag; the one that was asked for is named.</summary>
internal sealed record GroupRow
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Strategy { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Symbol { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tag { get; init; }
    public required int Trades { get; init; }
    public required string NetProfit { get; init; }
    public required string Fees { get; init; }
    public required string Funding { get; init; }
    public required string? WinRate { get; init; }
    public required string? Expectancy { get; init; }
    public required string? ProfitFactor { get; init; }

    [JsonIgnore]
    public string Name => Strategy ?? Symbol ?? Tag ?? "";
}

/// <summary>A day, a week from Monday or a month (UTC), named by its first day. Return: change of equity as a fraction.</summary>
internal sealed record PeriodRow(
    string From, int Trades, string NetProfit, string Fees, string Funding, string? WinRate, string? Expectancy, string? Return);
