using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.Backtest;

/// <summary>The names and sentences by which a report says what was simulated.</summary>
internal static class FillModelText
{
    public static string Name(FillModel model) => model switch
    {
        FillModel.Bar => "bar",
        FillModel.Touch => "touch",
        FillModel.Cross => "cross",
        FillModel.Book => "book",
    };

    public static string Callback(ScriptCallbacks callback) => callback switch
    {
        ScriptCallbacks.Kline => "on_kline",
        ScriptCallbacks.OrderBook => "on_orderbook",
        ScriptCallbacks.Ticker => "on_ticker",
        _ => "on_trade",
    };

    public static IReadOnlyList<string> Assumptions(BacktestOptions options, IReadOnlyList<SymbolFeed> feeds)
    {
        var exchange = options.Exchange;
        var fills = exchange.Fill switch
        {
            FillModel.Bar => "Each candle is played as open, range, close: market orders fill at the next open, "
                + "stops before targets, trails take the extreme at the close.",
            FillModel.Touch => "Market orders fill at the next trade; a resting limit fills when a trade prints at its price.",
            FillModel.Cross => "Market orders fill at the next trade; "
                + "a resting limit fills when a trade prints through its price, or at it behind the queue.",
            FillModel.Book => "Market orders walk down the recorded book; a resting limit waits behind the displayed size.",
        };
        var trail = options.Engine.TrailMode == TrailMode.Ideal
            ? "Trailing stops follow every new extreme at once."
            : "Trailing stops rest on the exchange: they move by at least one tick and 0.05 %, at most once a second.";
        var funding = feeds.All(f => f.Funding.Count > 0)
            ? "Funding is as recorded."
            : options.Engine.Instruments.Any(i => i.HasFunding) ? "Funding without a record is 0.01 % each 8 hours at mark."
            : "No funding is paid.";
        return
        [
            fills,
            trail,
            $"Slippage: {exchange.SlippageTicks} ticks and {exchange.SlippageBp} bp on market orders and stops; "
                + $"latency: {options.LatencyMs} ms.",
            .. options.Engine.Instruments.Select(
                i => $"{i.Symbol}: taker fee {i.TakerFee * 100:0.####} %, maker fee {i.MakerFee * 100:0.####} %, "
                    + $"tick {i.TickSize}, lot {i.QtyStep}."),
            funding,
            "Mark and index equal the last price where they are not recorded; our own orders do not move the market.",
        ];
    }
}
