using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;

namespace StrategyHost.Host.Live;

/// <summary>
/// Market news into kernel inputs. Only the loop's thread calls it.
/// 1. Closed candles of one instant go in together, longest interval first, then in the order of the symbols (contracts §2); those that do
/// not come within <see cref="CandleWaitMs"/> of the first are not waited for. 2. No candle goes in twice or out of order.
/// </summary>
internal sealed class LiveMarket
{
    /// <summary>How long candles of one instant wait for the others.</summary>
    public const long CandleWaitMs = 1500;

    private readonly Dictionary<Symbol, OrderBook> _books;
    private readonly Dictionary<(Symbol, Interval), long> _lastStart = [];
    private readonly Dictionary<(Symbol, Interval), List<KlineNews>> _opening = [];
    private readonly SortedDictionary<long, Instant> _instants = [];
    private IReadOnlyList<(Symbol Symbol, Interval Interval)> _series; // in the order of delivery

    /// <param name="subscriptions">What the market was asked for.</param>
    public LiveMarket(IReadOnlyList<MarketSubscription> subscriptions)
    {
        _books = subscriptions.Where(s => s.BookDepth > 0).ToDictionary(s => s.Symbol, s => new OrderBook(s.Symbol, s.BookDepth));
        _series = Series(subscriptions);
    }

    /// <summary>When candles that wait for others go in without them.</summary>
    public Timestamp NextDue => _instants.Count == 0 ? Timestamp.MaxValue : _instants.First().Value.Due;

    /// <summary>Time of the last news of each symbol, in exchange time.</summary>
    public Dictionary<Symbol, Timestamp> LastNews { get; } = [];

    /// <summary>The candles that went in, warm-up included.</summary>
    public CandleMemory Candles { get; } = new();

    /// <summary>The newest trades that went in.</summary>
    public RecentTrades Trades { get; } = new();

    /// <summary>A copy of a symbol's book as it is now, best first; null: there is none that is whole.</summary>
    public (BookLevel[] Bids, BookLevel[] Asks)? Book(Symbol symbol) =>
        _books.GetValueOrDefault(symbol) is { IsValid: true } book ? ([.. book.Bids], [.. book.Asks]) : null;

    /// <summary>
    /// More is asked for from now on. Candles of what is new wait until <see cref="Opened"/>: their history comes before them.
    /// </summary>
    public void Extend(IReadOnlyList<MarketSubscription> subscriptions)
    {
        foreach (var wanted in subscriptions.Where(s => s.BookDepth > 0))
        {
            if (!_books.TryGetValue(wanted.Symbol, out var book) || book.Depth < wanted.BookDepth)
            {
                _books[wanted.Symbol] = new OrderBook(wanted.Symbol, wanted.BookDepth);
            }
        }

        var series = Series(subscriptions);
        foreach (var added in series.Except(_series))
        {
            _opening.Add(added, []);
        }

        _series = series;
    }

    /// <summary>The history of what <see cref="Extend"/> began: as a warm-up, and then the candles that closed meanwhile.</summary>
    public IEnumerable<EngineInput> Opened(IReadOnlyList<KlineBlock> history, Timestamp at)
    {
        foreach (var block in history)
        {
            Warmed(block);
        }

        foreach (var instant in WarmUp.Instants(history))
        {
            yield return new KlinesClosed(instant) { At = at, Warming = true };
        }

        foreach (var block in history)
        {
            var waiting = _opening.Remove((block.Symbol, block.Interval), out var news) ? news : [];
            foreach (var input in waiting.SelectMany(n => Take(n, at)))
            {
                yield return input;
            }
        }
    }

    /// <summary>Candles up to here are known from the warm-up.</summary>
    public void Warmed(KlineBlock block)
    {
        Candles.Add(block);
        if (block.Count > 0)
        {
            _lastStart[(block.Symbol, block.Interval)] = block.Start[^1];
        }
    }

