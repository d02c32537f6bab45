using StrategyHost.Core.MarketData;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What one version of a strategy hears of the calls that waited for two: each call is for the version that takes them, cut to its
/// settings, or for nobody.
/// </summary>
public static class HeldCalls
{
    /// <summary>The candles of this interval are given to <c>on_kline</c>, not only kept.</summary>
    public static bool Delivers(StrategySetup setup, Interval interval) => Hears(setup, ScriptCallbacks.Kline)
        && (interval == setup.Settings.Interval || (setup.Settings.OnAllIntervals && setup.Settings.Intervals.Contains(interval)));

    public static bool Keeps(StrategySetup setup, Interval interval) =>
        interval == setup.Settings.Interval || setup.Settings.Intervals.Contains(interval);

    /// <summary>For the version that goes on, warm-up and start included.</summary>
    public static ScriptCall? ForOld(ScriptCall call, StrategySetup setup) => call is StartCall ? call : Fit(call, setup);

    /// <summary>For a version that takes over: it is warmed up and started otherwise.</summary>
    public static ScriptCall? ForNew(ScriptCall call, StrategySetup setup) =>
        call is StartCall or KlineRun { Warming: true } ? null : Fit(call, setup);

    private static ScriptCall? Fit(ScriptCall call, StrategySetup setup) => call switch
    {
        KlineRun run => Fit(run, setup),
        KlineUpdateCall update => setup.Settings.KlineUpdates && setup.Symbols.Contains(update.Symbol) && Delivers(setup, update.Interval)
            ? update : null,
        TradeRun run => setup.Symbols.Contains(run.Block.Symbol) && Hears(setup, ScriptCallbacks.Trade) ? run : null,
        OrderBookCall book => setup.Symbols.Contains(book.Symbol) && Hears(setup, ScriptCallbacks.OrderBook)
            ? book with { Bids = Cut(book.Bids, setup.Settings), Asks = Cut(book.Asks, setup.Settings) } : null,
        TickerCall ticker => setup.Symbols.Contains(ticker.Symbol) && Hears(setup, ScriptCallbacks.Ticker) ? ticker : null,
        FillCall => Hears(setup, ScriptCallbacks.Fill) ? call : null, // its own, of whatever symbol
        OrderCall => Hears(setup, ScriptCallbacks.Order) ? call : null,
        TimerCall => setup.Settings.TimerMs is not null && Hears(setup, ScriptCallbacks.Timer) ? call : null,
        StopCall => Hears(setup, ScriptCallbacks.Stop) ? call : null,
        _ => call,
    };

    // What only entered history for both stays so: of candles that close at one instant the delivery comes as a call of its own.
    private static KlineRun? Fit(KlineRun run, StrategySetup setup)
    {
        if (!setup.Symbols.Contains(run.Block.Symbol) || !Keeps(setup, run.Block.Interval))
        {
            return null;
        }

        var delivers = run.Callback && Delivers(setup, run.Block.Interval);
        return run.InHistory && !delivers ? null : run with { Callback = delivers };
    }

    private static IReadOnlyList<BookLevel> Cut(IReadOnlyList<BookLevel> side, StrategySettings settings) =>
        side.Count <= settings.BookDepth ? side : [.. side.Take(settings.BookDepth)];

    private static bool Hears(StrategySetup setup, ScriptCallbacks callback) => (setup.Callbacks & callback) != 0;
}
