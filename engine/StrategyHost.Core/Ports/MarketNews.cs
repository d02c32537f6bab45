using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Core.Ports;

/// <summary>What a live market says about one symbol. At is the exchange's time. Closed hierarchy.</summary>
public abstract record MarketNews
{
    private protected MarketNews() { }
    public required Symbol Symbol { get; init; }
    public required Timestamp At { get; init; }
}

/// <summary>Public trades in exchange order, none twice.</summary>
public sealed record TradesNews(TradeBlock Trades) : MarketNews;

/// <summary>A change of the book that continues the one before it; after a gap the next one is a snapshot.</summary>
public sealed record BookNews(BookUpdate Update) : MarketNews;

/// <summary>The whole ticker, merged from snapshot and deltas; null: the exchange has not said.</summary>
public sealed record TickerNews : MarketNews
{
    public Price? Last { get; init; }
    public Price? Mark { get; init; }
    public Price? Index { get; init; }
    public Price? Bid { get; init; }
    public Price? Ask { get; init; }
    public Quantity? BidSize { get; init; }
    public Quantity? AskSize { get; init; }
    public double? FundingRate { get; init; }
    public Timestamp? NextFunding { get; init; }
    public double? OpenInterest { get; init; }
    public double? Volume24h { get; init; }
    public double? Turnover24h { get; init; }
}

/// <summary>A candle. Closed ones come once each and in order; open ones as they move.</summary>
public sealed record KlineNews(Interval Interval, Kline Kline, bool IsClosed) : MarketNews
{
    /// <summary>Fetched after a reconnect: the moment at which it was news has passed.</summary>
    public bool IsLate { get; init; }
}

/// <summary>News of one kind between two moments are missing and will not come.</summary>
public sealed record GapNews(GapKind Kind, Timestamp From) : MarketNews;

public enum GapKind { Trades, Book, Ticker, Klines }

/// <summary>What is wanted of one symbol.</summary>
public sealed record MarketSubscription(Symbol Symbol)
{
    public IReadOnlyList<Interval> Intervals { get; init; } = [];
    public bool Trades { get; init; }
    public bool Ticker { get; init; }

    /// <summary>0: no book; else 1, 50 or 200 levels.</summary>
    public int BookDepth { get; init; }
}

/// <summary>A source of live market data; news come through <see cref="IExchangeListener"/>.</summary>
public interface IMarketData
{
    /// <summary>Replaces what is wanted: streams that stay in it go on without a gap.</summary>
    void Subscribe(IReadOnlyList<MarketSubscription> wanted);
}
