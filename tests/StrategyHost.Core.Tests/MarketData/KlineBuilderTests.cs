using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using Interval = StrategyHost.Core.MarketData.Interval;

namespace StrategyHost.Core.Tests.MarketData;

public sealed class KlineBuilderTests
{
    private const long Minute = 60_000;
    private const long One = FixedPoint.Scale;
    private static readonly Symbol Btc = new("BTCUSDT");

    private static List<Kline> Drain(KlineBuilder builder, long timeMs)
    {
        var closed = new List<Kline>();
        while (builder.TryClose(timeMs, out var kline))
        {
            closed.Add(kline);
        }

        return closed;
    }

    private static List<Kline> FromTrades(int minutes, IEnumerable<(long Time, long Price, long Size)> trades, long endMs)
    {
        var builder = new KlineBuilder(Btc, new Interval(minutes));
        var closed = new List<Kline>();
        foreach (var (time, price, size) in trades)
        {
            closed.AddRange(Drain(builder, time));
            builder.AddTrade(time, price, size);
        }

        closed.AddRange(Drain(builder, endMs));
        return closed;
    }

    [Fact]
    public void Candle_closes_with_the_first_event_at_its_end_not_before()
    {
        var builder = new KlineBuilder(Btc, new Interval(1));
        builder.AddTrade(10, 5 * One, One);
        builder.AddTrade(20, 7 * One, 2 * One);
        builder.AddTrade(59_999, 4 * One, One);
        Assert.Empty(Drain(builder, Minute - 1));
        Assert.Equal(new Kline(0, 5 * One, 7 * One, 4 * One, 4 * One, 4 * One, 5 + 14 + 4), Assert.Single(Drain(builder, Minute)));
    }

    [Fact]
    public void Minutes_without_trades_are_flat_at_the_previous_close()
    {
        var closed = FromTrades(1, [(10, 5, 1), ((3 * Minute) + 1, 9, 1)], 4 * Minute);
        Assert.Equal([0, Minute, 2 * Minute, 3 * Minute], closed.Select(k => k.Start));
        Assert.Equal(new Kline(Minute, 5, 5, 5, 5, 0, 0), closed[1]);
        Assert.Equal(9, closed[3].Open);
        Assert.Equal(9, closed[3].Low);
    }

    [Theory]
    [InlineData(1, 1 + 1440)]
    [InlineData(60, 1 + 24)]
    [InlineData(1440, 1 + 1)]
    public void Flat_candles_end_after_a_day_and_the_next_trade_starts_afresh(int minutes, int expected)
    {
        var later = 10 * 86_400_000L;
        var closed = FromTrades(minutes, [(10, 5, 1), (later + 10, 9, 1)], later + 86_400_000);
        Assert.Equal(expected, closed.Count(k => k.Start < later));
        Assert.Equal(new Kline(later, 9, 9, 9, 9, 1, closed[expected].Turnover), closed[expected]);
    }

    [Fact]
    public void Events_older_than_the_open_candle_are_left_out_and_counted()
    {
        var builder = new KlineBuilder(Btc, new Interval(1));
        builder.AddTrade(Minute + 5, 5, 1);
        Assert.False(builder.AddTrade(Minute - 1, 99, 1));
        Assert.Equal(1, builder.LateEvents);
        Assert.Equal(5, builder.Current!.Value.High);
    }

    [Fact]
    public void Adding_past_an_ended_candle_is_a_bug_of_the_caller()
    {
        var builder = new KlineBuilder(Btc, new Interval(1));
        builder.AddTrade(5, 5, 1);
        Assert.Throws<InvalidOperationException>(() => builder.AddTrade(Minute, 5, 1));
    }

    [Fact]
    public void Candles_do_not_depend_on_how_often_time_moves() => Prop.ForAll(Trades, trades =>
    {
        var plain = FromTrades(1, trades, Minute * 10_000);
        var builder = new KlineBuilder(Btc, new Interval(1));
        var stepped = new List<Kline>();
        var at = 0L;
        foreach (var (time, price, size) in trades)
        {
            for (; at <= time; at += 17_000)
            {
                stepped.AddRange(Drain(builder, at));
            }

            stepped.AddRange(Drain(builder, time));
            builder.AddTrade(time, price, size);
        }

        stepped.AddRange(Drain(builder, Minute * 10_000));
        return plain.SequenceEqual(stepped);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Five_minutes_from_minutes_equal_five_minutes_from_trades() => Prop.ForAll(Trades, trades =>
    {
        var end = Minute * 1000;
        var five = new KlineBuilder(Btc, new Interval(5));
        var fromMinutes = new List<Kline>();
        foreach (var minute in FromTrades(1, trades, end))
        {
            fromMinutes.AddRange(Drain(five, minute.Start));
            five.AddKline(minute);
            fromMinutes.AddRange(Drain(five, minute.Start + Minute));
        }

        var direct = FromTrades(5, trades, end);
        return direct.Count == fromMinutes.Count && direct.Zip(fromMinutes).All(p =>
            p.First with { Turnover = 0 } == p.Second with { Turnover = 0 } && Math.Abs(p.First.Turnover - p.Second.Turnover) < 1e-9);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Building_allocates_nothing()
    {
        var builder = new KlineBuilder(Btc, new Interval(1));
        builder.AddTrade(0, 5, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var time = 0L; time < 100 * Minute; time += 999)
        {
            while (builder.TryClose(time, out _))
            {
            }

            builder.AddTrade(time, 5, 1);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    // Up to some hours of trades with steps from 0 to 10 minutes.
    private static Arbitrary<(long Time, long Price, long Size)[]> Trades { get; } = Arb.From(
        Gen.Choose(0, 600_000 * 450).ArrayOf().Select(steps =>
    {
        var time = 0L;
        return steps.Select(s => (time += s % 600_000, 1 + (s % 50L), 1 + (s / 50 % 9L))).ToArray();
    }));
}
