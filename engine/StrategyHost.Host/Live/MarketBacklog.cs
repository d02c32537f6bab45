using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;

namespace StrategyHost.Host.Live;

/// <summary>
/// Market news on their way into the inbox of an engine that has fallen behind. While it keeps up all pass as they came.
/// 1. From <see cref="JoinFrom"/> waiting inputs on a newer ticker or running candle takes the place of the one that waits, and of a book's
/// updates only the newest is a step: the others are applied and no more. 2. From <see cref="Max"/> on trades and books are dropped until
/// half of what waits is done: that is said, and a <see cref="GapNews"/> stands where they are missing. 3. Trades and closed candles are
/// never lost without that, and what is kept stays in order within its kind and symbol. Reports of accounts do not come this way.
/// </summary>
/// <param name="say">Told when the engine has fallen behind, when news are dropped and when it has caught up; any thread.</param>
internal sealed class MarketBacklog(Action<string> say)
{
    /// <summary>An engine that keeps up has a few waiting; this many are some tenths of a second of work.</summary>
    public const int JoinFrom = 10_000;

    /// <summary>The engine is said to be stuck long before: alert <c>engine_stuck</c> after 5 s without an answer.</summary>
    public const int Max = 200_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(Symbol, GapKind, Interval), WaitingNews> _last = []; // that of each kind that was posted last
    private readonly Dictionary<(Symbol, GapKind), Timestamp> _missing = [];
    private bool _isBehind;
    private bool _isFull;
    private long _dropped;

    /// <summary>What has to be posted, in order; nothing: it has joined what waits, or was dropped.</summary>
    /// <param name="news">In the order of their coming; of one symbol from one thread.</param>
    /// <param name="waiting">Inputs that wait now.</param>
    public IReadOnlyList<WaitingNews> Offer(MarketNews news, int waiting)
    {
        lock (_lock)
        {
            if (waiting < JoinFrom && !_isBehind)
            {
                return [new WaitingNews(news)];
            }

            Judge(waiting);
            var kind = KindOf(news);
            if (_isFull && news is TradesNews or BookNews)
            {
                _dropped++;
                _missing.TryAdd((news.Symbol, kind), news.At);
                return [];
            }

            var posted = Join(news, kind, isBehind: waiting >= JoinFrom);
            return posted is null ? []
                : _missing.Remove((news.Symbol, kind), out var from)
                    ? [new WaitingNews(new GapNews(kind, from) { Symbol = news.Symbol, At = news.At }), posted]
                    : [posted];
        }
    }

    /// <summary>The place that news have in the inbox; null: that of those before them.</summary>
    private WaitingNews? Join(MarketNews news, GapKind kind, bool isBehind)
    {
        var key = (news.Symbol, kind, news is KlineNews k ? k.Interval : default);
        if (isBehind && _last.TryGetValue(key, out var last) && last.TryJoin(news))
        {
            return null;
        }

        return _last[key] = new WaitingNews(news);
    }

    private void Judge(int waiting)
    {
        if (!_isBehind)
        {
            _isBehind = true;
            say($"the engine has fallen behind, {waiting} inputs wait: of tickers, books and running candles only the newest count");
        }

        if (waiting >= Max && !_isFull)
        {
            _isFull = true;
            say($"{waiting} inputs wait for the engine: trades and books are dropped until half of them is done");
        }

        _isFull &= waiting >= Max / 2;
        if (waiting < JoinFrom / 2)
        {
            say("the engine has caught up" + (_dropped == 0 ? "" : $"; {_dropped} pieces of market news were dropped, and the books among "
                + "them are not known until the exchange shows them whole"));
            (_isBehind, _dropped) = (false, 0);
            _last.Clear();
        }
    }

    private static GapKind KindOf(MarketNews news) => news switch
    {
        TradesNews => GapKind.Trades,
        BookNews => GapKind.Book,
        TickerNews => GapKind.Ticker,
        KlineNews => GapKind.Klines,
        GapNews gap => gap.Kind,
        _ => throw new System.Diagnostics.UnreachableException(news.ToString()),
    };
}

/// <summary>News that wait in the inbox; newer ones may take their place or overtake them until they are taken.</summary>
internal sealed class WaitingNews(MarketNews news)
{
    private readonly Lock _lock = new();
    private MarketNews _news = news;
    private bool _isOvertaken;
    private bool _isTaken;

    /// <summary>Makes room for newer news of the same kind and symbol; false: they need a place of their own.</summary>
    public bool TryJoin(MarketNews newer)
    {
        lock (_lock)
        {
            _isOvertaken |= (_news, newer) is (BookNews, BookNews);
            var joins = !_isTaken
                && (_news, newer) is (TickerNews, TickerNews) or (KlineNews { IsClosed: false }, KlineNews { IsClosed: false });
            _news = joins ? newer : _news;
            return joins;
        }
    }

    /// <summary>The news, and whether newer ones of the same book wait behind them; from now on nothing takes their place.</summary>
    public (MarketNews News, bool IsOvertaken) Take()
    {
        lock (_lock)
        {
            _isTaken = true;
            return (_news, _isOvertaken);
        }
    }
}
