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
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<MarketWalk> _walks;
    private readonly LiveExchange? _exchange;
    private readonly IExchangeListener _listener;
    private readonly KlineBuilder[] _builders;
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
        (_walks, _exchange, _listener, _at) = (walks, exchange, listener, start);
        _builders = [.. subscriptions.SelectMany(s => s.Intervals.Select(i => new KlineBuilder(s.Symbol, i)))];
        foreach (var builder in _builders)
        {
            // The candle that is running began at the price at which the history ends.
            builder.AddTrade(builder.Interval.StartOf(start).Ms, walks.Single(w => w.Symbol == builder.Symbol).Last.Units, 0);
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

        foreach (var builder in _builders.Where(b => b.Symbol == news.Symbol))
        {
            for (var i = 0; i < trades.Count; i++)
            {
                builder.AddTrade(trades.Time[i], trades.Price[i], trades.Size[i]);
            }
        }
    }

    private void Close(Timestamp at)
    {
        foreach (var builder in _builders)
        {
            while (builder.TryClose(at.Ms, out var kline))
            {
                _listener.OnMarket(new KlineNews(builder.Interval, kline, IsClosed: true) { Symbol = builder.Symbol, At = at });
            }
        }
    }
}
