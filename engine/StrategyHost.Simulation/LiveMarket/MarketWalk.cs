using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Simulation.SampleTape;

namespace StrategyHost.Simulation.LiveMarket;

/// <summary>
/// An invented market of one symbol that goes on as time is moved: trades in bursts, a book of 50 levels, a ticker. The one that traders
/// try the host on; no result on it says anything about a strategy's worth. The same seed, start and calls give the same news. Not
/// thread-safe.
/// </summary>
public sealed class MarketWalk
{
    /// <summary>Levels of the book on each side; every update is the whole book.</summary>
    public const int BookLevels = 50;

    private const long BookStepMs = 200;
    private const double MeanBurstGapMs = 900;
    private const long FundingMs = 8 * 3_600_000;
    private readonly Instrument _instrument;
    private readonly MarketModel _market;
    private readonly Prng _flow;
    private readonly double _unitsPerModelTick;
    private long _nextTradeMs;
    private long _nextBookMs;
    private long _updateId;

    /// <summary>Begins at a moment and a price above zero.</summary>
    public MarketWalk(Instrument instrument, long seed, Timestamp start, Price price)
    {
        _instrument = instrument;
        _flow = new Prng(seed);
        // The model moves in fractions of the price; a start of a million of its ticks makes its rounding invisible.
        _market = new MarketModel(new Prng(seed ^ 0x5EED_0001), start.Ms, ModelStart);
        _unitsPerModelTick = price.Units / ModelStart;
        _nextTradeMs = start.Ms + 1;
        _nextBookMs = start.Ms + 1;
        Last = OnTick(price.Units);
    }

    internal const double ModelStart = 1_000_000;

    /// <summary>Rate of each settlement, as a fraction.</summary>
    public const double FundingRate = 0.0001;

    public Symbol Symbol => _instrument.Symbol;

    /// <summary>Price of the last trade.</summary>
    public Price Last { get; private set; }

    /// <summary>The first settlement after a moment.</summary>
    public static Timestamp NextFunding(Timestamp at) => new((at.Ms / FundingMs * FundingMs) + FundingMs);

    /// <summary>What happened since the last call, up to and including the moment, in order of time.</summary>
    public IReadOnlyList<MarketNews> Advance(Timestamp to)
    {
        var news = new List<MarketNews>();
        while (Math.Min(_nextTradeMs, _nextBookMs) <= to.Ms)
        {
            if (_nextBookMs < _nextTradeMs)
            {
                _market.MoveTo(_nextBookMs);
                Show(new Timestamp(_nextBookMs), news);
                _nextBookMs += BookStepMs;
            }
            else
            {
                _market.MoveTo(_nextTradeMs);
                news.Add(Burst(new Timestamp(_nextTradeMs)));
                _nextTradeMs += 1 + (long)(MeanBurstGapMs / _market.Activity * _flow.NextExponential());
            }
        }

        return news;
    }

    // At least two ticks, less one.
    private Price Bid => new(OnTick((long)(_market.Fair * _unitsPerModelTick)).Units - _instrument.TickSize.Units);

    private Price OnTick(long units) => new(Math.Max(units / _instrument.TickSize.Units, 2) * _instrument.TickSize.Units);

    private TradesNews Burst(Timestamp at)
    {
        var isBuy = _flow.Chance(0.5 + (0.35 * _market.Pressure));
        var tick = _instrument.TickSize.Units;
        var price = Bid.Units + (isBuy ? tick : 0);
        var count = 1 + (int)Math.Min(_flow.NextExponential(), 6);
        var block = new TradeBlock(Symbol, new long[count], new long[count], new long[count], new sbyte[count]);
        for (var i = 0; i < count; i++)
        {
            block.Time[i] = at.Ms;
            block.Price[i] = price;
            block.Size[i] = Size();
            block.Side[i] = isBuy ? (sbyte)1 : (sbyte)-1;
            price = Math.Max(price + (_flow.Below(4) == 0 ? (isBuy ? tick : -tick) : 0), tick);
        }

        Last = new Price(block.Price[^1]);
        return new TradesNews(block) { Symbol = Symbol, At = at };
    }

    private void Show(Timestamp at, List<MarketNews> news)
    {
        var tick = _instrument.TickSize.Units;
        var bid = Bid.Units;
        var bids = Side(bid, -tick);
        var asks = Side(bid + tick, tick);
        news.Add(new BookNews(new BookUpdate(Symbol, at, true, ++_updateId, bids, asks)) { Symbol = Symbol, At = at });
        news.Add(new TickerNews
        {
            Symbol = Symbol,
            At = at,
            Last = Last,
            Mark = Last,
            Index = Last,
            Bid = new Price(bid),
            Ask = new Price(bid + tick),
            BidSize = new Quantity(bids[0].Size),
            AskSize = new Quantity(asks[0].Size),
            FundingRate = FundingRate,
            NextFunding = NextFunding(at),
        });
    }

    private BookLevel[] Side(long best, long step)
    {
        var levels = new List<BookLevel>(BookLevels);
        for (var price = best; levels.Count < BookLevels && price > 0; price += step)
        {
            levels.Add(new BookLevel(price, Size() * (1 + (levels.Count / 5))));
        }

        return [.. levels];
    }

    // About 2,000 of quote currency on average, many small and few large, on the lot.
    private long Size()
    {
        var units = 2_000 * _flow.NextExponential() / Last.ToDouble() * FixedPoint.Scale;
        return Math.Max((long)(units / _instrument.QtyStep.Units), 1) * _instrument.QtyStep.Units;
    }
}
