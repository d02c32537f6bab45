using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Simulation.LiveMarket;
using Xunit;
using Interval = StrategyHost.Core.MarketData.Interval;

namespace StrategyHost.Simulation.Tests.LiveMarket;

public sealed class MarketWalkTests
{
    private static readonly Timestamp Start = new(1_767_225_600_000);
    private static readonly Instrument Btc = new()
    {
        Symbol = new Symbol("BTCUSDT"),
        TickSize = Price.Of(0.1m),
        QtyStep = Quantity.Of(0.001m),
        MinQty = Quantity.Of(0.001m),
    };

    [Fact]
    public void Prices_are_on_the_tick_sizes_on_the_lot_books_never_cross_and_times_never_fall()
    {
        var at = Start;
        foreach (var news in Walk(7).Advance(Start.AddMs(600_000)))
        {
            Assert.True(news.At >= at);
            at = news.At;
            switch (news)
            {
                case TradesNews { Trades: var trades }:
                    Assert.All(trades.Price, p => Assert.True(p > 0 && p % Btc.TickSize.Units == 0));
                    Assert.All(trades.Size, s => Assert.True(s > 0 && s % Btc.QtyStep.Units == 0));
                    break;
                case BookNews { Update: var book }:
                    Assert.True(book.Bids[0].Price < book.Asks[0].Price);
                    Assert.Equal(book.Bids.Select(b => b.Price).OrderDescending(), book.Bids.Select(b => b.Price));
                    Assert.Equal(book.Asks.Select(a => a.Price).Order(), book.Asks.Select(a => a.Price));
                    break;
            }
        }
    }

    [Fact]
    public void How_often_time_is_moved_does_not_matter() => Prop.ForAll<int, byte>((seed, steps) =>
    {
        var whole = Walk(seed).Advance(Start.AddMs(20_000));
        var walk = Walk(seed);
        var parts = Enumerable.Range(1, steps + 1).SelectMany(i => walk.Advance(Start.AddMs(20_000L * i / (steps + 1)))).ToArray();
        return whole.Select(Text).SequenceEqual(parts.Select(Text));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public void History_ends_at_the_price_and_the_minute_at_which_the_walk_begins()
    {
        var minutes = InventedHistory.Minutes(Btc, 3, Start.AddMs(30_000), Price.Of(60_000), 1440);
        Assert.Equal((1440, Start.Ms - 60_000, Price.Of(60_000).Units), (minutes.Count, minutes.Start[^1], minutes.Close[^1]));
        for (var i = 0; i < minutes.Count; i++)
        {
            var k = minutes[i];
            Assert.True(k.Low <= Math.Min(k.Open, k.Close) && k.High >= Math.Max(k.Open, k.Close) && k.Low > 0 && k.Volume > 0);
            Assert.True(i == 0 || (k.Start == minutes.Start[i - 1] + 60_000 && k.Open == minutes.Close[i - 1]));
        }
    }

    [Fact]
    public void Longer_candles_hold_exactly_their_minutes_and_only_whole_ones_are_given()
    {
        var minutes = InventedHistory.Minutes(Btc, 3, Start.AddMs(7 * 60_000), Price.Of(60_000), 100);
        var fives = InventedHistory.Aggregate(minutes, new Interval(5));
        Assert.Equal(Start.Ms, fives.Start[^1]); // 00:05 to 00:07 is not over
        for (var i = 0; i < fives.Count; i++)
        {
            var first = Array.IndexOf(minutes.Start, fives.Start[i]);
            var range = first..(first + 5);
            Assert.Equal(
                (minutes.Open[first], minutes.High[range].Max(), minutes.Low[range].Min(), minutes.Close[first + 4], minutes.Volume[range].Sum()),
                (fives.Open[i], fives.High[i], fives.Low[i], fives.Close[i], fives.Volume[i]));
        }
    }

    private static MarketWalk Walk(long seed) => new(Btc, seed, Start, Price.Of(60_000));

    private static string Text(MarketNews news) => news switch
    {
        TradesNews { Trades: var t } => $"{news.At} {string.Join(',', t.Price)} {string.Join(',', t.Size)} {string.Join(',', t.Side)}",
        BookNews { Update: var b } => $"{news.At} {b.UpdateId} {string.Join(',', b.Bids)} {string.Join(',', b.Asks)}",
        _ => news.ToString(),
    };
}
