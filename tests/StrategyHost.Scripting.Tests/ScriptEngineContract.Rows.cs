using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>Runs of rows: their flags, and the law that the size of a run does not show.</summary>
public abstract partial class ScriptEngineContract
{
    /// <summary>Writes all that a row shows into the log, and returns a signal now and then.</summary>
    private const string Diary = """
        var n = 0;
        function on_kline(k, ctx) {
          var p = ctx.position, r = Math.random();
          n++;
          ctx.log([n, k.start, k.close, k.late, ctx.now, Date.now(), r, ctx.history(3).length, ctx.history(1)[0].start, ctx.ta.sma(5), ctx.ta.rsi(4),
            ctx.ta.atr(6), ctx.ta.crossover('close', ['ema', 3]), ctx.market.last, ctx.account.equity, p && p.unrealised_pnl, p && p.stop_price].join(' '));
          if (r < 0.05) { return { action: 'buy', n: n }; }
          if (r < 0.07) { return []; }
        }
        function on_trade(t, ctx) {
          var p = ctx.position, r = Math.random();
          n++;
          ctx.log([n, t.time, t.price, t.size, t.side, ctx.now, Date.now(), r, ctx.market.mark, ctx.account.equity, p && p.stop_price].join(' '));
          if (r < 0.03) { return [{ action: 'sell', n: n }]; }
        }
        """;

    [EngineFact]
    public void Candles_in_history_are_delivered_without_entering_it_twice()
    {
        using var running = new Running(Engine, """
            var rows = [];
            function on_kline(k, ctx) {
              rows.push([k.start, ctx.history(99).length, ctx.ta.sma(5) !== null, ctx.market.last === k.close]);
              if (rows.length === 5) { return rows; }
            }
            """);
        var block = Running.Walk(5);
        var at = new Timestamp(block.Start[0] + 60_000);
        Assert.Equal(5, running.Call(new KlineRun(block, 0, 5) { At = at, Callback = false }).Consumed);
        var answer = running.Call(new KlineRun(block, 0, 5) { At = at, InHistory = true });
        Assert.Equal("[" + string.Join(",", block.Start.Select(s => $"[{s},5,true,true]")) + "]", Text(answer.Value));
    }

    [EngineFact]
    public void Candle_given_again_does_not_enter_history_again()
    {
        using var running = new Running(Engine, "function on_kline(k, ctx) { return ctx.history(99).length; }");
        var block = Running.Walk(3);
        running.Klines(block, 0, 1);
        running.Klines(block, 1, 2);
        Assert.Equal("2", Text(running.Klines(block, 1, 2).Value));
        Assert.Equal("2", Text(running.Klines(block, 0, 1).Value));
        Assert.Equal("3", Text(running.Klines(block, 2, 3).Value));
    }

    [EngineFact]
    public void Warming_and_lateness_show_only_in_their_runs()
    {
        using var running = new Running(Engine, "function on_kline(k, ctx) { return [ctx.warming, k.late, ctx.market.last === k.close]; } function on_timer(t, ctx) { return ctx.warming; }");
        var block = Running.Walk(4);
        KlineRun Row(int i) => new(block, i, i + 1) { At = new Timestamp(block.Start[i] + 60_000) };
        Assert.Equal("[true,false,true]", Text(running.Call(Row(0) with { Warming = true }).Value));
        Assert.Equal("[false,false,true]", Text(running.Call(Row(1)).Value));
        Assert.Equal("[false,true,false]", Text(running.Call(Row(2) with { Late = true }).Value));
        Assert.Equal("[false,false,true]", Text(running.Call(Row(3)).Value));
        running.Call(Row(3) with { Warming = true });
        Assert.Equal("false", Text(running.Call(new TimerCall { At = new Timestamp(1) }).Value));
    }

    [EngineFact]
    public void Script_without_on_kline_still_has_history()
    {
        using var running = new Running(Engine, "function on_timer(t, ctx) { return [ctx.history(99).length, ctx.ta.sma(2) !== null]; }");
        Assert.Equal(40, running.Klines(Running.Walk(40), 0, 40).Consumed);
        Assert.Equal("[40,true]", Text(running.Call(new TimerCall { At = new Timestamp(1) }).Value));
    }

    [EngineFact]
    public void Time_of_a_run_keeps_its_distance_to_the_rows()
    {
        using var running = new Running(Engine, "var d = []; function on_kline(k, ctx) { d.push(ctx.now - k.end, Date.now() - ctx.now); if (d.length === 6) { return d; } }");
        var block = Running.Walk(3);
        Assert.Equal("[250,0,250,0,250,0]", Text(running.Call(new KlineRun(block, 0, 3) { At = new Timestamp(block.Start[0] + 60_250) }).Value));
    }

