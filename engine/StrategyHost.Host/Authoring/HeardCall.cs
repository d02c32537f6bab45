using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Authoring;

/// <summary>
/// A call as the script's author knows it: the callback (empty: the script does not hear it), the symbol, and the times of its events.
/// </summary>
internal readonly record struct HeardCall(string Callback, string Symbol, Timestamp At, long[] Times, int From)
{
    public bool IsWarming { get; private init; }

    public static HeardCall Of(ScriptCall call, ScriptCallbacks has) => call switch
    {
        KlineRun run => Rows(run.Callback && has.HasFlag(ScriptCallbacks.Kline) ? "on_kline" : "", run.Block.Symbol, call, run.Block.Start,
            run.From) with
        {
            IsWarming = run.Warming,
        },
        TradeRun run => Rows(Name(has, ScriptCallbacks.Trade, "on_trade"), run.Block.Symbol, call, run.Block.Time, run.From),
        KlineUpdateCall update => One(Name(has, ScriptCallbacks.Kline, "on_kline"), update.Symbol.Name, call),
        OrderBookCall book => One(Name(has, ScriptCallbacks.OrderBook, "on_orderbook"), book.Symbol.Name, call),
        TickerCall ticker => One(Name(has, ScriptCallbacks.Ticker, "on_ticker"), ticker.Symbol.Name, call),
        FillCall fill => One(Name(has, ScriptCallbacks.Fill, "on_fill"), fill.Fill.Symbol.Name, call),
        OrderCall order => One(Name(has, ScriptCallbacks.Order, "on_order"), order.Order.Symbol.Name, call),
        TimerCall => One(Name(has, ScriptCallbacks.Timer, "on_timer"), "", call),
        StartCall => One(Name(has, ScriptCallbacks.Start, "on_start"), "", call),
        StopCall => One("", "", call),
        _ => throw new UnreachableException(call.ToString()),
    };

    /// <summary>The time that the script sees as now at the row of this number within the call.</summary>
    public Timestamp TimeOf(int row) => Times.Length == 0 || row <= 0 ? At : At.AddMs(Times[From + row] - Times[From]);

    /// <summary>How many of the first rows come at or before the time.</summary>
    public int CountUntil(Timestamp until, int rows)
    {
        while (rows > 0 && TimeOf(rows - 1) > until)
        {
            rows--;
        }

        return rows;
    }

    private static string Name(ScriptCallbacks has, ScriptCallbacks wanted, string name) => has.HasFlag(wanted) ? name : "";

    private static HeardCall Rows(string callback, Symbol symbol, ScriptCall call, long[] times, int from) =>
        new(callback, symbol.Name, call.At, times, from);

    private static HeardCall One(string callback, string symbol, ScriptCall call) => new(callback, symbol, call.At, [], 0);
}
