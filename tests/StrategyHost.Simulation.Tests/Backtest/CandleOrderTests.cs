using StrategyHost.Core.MarketData;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Backtest;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>When candles reach a strategy: never before their end, in the order of their ends, also over gaps and in a warm-up.</summary>
public sealed class CandleOrderTests
{
    private static readonly StrategySettings Both = new()
    {
        Interval = new Interval(1),
        Intervals = [new Interval(5)],
        OnAllIntervals = true,
    };

    [Theory]
    [InlineData(14, 1)]
    [InlineData(60, 15)]
    [InlineData(13, 4)]
    [InlineData(30, 1441)]
    public void Gap_over_the_end_of_a_longer_candle_delays_it_to_the_next_bar(int from, int missing)
    {
        var script = new Recorder();
        var result = Backtests.Run(Backtests.Options(script, Both), Tape(Without(Klines(3000), from, missing)));

        Assert.Null(result.Fault);
        Assert.Equal(3000 - missing, script.Seen.Count(s => s.Minutes == 1));
        Assert.InRange(script.Seen.Count(s => s.Minutes == 5), (3000 - missing) / 5 - 2, 600);
        AssertInOrder(script);
    }

    [Fact]
    public void Warm_up_gives_candles_of_several_intervals_in_the_order_of_their_ends()
    {
        var script = new Recorder();
        Backtests.Run(Backtests.Options(script, Both with { Warmup = 40 }), Tape(Klines(200)));

        Assert.Equal(40, script.Seen.Count(s => s.IsWarming && s.Minutes == 1));
        Assert.Equal(8, script.Seen.Count(s => s.IsWarming && s.Minutes == 5));
        AssertInOrder(script);
    }

    [Fact]
    public void Warm_up_that_uses_up_the_data_is_refused()
    {
        var options = Backtests.Options(new Recorder(), Both with { Warmup = 200 });

        var result = BacktestRunner.Run(
            options, new MarketTape { Symbols = [Tape(Klines(200))], Files = [], Sha256 = "" }, new DataUsed([], 0, default, default, "",
                true));

        Assert.Equal("not_enough_history", Assert.Single(result.Errors).Rule);
    }

    private static void AssertInOrder(Recorder script)
    {
        var ends = script.Seen.Select(s => s.EndMs).ToArray();
        var times = script.Seen.Select(s => s.AtMs).ToArray();
        Assert.Equal(ends.Order(), ends);
        Assert.Equal(times.Order(), times);
        Assert.All(script.Seen, s => Assert.True(s.AtMs >= s.EndMs, "no candle before its end"));
    }

    private static SymbolTape Tape(KlineBlock block) => new() { Symbol = block.Symbol, Klines = [block] };

    private static KlineBlock Klines(int count) => RandomMarket.Klines(Backtests.Fine.Symbol, 1, count);

    private static KlineBlock Without(KlineBlock block, int from, int count)
    {
        long[] Cut(long[] column) => [.. column[..from], .. column[(from + count)..]];
        return new KlineBlock(
            block.Symbol, block.Interval, Cut(block.Start), Cut(block.Open), Cut(block.High), Cut(block.Low), Cut(block.Close),
                Cut(block.Volume),
            new double[block.Count - count]);
    }

    private sealed record Candle(int Minutes, long EndMs, long AtMs, bool IsWarming);

    private sealed class Recorder : CSharpScript
    {
        public override ScriptCallbacks Callbacks => ScriptCallbacks.Kline;

        public IReadOnlyList<Candle> Seen => [.. Calls.OfType<KlineRun>().Where(r => r.Callback).SelectMany(r =>
            Enumerable.Range(r.From, r.To - r.From).Select(i => new Candle(
                r.Block.Interval.Minutes,
                r.Block.Start[i] + r.Block.Interval.Ms,
                r.At.Ms + r.Block.Start[i] - r.Block.Start[r.From],
                r.Warming)))];
    }
}