    [EngineFact]
    public void Trade_has_the_fields_of_the_contract_and_its_rows_stop()
    {
        using var running = new Running(Engine, "function on_trade(t, ctx) { return [t, ctx.position.stop_price]; }");
        var block = Running.Trades(2);
        var run = new TradeRun(block, 1, 2) { At = new Timestamp(block.Time[1]), Stops = [39_000.5] };
        var (price, size) = (new Price(block.Price[1]).ToDouble(), new Quantity(block.Size[1]).ToDouble());
        Assert.Equal(
            $"[{{symbol:\"BTCUSDT\",price:{Text(ScriptValue.Of(price))},size:{Text(ScriptValue.Of(size))},"
                + $"side:\"{(block.Side[1] > 0 ? "buy" : "sell")}\",time:{block.Time[1]}}},39000.5]",
            Text(running.Call(run, Running.Position(40_000, 1)).Value));
    }

    [EngineFact]
    public void One_run_of_many_candles_equals_many_runs_of_one() => Prop.ForAll(
        Gen.Choose(1, 100_000).Two().ToArbitrary(),
        pair =>
        {
            var (seed, cuts) = pair;
            var block = Running.Walk(700, seed);
            var stops = Enumerable.Range(0, block.Count).Select(i => i % 7 == 0 ? double.NaN : 39_000.0 + i).ToArray();
            KlineRun Run(int from, int to) => new(block, from, to)
            {
                At = new Timestamp(block.Start[from] + 60_000),
                Stops = stops[from..to],
            };
            Assert.Equal(Trace(Run, block.Count, new Steps(seed, 1)), Trace(Run, block.Count, new Steps(seed, int.MaxValue)));
            Assert.Equal(Trace(Run, block.Count, new Steps(seed, 1)), Trace(Run, block.Count, new Steps(seed, 90, cuts)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2));

    [EngineFact]
    public void Run_that_stops_because_of_its_log_tells_no_signal_where_the_row_gave_none()
    {
        foreach (var nothing in (string[])["[]", "null"])
        {
            var script = $$"""
                var text = new Array(901).join('x');
                function on_kline(k, ctx) { ctx.log(text); return {{nothing}}; }
                function on_trade(t, ctx) { ctx.log(text); return {{nothing}}; }
                """;
            using var running = new Running(Engine, script, Running.Generous with { LogCharactersPerCall = 1000 });
            var (klines, trades) = (Running.Walk(50), Running.Trades(50));
            ScriptCall[] runs =
            [
                new KlineRun(klines, 0, 50) { At = new Timestamp(klines.Start[0] + 60_000) },
                new TradeRun(trades, 0, 50) { At = new Timestamp(trades.Time[0]) },
            ];
            foreach (var run in runs)
            {
                var answer = running.Call(run);
                Assert.Null(answer.Fault);
                Assert.True(answer.Logs.Sum(l => l.Text.Length) > 2 * 16_000); // it stopped, more than once, and was gone on with
                Assert.Equal((50, ScriptValueKind.Undefined), (answer.Consumed, answer.Value.Kind));
            }
        }
    }

    [EngineFact]
    public void One_run_of_many_trades_equals_many_runs_of_one() => Prop.ForAll(
        Gen.Choose(1, 100_000).ToArbitrary(),
        seed =>
        {
            var block = Running.Trades(1500);
            TradeRun Run(int from, int to) => new(block, from, to) { At = new Timestamp(block.Time[from]) };
            Assert.Equal(Trace(Run, block.Count, new Steps(seed, 1)), Trace(Run, block.Count, new Steps(seed, int.MaxValue)));
            Assert.Equal(Trace(Run, block.Count, new Steps(seed, 1)), Trace(Run, block.Count, new Steps(seed, 400, seed)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2));

    /// <summary>What the diary says of all rows, delivered in runs of the given sizes; a run that stops at a signal goes on behind it.</summary>
    private List<string> Trace(Func<int, int, ScriptCall> run, int rows, Steps steps)
    {
        using var running = new Running(Engine, Diary, Running.Generous with { Seed = steps.Seed, LogCharactersPerCall = 1000 });
        var view = Running.Position(40_000, 0.25);
        var trace = new List<string>();
        for (var at = 0; at < rows;)
        {
            var answer = running.Call(run(at, (int)Math.Min(rows, (long)at + steps.Next())), view);
            Assert.Null(answer.Fault);
            trace.AddRange(answer.Logs.Select(l => $"{at + l.Row}: {l.Text}"));
            at += answer.Consumed;
            if (!answer.Value.IsNothing && answer.Value.Kind != ScriptValueKind.Undefined)
            {
                trace.Add($"{at}> {Text(answer.Value)}");
            }
        }

        return trace;
    }

    /// <summary>Sizes of runs: all of the largest, or random ones up to it.</summary>
    private sealed class Steps(long seed, int largest, int? randomSeed = null)
    {
        private readonly Random? _random = randomSeed is { } given ? new Random(given) : null;

        public long Seed => seed;

        public int Next() => _random?.Next(1, largest) ?? largest;
    }
}
