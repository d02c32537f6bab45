using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// Wall time of one callback of one strategy over a run. A call may carry many events; the time is that of the crossing, to the script and
/// back, with what the border costs. It differs from run to run, unlike everything else in a result.
/// </summary>
public sealed record CallbackTime(StrategyId Strategy, string Callback, long Calls, long Events, double TotalMs, double SlowestMs);

/// <summary>Measures the calls of a run. One owner; two clock readings a call.</summary>
internal sealed class CallProfile
{
    private static readonly string[] Names =
    [
        "on_kline", "on_trade", "on_orderbook", "on_ticker", "on_fill", "on_order", "on_timer", "on_start", "on_stop", "warm-up",
    ];

    private readonly Dictionary<StrategyId, Times[]> _times = [];

    public static string NameOf(ScriptCall call) => Names[IndexOf(call)];

    public void Add(StrategyId strategy, ScriptCall call, int events, long began)
    {
        var ms = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        if (!_times.TryGetValue(strategy, out var times))
        {
            _times.Add(strategy, times = new Times[Names.Length]);
        }

        ref var time = ref times[IndexOf(call)];
        time.Calls++;
        time.Events += events;
        time.TotalMs += ms;
        time.SlowestMs = Math.Max(time.SlowestMs, ms);
    }

    /// <summary>Strategies in the order of their first calls, callbacks by their time, the slowest first.</summary>
    public IReadOnlyList<CallbackTime> Result() =>
    [
        .. _times.SelectMany(s => s.Value
            .Select((t, i) => new CallbackTime(s.Key, Names[i], t.Calls, t.Events, t.TotalMs, t.SlowestMs))
            .Where(t => t.Calls > 0).OrderByDescending(t => t.TotalMs)),
    ];

    private static int IndexOf(ScriptCall call) => call switch
    {
        KlineRun { Warming: true } or KlineRun { Callback: false } => 9,
        KlineRun or KlineUpdateCall => 0,
        TradeRun => 1,
        OrderBookCall => 2,
        TickerCall => 3,
        FillCall => 4,
        OrderCall => 5,
        TimerCall => 6,
        StartCall => 7,
        StopCall => 8,
        _ => throw new UnreachableException(call.ToString()),
    };

    private struct Times
    {
        public long Calls;
        public long Events;
        public double TotalMs;
        public double SlowestMs;
    }
}
