using System.Diagnostics;
using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;

namespace StrategyHost.ScriptProbe;

/// <summary>Plain stopwatch figures of the border: rows of candles and trades in runs, and single crossings with a signal.</summary>
internal static class Bench
{
    private const string Cross = """
        var pf = null, ps = null;
        function on_kline(k, ctx) {
          var f = ctx.ta.sma(10), s = ctx.ta.sma(50), r;
          if (s === null) { return; }
          if (pf !== null) {
            if (f > s && pf <= ps && !ctx.position) { r = { action: 'buy', quantity: 0.1, trail_percent: 2, take_profit_percent: 4 }; }
            else if (f < s && pf >= ps && !ctx.position) { r = { action: 'close' }; }
          }
          pf = f; ps = s;
          return r;
        }
        """;

    private const string Ema = """
        var ema = null, n = 0;
        function on_trade(t, ctx) {
          if (ema === null) { ema = t.price; } else { ema += 2 / 1001 * (t.price - ema); }
          if (++n % 5000 === 0 && !ctx.position) { return { action: t.price > ema ? 'buy' : 'sell', quantity: 0.1 }; }
        }
        """;

    private const string Always = "function on_kline(k, ctx) { return { action: 'buy', quantity: 0.1, stop_loss: k.low, reason: 'x' }; }";

    public static int Run(string engineName)
    {
        var engine = ScriptEngines.Choose(engineName).Value;
        Console.WriteLine(engine.Why);
        var scale = engineName == "jint" ? 100 : 1;
        for (var round = 0; round < 6; round++)
        {
            Measure(engine.Engine, "klines, empty", "function on_kline(k, ctx) { }", Candles(525_600 / scale));
            Measure(
                engine.Engine, "klines, two sma",
                "function on_kline(k, ctx) { var f = ctx.ta.sma(10), s = ctx.ta.sma(50); if (f === 0) { return 1; } }",
                Candles(525_600 / scale));
            Measure(engine.Engine, "klines, two sma, signals", Cross, Candles(525_600 / scale));
            Measure(engine.Engine, "trades, ema", Ema, Trades(5_000_000 / scale));
            Measure(engine.Engine, "a signal each row", Always, Candles(100_000 / scale));
        }

        return 0;
    }

    private static Func<int, (ScriptCall Call, int Total)> Candles(int count)
    {
        var block = Samples.Klines(count);
        return from => (new KlineRun(block, Math.Min(from, count), count) { At = new Timestamp((from + 1) * 60_000L) }, count);
    }

    private static Func<int, (ScriptCall Call, int Total)> Trades(int count)
    {
        var block = Samples.Trades(count);
        return from => (new TradeRun(block, Math.Min(from, count), count) { At = new Timestamp(from * 20L) }, count);
    }

    private static void Measure(IScriptEngine engine, string name, string script, Func<int, (ScriptCall Call, int Total)> call)
    {
        using var lane = new ScriptLane("bench");
        lane.Run(() =>
        {
            using var instance = engine.Load(new ScriptSource("bench.js", "", script), new ScriptLimits()).Value;
            instance.Configure(Samples.Environment);
            var (at, crossings) = (0, 0);
            var total = call(0).Total;
            var process = Process.GetCurrentProcess();
            var cpu = process.TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            while (at < total)
            {
                var answer = instance.Call(call(at).Call, ScriptView.Empty);
                if (answer.Fault is { } fault)
                {
                    throw new InvalidOperationException(fault.Error.ToString());
                }

                at += answer.Consumed;
                crossings++;
            }

            var wall = clock.Elapsed.TotalMilliseconds;
            process.Refresh();
            var ns = (process.TotalProcessorTime - cpu).TotalNanoseconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {total} rows, {crossings} calls, wall {wall:F1} ms, cpu {ns / 1e6:F1} ms, {ns / total:F1} ns/row, "
            + $"{total / ns * 1e3:F2} M rows/s, {ns / crossings:F0} ns/call"));
        });
    }
}
