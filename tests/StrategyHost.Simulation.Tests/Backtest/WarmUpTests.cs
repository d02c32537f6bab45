using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Exchange;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>
/// Which candles a strategy gets before trading, when trading starts, and that it gets no candle of which a part is missing.
/// </summary>
public sealed class WarmUpTests
{
    private const long Minute = 60_000;
    private const long Begin = 1_704_067_200_000;
    private static readonly Symbol Symbol = Backtests.Fine.Symbol;

    [Theory]
    [InlineData(FillModel.Bar, 0)]
    [InlineData(FillModel.Cross, 0)]
    [InlineData(FillModel.Bar, -20_000)]
    public void Candles_before_the_wanted_time_are_the_warm_up(FillModel fill, long beside)
    {
        var script = new Recorder();
        var result = Run(script, fill, new StrategySettings { Warmup = 40 }, Begin + (100 * Minute) + beside);

        Assert.Equal(100, script.Seen.Count(s => s.IsWarming));
        Assert.Equal(Begin + (100 * Minute), script.Seen.First(s => !s.IsWarming).StartMs);
        Assert.DoesNotContain(result.Warnings, w => w.Contains("trading starts", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(FillModel.Bar)]
    [InlineData(FillModel.Cross)]
    public void Trading_starts_later_where_the_candles_before_are_missing_and_the_report_says_so(FillModel fill)
    {
        var script = new Recorder();
        var result = Run(script, fill, new StrategySettings { Warmup = 40 }, Begin + (30 * Minute));

        Assert.Equal(40, script.Seen.Count(s => s.IsWarming));
        var start = new Timestamp(Begin + (40 * Minute));
        Assert.Equal(start.Ms, script.Seen.First(s => !s.IsWarming).StartMs);
        Assert.Contains(result.Warnings, w => w.EndsWith($"trading starts at {start}", StringComparison.Ordinal));
    }

    [Fact]
    public void Longer_candle_that_began_before_the_wanted_time_is_whole()
    {
        var script = new Recorder();
        var settings = new StrategySettings { Interval = new Interval(5) };
        Run(script, FillModel.Cross, settings, Begin + (7 * Minute));

        Assert.Equal([(Begin, true), (Begin + (5 * Minute), false)], script.Seen.Take(2).Select(s => (s.StartMs, s.IsWarming)));
    }

    [Fact]
    public void Nothing_after_the_wanted_time_is_an_error()
    {
        var options = Backtests.Options(new Recorder()) with { TradeFrom = new Timestamp(Begin + (300 * Minute)) };

        var result = BacktestRunner.Run(options, new MarketTape { Symbols = [Tape()], Files = [], Sha256 = "" },
            new DataUsed([], 0, default, default, "", true));

        Assert.Equal(("no_data", "--from"), (Assert.Single(result.Errors).Rule, result.Errors[0].Field));
    }

    [Theory]
    [InlineData(800, 0)]
    [InlineData(30_000, 1)]
    public void First_candle_of_a_tape_that_begins_inside_it_is_left_out(long late, int firstMinute)
    {
        var script = new Recorder();
        var result = Backtests.Run(Backtests.Options(script, fill: FillModel.Cross), Trades(late));

        Assert.Equal(Begin + (firstMinute * Minute), script.Seen[0].StartMs);
        Assert.Equal(firstMinute, result.Warnings.Count(w => w.Contains("begin inside it", StringComparison.Ordinal)));
    }

    [Fact]
    public void First_longer_candle_of_bars_that_begin_inside_it_is_left_out()
    {
        var script = new Recorder();
        var tape = RandomMarket.Klines(Symbol, 1, 60);
        var late = new KlineBlock(
            Symbol, tape.Interval, tape.Start[2..], tape.Open[2..], tape.High[2..], tape.Low[2..], tape.Close[2..], tape.Volume[2..],
            tape.Turnover[2..]);
        Backtests.Run(
            Backtests.Options(script, new StrategySettings { Interval = new Interval(15) }),
            new SymbolTape { Symbol = Symbol, Klines = [late] });

        Assert.Equal(Begin + (15 * Minute), script.Seen[0].StartMs);
    }

    [Fact]
    public void Candles_with_a_marked_gap_are_left_out()
    {
        var script = new Recorder();
        var gap = new GapMark(Begin + (3 * Minute) + 500, Begin + (5 * Minute) + 500, GapReason.Disconnected);
        var result = Backtests.Run(Backtests.Options(script, fill: FillModel.Cross), Trades(0) with { Gaps = [gap] });

        Assert.Equal([0L, 1, 2, 6, 7], script.Seen.Take(5).Select(s => (s.StartMs - Begin) / Minute));
        Assert.Contains(result.Warnings, w => w.Contains("3 1m candles were left out", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Funding_rate_is_known_from_the_start(bool isRecorded)
    {
        var script = new Recorder();
        var recorded = new FundingRate(Begin + (4 * 3_600_000), 0.0003);
        var options = Backtests.Options(script, instrument: Backtests.Fine with { HasFunding = true });
        Backtests.Run(options, Tape() with { Funding = isRecorded ? [recorded] : [] });

        var market = script.Markets[0];
        Assert.Equal(isRecorded ? 0.0003 : 0.0001, market.FundingRate);
        Assert.Equal(Begin + ((isRecorded ? 4 : 8) * 3_600_000), market.NextFundingTimeMs);
    }

    private static BacktestResult Run(Recorder script, FillModel fill, StrategySettings settings, long from) => Backtests.Run(
        Backtests.Options(script, settings, fill) with { TradeFrom = new Timestamp(from) }, fill == FillModel.Bar ? Tape() : Trades(0));

    private static SymbolTape Tape() => new()
    {
        Symbol = Symbol,
        Klines = [RandomMarket.Klines(Symbol, 1, 200)],
    };

    /// <summary>A trade each second of 200 minutes, the first some time after the full minute.</summary>
    private static SymbolTape Trades(long lateMs)
    {
        long[] time = [.. Enumerable.Range(0, 200 * 60).Select(i => Begin + (i * 1000L)).Where(t => t >= Begin + lateMs - 999)];
        return new SymbolTape
        {
            Symbol = Symbol,
            Trades = new TradeBlock(
                Symbol, [.. time.Select(t => Math.Max(t, Begin + lateMs))], [.. time.Select((_, i) => FixedPoint.Units(100m + (i % 7)))],
                [.. time.Select(_ => FixedPoint.Scale)], [.. time.Select(_ => (sbyte)1)]),
        };
    }

    private sealed record Candle(long StartMs, bool IsWarming);

    private sealed class Recorder : CSharpScript
    {
        public override ScriptCallbacks Callbacks => ScriptCallbacks.Kline;
        public List<ScriptMarket> Markets { get; } = [];

        public IReadOnlyList<Candle> Seen => [.. Calls.OfType<KlineRun>().Where(r => r.Callback).SelectMany(r =>
            Enumerable.Range(r.From, r.To - r.From).Select(i => new Candle(r.Block.Start[i], r.Warming)))];

        protected override ScriptValue OnKline(Kline kline, double stop)
        {
            Markets.AddRange(View.Markets);
            return default;
        }
    }
}
