using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Backtests;

namespace StrategyHost.Host.Reload;

/// <summary>What the host has heard last of a symbol, as copies: its newest trades, oldest first, and its book.</summary>
internal sealed record RecentEvents(TradeBlock Trades, (BookLevel[] Bids, BookLevel[] Asks)? Book);

/// <summary>
/// A new version on the newest live events, after its run on candles has shown nothing: a fault in <c>on_trade</c>, <c>on_orderbook</c> or
/// <c>on_ticker</c>, and a signal of theirs that no market could make right, are found before it takes over. What it answers goes nowhere.
/// Takes a bounded time; what it did not come to is not proven.
/// </summary>
internal static class Rehearsal
{
    /// <summary>It ends then with what it has found; one call more may be under way.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);

    public const ScriptCallbacks Live = ScriptCallbacks.Trade | ScriptCallbacks.OrderBook | ScriptCallbacks.Ticker;

    /// <summary>Whether a version hears of anything but candles.</summary>
    public static bool Concerns(StrategySetup setup) => (setup.Callbacks & Live) != 0;

    /// <summary>Of each kind first what there is one of: the book, the ticker, then trade by trade as they came.</summary>
    public static IReadOnlyList<ScriptCall> Calls(IReadOnlyList<RecentEvents> recent, StrategySetup setup, Timestamp now)
    {
        var calls = new List<ScriptCall>();
        foreach (var (trades, book) in recent)
        {
            if (book is var (bids, asks))
            {
                calls.Add(new OrderBookCall(trades.Symbol, bids, asks) { At = now });
            }

            if (book is not null || trades.Count > 0)
            {
                calls.Add(new TickerCall(trades.Symbol, double.NaN, double.NaN, double.NaN) { At = now });
            }
        }

        foreach (var trades in recent.Select(r => r.Trades))
        {
            calls.AddRange(Enumerable.Range(0, trades.Count).Select(
                i => new TradeRun(trades, i, i + 1) { At = new Timestamp(trades.Time[i]) }));
        }

        return [.. calls.Select(c => HeldCalls.ForNew(c, setup)).OfType<ScriptCall>()];
    }

    /// <summary>The first thing that is wrong; null: nothing. The candidate is warmed up, and spent by it.</summary>
    public static Error? Problem(Candidate candidate, IReadOnlyList<ScriptCall> calls, ScriptView view, TimeProvider time)
    {
        if (calls.Count == 0)
        {
            return null;
        }

        var setup = candidate.Version.Setup;
        IEnumerable<ScriptCall> start = (setup.Callbacks & ScriptCallbacks.Start) != 0 ? [new StartCall { At = calls[0].At }] : [];
        return candidate.Run(script =>
        {
            var began = time.GetTimestamp();
            foreach (var call in start.Concat(calls).TakeWhile(_ => time.GetElapsedTime(began) < Wait))
            {
                var answer = script.Call(call, view);
                if (answer.Fault?.Error is { } fault)
                {
                    return fault;
                }

                if (Mistake(call, answer.Value, setup) is { } mistake)
                {
                    return mistake with { File = candidate.Version.Source.File };
                }
            }

            return null;
        });
    }

    private static Error? Mistake(ScriptCall call, ScriptValue value, StrategySetup setup) => SymbolOf(call) is not { } symbol ? null
        : SignalParser.Parse(value, new SignalContext(symbol, setup.Symbols)).SelectMany(p => p.Errors)
            .FirstOrDefault(e => StrategyProblems.IsMistake(e.Rule));

    private static Symbol? SymbolOf(ScriptCall call) => call switch
    {
        TradeRun run => run.Block.Symbol,
        OrderBookCall book => book.Symbol,
        TickerCall ticker => ticker.Symbol,
        _ => null, // on_start, whose answer counts for nothing
    };
}
