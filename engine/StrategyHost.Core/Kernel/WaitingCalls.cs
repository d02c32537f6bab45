using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// The calls of one strategy that wait for the one under way, or for another version. 1. Candles, fills, orders and trades keep their
/// order, and none is left out. 2. Of books, tickers, timers and updates of a candle the newest waits alone. 3. There is an end to it.
/// </summary>
internal static class WaitingCalls
{
    /// <summary>
    /// So many may wait: a hundred seconds of a thousand events each. A strategy that is further behind than that acts on the past.
    /// </summary>
    public const int Max = 100_000;

    /// <summary>Takes out the call that this one makes old.</summary>
    public static void Conflate(LinkedList<ScriptCall> waiting, ScriptCall call)
    {
        if (call is not (OrderBookCall or TickerCall or TimerCall or KlineUpdateCall))
        {
            return; // most calls, and the list may be long
        }

        for (var node = waiting.Last; node is not null; node = node.Previous)
        {
            var replaced = (call, node.Value) switch
            {
                (OrderBookCall now, OrderBookCall old) => now.Symbol == old.Symbol,
                (TickerCall now, TickerCall old) => now.Symbol == old.Symbol,
                (TimerCall, TimerCall) => true, // a slow script is not called once for each time that it missed
                (KlineUpdateCall now, KlineUpdateCall old) => now.Symbol == old.Symbol && now.Interval == old.Interval,
                _ => false,
            };
            if (replaced)
            {
                waiting.Remove(node);
                return;
            }
        }
    }

    /// <summary>Why a strategy with too many of them is parked.</summary>
    public static ScriptFault Fault(StrategyId strategy) => new(ScriptFaultKind.Timeout, new Error
    {
        Rule = "script_behind",
        Message = $"{Max} events wait for {strategy}: it does not keep up, or the version that they wait for does not come",
    });
}
