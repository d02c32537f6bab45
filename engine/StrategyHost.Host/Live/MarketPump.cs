using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Simulation.LiveMarket;

namespace StrategyHost.Host.Live;

/// <summary>
/// Moves invented markets on: the simulated exchange hears each event before the engine does, so that what an event trades is reported
/// before it. A call that overtakes another waits for it; times never go back.
/// </summary>
internal sealed class MarketPump
{
    /// <summary>One-minute candles that are remembered: 30 days, as much as the history before a start.</summary>
    private const int MinutesMax = 30 * 1440;

    /// <summary>The oldest are dropped together.</summary>
    private const int MinutesSlack = 1440;

    private readonly Lock _gate = new();
    private readonly List<MarketWalk> _walks;
    private readonly Dictionary<Symbol, List<Kline>> _minutes = [];
    private readonly List<KlineBuilder> _minuteBuilders = [];
    private readonly LiveExchange? _exchange;
    private readonly IExchangeListener _listener;
    private readonly List<KlineBuilder> _builders;
    private Timestamp _at;

    /// <param name="walks">The markets.</param>
    /// <param name="subscriptions">Which candles are wanted.</param>
    /// <param name="exchange">Null: nobody trades.</param>
    /// <param name="listener">Hears everything.</param>
    /// <param name="start">When the markets begin.</param>
    public MarketPump(
        IReadOnlyList<MarketWalk> walks, IReadOnlyList<MarketSubscription> subscriptions, LiveExchange? exchange,
        IExchangeListener listener, Timestamp start)
    {
        (_walks, _exchange, _listener, _at) = ([.. walks], exchange, listener, start);
        _minuteBuilders.AddRange(_walks.Select(w => new KlineBuilder(w.Symbol, new Interval(1))));
        _builders = [.. subscriptions.SelectMany(s => s.Intervals.Select(i => new KlineBuilder(s.Symbol, i)))];
        foreach (var builder in _builders.Concat(_minuteBuilders))
        {
            // The candle that is running began at the price at which the history ends.
            builder.AddTrade(builder.Interval.StartOf(start).Ms, walks.Single(w => w.Symbol == builder.Symbol).Last.Units, 0);
        }
    }

    public bool Has(Symbol symbol)
    {
        lock (_gate)
        {
            return _walks.Exists(w => w.Symbol == symbol);
        }
    }

    /// <summary>Another market, which begins at this moment.</summary>
    public void Add(MarketWalk walk, Timestamp at)
    {
        lock (_gate)
        {
            var minutes = new KlineBuilder(walk.Symbol, new Interval(1));
            minutes.AddTrade(new Interval(1).StartOf(at).Ms, walk.Last.Units, 0);
            _minuteBuilders.Add(minutes);
            _walks.Add(walk);
        }
    }

    /// <summary>Candles that nobody has wanted so far; the one that is running is put together from what came before it.</summary>
    public void Follow(IReadOnlyList<MarketSubscription> wanted, Func<Symbol, KlineBlock> before)
    {
        lock (_gate)
        {
            var had = _builders.Select(b => (b.Symbol, b.Interval)).ToHashSet();
            foreach (var (symbol, interval) in wanted.SelectMany(w => w.Intervals.Select(i => (w.Symbol, i))).Where(s => !had.Contains(s)))
            {
                var builder = new KlineBuilder(symbol, interval);
                var from = interval.StartOf(_at).Ms;
                var history = before(symbol);
                foreach (var minute in Enumerable.Range(0, history.Count).Select(i => history[i]).Concat(MinutesOf(symbol)))
                {
                    if (minute.Start >= from)
                    {
                        builder.AddKline(minute);
                    }
                }

                if (_minuteBuilders.Find(b => b.Symbol == symbol)?.Current is { } running && running.Start >= from)
                {
                    builder.AddKline(running);
                }

                _builders.Add(builder);
            }
        }
    }

    /// <summary>One-minute candles of a market since it began.</summary>
    public IReadOnlyList<Kline> Minutes(Symbol symbol)
    {
        lock (_gate)
        {
            return [.. MinutesOf(symbol)];
        }
    }

    public void Advance(Timestamp to)
    {
        lock (_gate)
        {
            if (to <= _at)
            {
                return;
            }

            _at = to;
            foreach (var news in _walks.SelectMany(w => w.Advance(to)).OrderBy(n => n.At.Ms))
            {
                Close(news.At);
                _exchange?.Take(news);
                Count(news);
                _listener.OnMarket(news);
            }

            Close(to);
        }
    }

    private void Count(MarketNews news)
    {
        if (news is not TradesNews { Trades: var trades })
        {
            return;
        }

        foreach (var builder in _builders.Concat(_minuteBuilders).Where(b => b.Symbol == news.Symbol))
        {
            for (var i = 0; i < trades.Count; i++)
            {
                builder.AddTrade(trades.Time[i], trades.Price[i], trades.Size[i]);
            }
        }
    }

    private List<Kline> MinutesOf(Symbol symbol) => _minutes.GetValueOrDefault(symbol) ?? [];

    private void Close(Timestamp at)
    {
        foreach (var builder in _minuteBuilders)
        {
            while (builder.TryClose(at.Ms, out var minute))
            {
                Remember(builder.Symbol, minute);
            }
        }

        foreach (var builder in _builders)
        {
            while (builder.TryClose(at.Ms, out var kline))
            {
                _listener.OnMarket(new KlineNews(builder.Interval, kline, IsClosed: true) { Symbol = builder.Symbol, At = at });
            }
        }
    }

    private void Remember(Symbol symbol, Kline minute)
    {
        if (!_minutes.TryGetValue(symbol, out var minutes))
        {
            _minutes.Add(symbol, minutes = []);
        }

        minutes.Add(minute);
        if (minutes.Count > MinutesMax + MinutesSlack)
        {
            minutes.RemoveRange(0, minutes.Count - MinutesMax);
        }
    }
}
