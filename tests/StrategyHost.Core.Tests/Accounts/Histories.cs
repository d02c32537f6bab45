using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Accounts;

/// <summary>Small histories of one account for tests: trades by net result, equity by day.</summary>
internal static class Histories
{
    public const long MsPerDay = 86_400_000;

    /// <summary>2025-01-01T00:00:00Z.</summary>
    public const long StartMs = 1_735_689_600_000;

    public static TradeRecord Trade(int index, decimal net) => new()
    {
        Account = AccountId.Main,
        Strategy = new StrategyId("sma"),
        Symbol = new Symbol("BTCUSDT"),
        Side = PositionSide.Long,
        EntryTime = new Timestamp(StartMs + (index * 3_600_000L)),
        EntryPrice = 100m,
        ExitTime = new Timestamp(StartMs + (index * 3_600_000L) + 1_800_000L),
        ExitPrice = 100m + net,
        Quantity = Quantity.Of(1m),
        GrossPnl = net,
        Fees = 0,
        Funding = 0,
        Slippage = 0,
        ExitReason = ExitReason.Signal,
    };

    public static IReadOnlyList<TradeRecord> Trades(params decimal[] nets) => [.. nets.Select((net, i) => Trade(i, net))];

    public static IReadOnlyList<EquitySample> Days(params decimal[] equity) =>
        [.. equity.Select((e, i) => new EquitySample(new Timestamp(StartMs + (i * MsPerDay)), e))];

    public static AccountHistory Of(IReadOnlyList<TradeRecord> trades, IReadOnlyList<EquitySample> daily, long exposureMs = 0) => new()
    {
        Account = AccountId.Main,
        Trades = trades,
        DailyEquity = daily,
        ExposureMs = exposureMs,
    };
}