    public IEnumerable<EngineInput> Take(MarketNews news, Timestamp at)
    {
        LastNews[news.Symbol] = news.At;
        return news switch
        {
            TradesNews { Trades: var trades } => Take(trades, at),
            BookNews { Update: var update } => Take(update, at),
            TickerNews t => [new MarkChanged(t.Symbol, t.Mark, t.Index, t.FundingRate, t.NextFunding) { At = at }],
            KlineNews { IsClosed: true } kline => Take(kline, at),
            KlineNews kline => [new KlineChanged(kline.Symbol, kline.Interval, kline.Kline) { At = at }],
            GapNews { Kind: GapKind.Book } => Lose(news.Symbol),
            _ => [],
        };
    }

    /// <summary>Candles that have waited long enough.</summary>
    public IEnumerable<EngineInput> PassTime(Timestamp at)
    {
        while (_instants.Count > 0 && _instants.First() is var (end, instant) && instant.Due <= at)
        {
            _instants.Remove(end);
            foreach (var ((symbol, interval), kline) in instant.Candles)
            {
                Candles.Add(symbol, interval, kline);
            }

            yield return instant.Close(_series, at);
        }
    }

    private IEnumerable<EngineInput> Take(TradeBlock trades, Timestamp at)
    {
        Trades.Add(trades);
        return Enumerable.Range(0, trades.Count).Select(i => new TradesPrinted(trades, i, i + 1) { At = at });
    }

    private List<EngineInput> Take(BookUpdate update, Timestamp at)
    {
        if (!_books.TryGetValue(update.Symbol, out var book) || !book.Apply(update).IsApplied)
        {
            return [];
        }

        return [new BookChanged(update.Symbol, book.Bids, book.Asks) { At = at }];
    }

    private List<EngineInput> Lose(Symbol symbol)
    {
        _books.GetValueOrDefault(symbol)?.Invalidate();
        return [];
    }

    private IEnumerable<EngineInput> Take(KlineNews news, Timestamp at)
    {
        var key = (news.Symbol, news.Interval);
        if (_opening.TryGetValue(key, out var opening))
        {
            opening.Add(news);
            return [];
        }

        if (!_series.Contains(key) || news.Kline.Start <= _lastStart.GetValueOrDefault(key, long.MinValue))
        {
            return [];
        }

        _lastStart[key] = news.Kline.Start;
        var end = news.Kline.Start + news.Interval.Ms;
        if (!_instants.TryGetValue(end, out var instant))
        {
            _instants.Add(end, instant = new Instant(at.AddMs(CandleWaitMs)));
        }

        instant.Candles[key] = news.Kline;
        instant.IsLate |= news.IsLate;
        if (!_series.Where(s => end % s.Interval.Ms == 0 && !_opening.ContainsKey(s)).All(instant.Candles.ContainsKey))
        {
            return [];
        }

        instant.Due = at; // complete: it goes in now, after those that ended before it
        foreach (var earlier in _instants.Where(i => i.Key < end))
        {
            earlier.Value.Due = at;
        }

        return PassTime(at);
    }

    private static (Symbol Symbol, Interval Interval)[] Series(IReadOnlyList<MarketSubscription> subscriptions) =>
        [.. subscriptions.SelectMany(s => s.Intervals.Select(i => (s.Symbol, i))).OrderByDescending(s => s.i.Minutes)];

    private sealed class Instant(Timestamp due)
    {
        public Timestamp Due { get; set; } = due;
        public Dictionary<(Symbol, Interval), Kline> Candles { get; } = [];
        public bool IsLate { get; set; }

        public KlinesClosed Close(IReadOnlyList<(Symbol Symbol, Interval Interval)> order, Timestamp at) => new(
        [
            .. order.Where(Candles.ContainsKey).Select(s => new KlineRange(KlineBlocks.Of(s.Symbol, s.Interval, [Candles[s]]), 0, 1)),
        ])
        {
            At = at,
            Late = IsLate,
        };
    }
}
