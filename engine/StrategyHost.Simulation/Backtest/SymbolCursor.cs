using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.Backtest;

/// <summary>Walks one symbol's trades and books side by side, and keeps its book.</summary>
internal sealed class SymbolCursor(SymbolFeed feed)
{
    private int _nextBook;

    public Symbol Symbol => feed.Symbol;
    public TradeBlock? Trades { get; } = feed.Trades;
    public int NextTrade { get; set; }
    public OrderBook Book { get; } = new(feed.Symbol);
    public IDepth Depth { get; private set; } = EmptyDepth.Instance;
    public long NextBookMs => _nextBook < feed.Books.Count ? feed.Books[_nextBook].Time.Ms : long.MaxValue;
    public TickerBlock? Tickers { get; } = feed.Tickers;
    public int NextTicker { get; set; }
    public long NextTickerMs => Tickers is { } tickers && NextTicker < tickers.Count ? tickers.Time[NextTicker] : long.MaxValue;
    public long NextMs => Math.Min(Math.Min(NextBookMs, NextTickerMs), NextTradeMs);

    /// <summary>Mark and index come first in their millisecond.</summary>
    public bool IsTickerNext => NextTickerMs != long.MaxValue && NextTickerMs <= Math.Min(NextBookMs, NextTradeMs);

    /// <summary>A book before a trade of the same millisecond: the trade met the book that was there.</summary>
    public bool IsBookNext => NextBookMs <= NextTradeMs && NextBookMs != long.MaxValue;

    private long NextTradeMs => Trades is { } trades && NextTrade < trades.Count ? trades.Time[NextTrade] : long.MaxValue;

    public BookUpdate TakeBook()
    {
        var update = feed.Books[_nextBook++];
        Book.Apply(update); // a gap makes it invalid until the next snapshot; the loader has counted and reported it
        if (Depth is EmptyDepth)
        {
            Depth = new BookDepth(Book);
        }

        return update;
    }

    public void SkipTo(long ms)
    {
        while (NextBookMs < ms)
        {
            TakeBook(); // a book is a state: it is kept up even where nothing is traded yet
        }

        while (NextTradeMs < ms)
        {
            NextTrade++;
        }

        while (NextTickerMs < ms)
        {
            NextTicker++;
        }
    }

    private sealed class BookDepth(OrderBook book) : IDepth
    {
        public IReadOnlyList<BookLevel> Bids => book.Bids;
        public IReadOnlyList<BookLevel> Asks => book.Asks;
    }

    private sealed class EmptyDepth : IDepth
    {
        public static readonly EmptyDepth Instance = new();
        public IReadOnlyList<BookLevel> Bids => [];
        public IReadOnlyList<BookLevel> Asks => [];
    }
}
