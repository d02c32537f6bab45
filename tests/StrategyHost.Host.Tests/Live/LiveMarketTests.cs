using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Tests.Live;

/// <summary>How market news become kernel inputs; above all how candles of one instant find together.</summary>
public sealed class LiveMarketTests
{
    private const long Day = 1_767_225_600_000; // 2026-01-01
    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly Symbol Eth = new("ETHUSDT");
    private readonly LiveMarket _market = new(
    [
        new MarketSubscription(Btc) { Intervals = [new Interval(1), new Interval(5)], BookDepth = 50 },
        new MarketSubscription(Eth) { Intervals = [new Interval(1)] },
    ]);

    [Fact]
    public void Candles_of_one_instant_go_in_together_longest_first_when_the_last_has_come()
    {
        Assert.Empty(Take(Eth, 1, 4, at: 5));
        Assert.Empty(Take(Btc, 1, 4, at: 6));
        var closed = Assert.IsType<KlinesClosed>(Assert.Single(Take(Btc, 5, 0, at: 7)));
        Assert.Equal([(Btc, 5), (Btc, 1), (Eth, 1)], closed.Series.Select(s => (s.Block.Symbol, s.Block.Interval.Minutes)));
    }

    [Fact]
    public void Only_intervals_that_close_now_are_waited_for()
    {
        Assert.Empty(Take(Btc, 1, 0, at: 5));
        Assert.Single(Take(Eth, 1, 0, at: 6));
    }

    [Fact]
    public void Missing_candle_is_waited_for_until_the_time_is_up_and_then_goes_in_alone()
    {
        Take(Btc, 1, 0, at: 5);
        Assert.Equal(Day + 5 + LiveMarket.CandleWaitMs, _market.NextDue.Ms);
        Assert.Empty(_market.PassTime(_market.NextDue.AddMs(-1)));
        Assert.Single(_market.PassTime(_market.NextDue));
        Assert.Equal(Timestamp.MaxValue, _market.NextDue);
        var late = Assert.IsType<KlinesClosed>(Assert.Single(_market.PassTime(Timestamp.MaxValue).Concat(Due(Take(Eth, 1, 0, at: 3000)))));
        Assert.Equal(Eth, late.Series[0].Block.Symbol);
    }

    [Fact]
    public void Complete_instant_pushes_an_older_incomplete_one_out_before_it()
    {
        Take(Btc, 1, 0, at: 5);
        Take(Btc, 1, 1, at: 6);
        var inputs = Take(Eth, 1, 1, at: 7).Cast<KlinesClosed>().ToArray();
        Assert.Equal([Day, Day + 60_000], inputs.Select(i => i.Series[0].Block.Start[0]));
    }

    [Fact]
    public void Candle_that_was_known_is_not_given_twice()
    {
        _market.Warmed(KlineBlocks.Of(Btc, new Interval(1), [Candle(3)]));
        Take(Btc, 1, 3, at: 5);
        Assert.Equal(Timestamp.MaxValue, _market.NextDue);
        Take(Btc, 1, 4, at: 6);
        Assert.NotEqual(Timestamp.MaxValue, _market.NextDue);
    }

    [Fact]
    public void Book_goes_in_only_while_it_is_whole()
    {
        Assert.Single(Book(1, isSnapshot: true));
        Assert.Single(Book(2, isSnapshot: false));
        Assert.Empty(Book(4, isSnapshot: false));
        Assert.Empty(Book(5, isSnapshot: false));
        Assert.Single(Book(9, isSnapshot: true));
    }

    [Fact]
    public void Trades_go_in_one_by_one()
    {
        var trades = new TradeBlock(Btc, [Day, Day], [1, 2], [1, 1], [1, -1]);
        var inputs = _market.Take(new TradesNews(trades) { Symbol = Btc, At = new Timestamp(Day) }, new Timestamp(Day)).ToArray();
        Assert.Equal([(0, 1), (1, 2)], inputs.Cast<TradesPrinted>().Select(t => (t.From, t.To)));
    }

    private EngineInput[] Take(Symbol symbol, int minutes, int index, long at)
    {
        var news = new KlineNews(new Interval(minutes), Candle(index), IsClosed: true) { Symbol = symbol, At = new Timestamp(Day + at) };
        return [.. _market.Take(news, new Timestamp(Day + at))];
    }

    private IEnumerable<EngineInput> Due(IEnumerable<EngineInput> now) => now.Concat(_market.PassTime(Timestamp.MaxValue));

    private EngineInput[] Book(long id, bool isSnapshot)
    {
        var update = new BookUpdate(Btc, new Timestamp(Day), isSnapshot, id, [new BookLevel(10, 1)], [new BookLevel(11, 1)]);
        return [.. _market.Take(new BookNews(update) { Symbol = Btc, At = new Timestamp(Day) }, new Timestamp(Day))];
    }

    private static Kline Candle(int index) => new(Day + (index * 60_000L), 10, 12, 9, 11, 5, 50);
}
