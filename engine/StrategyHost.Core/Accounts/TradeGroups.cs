using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>The trades of one account that share a key (a strategy, symbol, tag or side), with their figures.</summary>
public sealed record TradeGroup(string Key, TradeMetrics Metrics);

/// <summary>How often one exit reason ended a trade of one account, and with what result.</summary>
public sealed record ExitReasonCount(ExitReason Reason, int Trades, decimal NetProfit, Metric WinRate);

/// <summary>Splits one account's trades by what they have in common. Groups come in ordinal order of their keys.</summary>
public static class TradeGroups
{
    public static IReadOnlyList<TradeGroup> By(IReadOnlyList<TradeRecord> trades, Func<TradeRecord, string> key) =>
        [.. trades.GroupBy(key, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new TradeGroup(g.Key, TradeMetrics.Of([.. g])))];

    /// <summary>A row for each of the eleven reasons, also those that never happened, in the order of contracts §1.</summary>
    public static IReadOnlyList<ExitReasonCount> ByExitReason(IReadOnlyList<TradeRecord> trades)
    {
        var byReason = trades.ToLookup(t => t.ExitReason);
        return [.. Enum.GetValues<ExitReason>().Select(reason => Row(reason, [.. byReason[reason]]))];
    }

    /// <summary>The name in contracts §1: lower case with underscores.</summary>
    public static string Text(this ExitReason reason) => reason switch
    {
        ExitReason.StopLoss => "stop_loss",
        ExitReason.TrailingStop => "trailing_stop",
        ExitReason.Breakeven => "breakeven",
        ExitReason.TakeProfit => "take_profit",
        ExitReason.InstantTp => "instant_tp",
        ExitReason.Signal => "signal",
        ExitReason.Time => "time",
        ExitReason.Group => "group",
        ExitReason.Liquidation => "liquidation",
        ExitReason.Emergency => "emergency",
        ExitReason.Manual => "manual",
    };

    private static ExitReasonCount Row(ExitReason reason, IReadOnlyList<TradeRecord> trades) => new(
        reason,
        trades.Count,
        trades.Sum(t => t.NetPnl),
        Metric.Unless(trades.Count == 0 ? SampleGuard.NoTrades : null, () => (double)trades.Count(t => t.NetPnl > 0) / trades.Count));
}
