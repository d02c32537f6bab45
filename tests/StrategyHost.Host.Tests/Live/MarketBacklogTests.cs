using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Tests.Live;

/// <summary>What becomes of market news when the engine cannot keep up.</summary>
public sealed class MarketBacklogTests
{
    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly Symbol Eth = new("ETHUSDT");
    private readonly List<string> _said = [];
    private readonly MarketBacklog _backlog;

    public MarketBacklogTests() => _backlog = new MarketBacklog(_said.Add);

    [Fact]
    public void News_pass_one_by_one_while_the_engine_keeps_up()
    {
        var tickers = Enumerable.Range(1, 5).Select(i => Ticker(i)).ToArray();
        var posted = tickers.SelectMany(t => _backlog.Offer(t, MarketBacklog.JoinFrom - 1)).Select(p => p.Take());
        Assert.Equal(tickers.Select(t => ((MarketNews)t, false)), posted);
        Assert.Empty(_said);
    }

    [Fact]
    public void Newest_ticker_takes_the_place_of_the_one_that_waits_until_that_is_taken()
    {
        var place = Assert.Single(Behind(Ticker(1)));
        Assert.Empty(Behind(Ticker(2)));
        Assert.Single(Behind(Ticker(3, Eth)));
        Assert.Equal(Ticker(2), place.Take().News);
        Assert.Single(Behind(Ticker(4)));
        Assert.Contains("fallen behind", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void Running_candle_goes_before_no_closed_one()
    {
        var running = Assert.Single(Behind(Candle(1, 0, isClosed: false)));
        Assert.Empty(Behind(Candle(2, 0, isClosed: false)));
        var closed = Assert.Single(Behind(Candle(3, 0, isClosed: true)));
        var next = Assert.Single(Behind(Candle(4, 60_000, isClosed: false)));
        Assert.Equal([2L, 3, 4], new[] { running, closed, next }.Select(p => p.Take().News.At.Ms));
    }

    [Fact]
    public void Every_update_of_a_book_waits_and_only_the_newest_is_a_step()
    {
        var places = Enumerable.Range(1, 3).Select(i => Assert.Single(Behind(Book(i)))).ToArray();
        Assert.Equal([(1L, true), (2, true), (3, false)], places.Select(p => p.Take()).Select(t => (t.News.At.Ms, t.IsOvertaken)));
    }

    [Fact]
    public void What_is_dropped_is_said_and_a_gap_stands_in_its_place()
    {
        Assert.Single(_backlog.Offer(Trades(1), MarketBacklog.Max - 1));
        Assert.Empty(_backlog.Offer(Trades(2), MarketBacklog.Max));
        Assert.Empty(_backlog.Offer(Trades(3), MarketBacklog.Max / 2));
        Assert.Single(_backlog.Offer(Candle(4, 0, isClosed: true), MarketBacklog.Max * 2));
        var back = _backlog.Offer(Trades(5), (MarketBacklog.Max / 2) - 1).Select(p => p.Take().News).ToArray();
        Assert.Equal([new GapNews(GapKind.Trades, new Timestamp(2)) { Symbol = Btc, At = new Timestamp(5) }, Trades(5)], back);
        Assert.Single(_backlog.Offer(Ticker(6), 0));
        Assert.Equal(3, _said.Count);
        Assert.Contains("2 pieces of market news were dropped", _said[^1], StringComparison.Ordinal);
    }

    /// <summary>Whatever the engine's pace: nothing changes its order, nothing but what was said is missing, and the last word is heard.</summary>
    [Fact]
    public void Trades_and_closed_candles_are_lost_by_no_pace_without_a_gap()
    {
        const int Weight = 20_000; // of one input: a few reach both limits
        var step = Gen.Choose(0, 6);
        Prop.ForAll(step.ArrayOf().ToArbitrary(), steps =>
        {
            var backlog = new MarketBacklog(_ => { });
            var (queue, offered, heard) = (new Queue<WaitingNews>(), new List<MarketNews>(), new List<MarketNews>());
            for (var i = 0; i < steps.Length; i++)
            {
                if (steps[i] > 4 && queue.TryDequeue(out var next))
                {
                    heard.Add(next.Take().News);
                    continue;
                }

                offered.Add(Any(steps[i], i + 1));
                foreach (var posted in backlog.Offer(offered[^1], queue.Count * Weight))
                {
                    queue.Enqueue(posted);
                }
            }

            heard.AddRange(queue.Select(p => p.Take().News));
            return heard.OfType<TickerNews>().LastOrDefault() == offered.OfType<TickerNews>().LastOrDefault()
                && Closed(heard).SequenceEqual(Closed(offered))
                && offered.Select(n => n.GetType()).Distinct().All(t => IsAscending([.. heard.Where(n => n.GetType() == t).Select(n => n.At.Ms)]))
                && IsWhole(heard, [.. offered.OfType<TradesNews>()]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(80));
    }

    private static IEnumerable<MarketNews> Closed(IEnumerable<MarketNews> news) => news.Where(n => n is KlineNews { IsClosed: true });

    private static bool IsAscending(long[] times) => times.SequenceEqual(times.Order());

    /// <summary>Between two trades that were heard none is missing but where a gap stands, which names the first that is.</summary>
    private static bool IsWhole(List<MarketNews> heard, TradesNews[] offered)
    {
        var at = 0;
        foreach (var news in heard.Where(n => n is TradesNews or GapNews { Kind: GapKind.Trades }))
        {
            if (news is GapNews gap && (at == offered.Length || offered[at].At != gap.From))
            {
                return false;
            }

            at = news is GapNews ? Array.FindIndex(offered, o => o.At == news.At) : offered[at] == news ? at + 1 : int.MaxValue;
            if (at > offered.Length)
            {
                return false;
            }
        }

        return true;
    }

    private static MarketNews Any(int kind, long at) => kind switch
    {
        0 => Ticker(at),
        1 => Candle(at, at, isClosed: false),
        2 => Candle(at, at, isClosed: true),
        3 => Book(at),
        _ => Trades(at),
    };

    private IReadOnlyList<WaitingNews> Behind(MarketNews news) => _backlog.Offer(news, MarketBacklog.JoinFrom);

    private static TickerNews Ticker(long at, Symbol? symbol = null) => new() { Symbol = symbol ?? Btc, At = new Timestamp(at) };

    private static KlineNews Candle(long at, long start, bool isClosed) =>
        new(new Core.MarketData.Interval(1), new Kline(start, 1, 1, 1, 1, 1, 1), isClosed) { Symbol = Btc, At = new Timestamp(at) };

    private static BookNews Book(long at) =>
        new(new BookUpdate(Btc, new Timestamp(at), at == 1, at, [], [])) { Symbol = Btc, At = new Timestamp(at) };

    private static readonly TradeBlock NoTrades = new(Btc, [], [], [], []);

    private static TradesNews Trades(long at) => new(NoTrades) { Symbol = Btc, At = new Timestamp(at) };
}
