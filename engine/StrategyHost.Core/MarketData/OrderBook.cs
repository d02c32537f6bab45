using StrategyHost.Core.Domain;

namespace StrategyHost.Core.MarketData;

/// <summary>What became of a <see cref="BookUpdate"/>.</summary>
public enum BookOutcome
{
    /// <summary>The book now shows the update.</summary>
    Applied,

    /// <summary>An update id is missing: the book is invalid until the next snapshot.</summary>
    Gap,

    /// <summary>The best bid reached the best ask: the book is invalid until the next snapshot.</summary>
    Crossed,

    /// <summary>A delta while the book is invalid or empty; dropped.</summary>
    AwaitingSnapshot,
}

/// <summary>Answer of <see cref="OrderBook.Apply"/>. Expected and got are update ids, set for <see cref="BookOutcome.Gap"/>.</summary>
public readonly record struct BookApplied(BookOutcome Outcome, long Expected, long Got)
{
    public bool IsApplied => Outcome == BookOutcome.Applied;
}

/// <summary>
/// The order book of one symbol, built from snapshots and deltas; prices and sizes in units of 1e-9. One writer; <see cref="Apply"/>
/// allocates nothing.
/// <list type="number">
/// <item>A snapshot replaces everything and makes the book valid, whatever its update id (Bybit restarts at 1).</item>
/// <item>A delta is applied only when its update id is the last one plus 1; otherwise the book is emptied and stays invalid until a
/// snapshot comes.</item>
/// <item>A valid book is never crossed or locked.</item>
/// <item>Each side keeps at most <see cref="Depth"/> levels. The depth is the feed's (Bybit sends no delete for what falls off the end);
/// whoever wants fewer levels reads fewer.</item>
/// </list>
/// Source: Bybit V5 public orderbook stream, read 2026-07-24.
/// </summary>
public sealed class OrderBook
{
    private readonly BookSide _bids;
    private readonly BookSide _asks;

    public OrderBook(Symbol symbol, int depth = 500)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        Symbol = symbol;
        Depth = depth;
        // A delta is applied before it is cut to the depth, so some room above it saves growing.
        _bids = new BookSide(descending: true, depth + 64);
        _asks = new BookSide(descending: false, depth + 64);
    }

    public Symbol Symbol { get; }
    public int Depth { get; }

    /// <summary>False before the first snapshot and after a gap or a cross; the sides are empty then.</summary>
    public bool IsValid { get; private set; }
    public long UpdateId { get; private set; }

    /// <summary>Time of the last applied update.</summary>
    public Timestamp Time { get; private set; }

    /// <summary>Best first; the live state.</summary>
    public BookSide Bids => _bids;
    public BookSide Asks => _asks;

    public BookLevel? BestBid => _bids.Count > 0 ? _bids[0] : null;
    public BookLevel? BestAsk => _asks.Count > 0 ? _asks[0] : null;

    /// <summary>Middle of best bid and ask, rounded down to 1e-9; null while a side is empty.</summary>
    public Price? Mid => _bids.Count > 0 && _asks.Count > 0 ? new Price(_bids[0].Price + ((_asks[0].Price - _bids[0].Price) / 2)) : null;

    public BookApplied Apply(BookUpdate update)
    {
        if (update.IsSnapshot)
        {
            _bids.Clear();
            _asks.Clear();
            IsValid = true;
        }
        else if (!IsValid)
        {
            return new BookApplied(BookOutcome.AwaitingSnapshot, 0, update.UpdateId);
        }
        else if (update.UpdateId != UpdateId + 1)
        {
            var gap = new BookApplied(BookOutcome.Gap, UpdateId + 1, update.UpdateId);
            Invalidate();
            return gap;
        }

        Set(_bids, update.Bids);
        Set(_asks, update.Asks);
        UpdateId = update.UpdateId;
        Time = update.Time;
        if (_bids.Count > 0 && _asks.Count > 0 && _bids[0].Price >= _asks[0].Price)
        {
            Invalidate();
            return new BookApplied(BookOutcome.Crossed, 0, update.UpdateId);
        }

        return new BookApplied(BookOutcome.Applied, 0, update.UpdateId);
    }

    /// <summary>Empties the book until the next snapshot, for example when the stream was lost.</summary>
    public void Invalidate()
    {
        _bids.Clear();
        _asks.Clear();
        IsValid = false;
    }

    private void Set(BookSide side, BookLevel[] levels)
    {
        foreach (var level in levels)
        {
            side.Set(level);
        }

        side.Truncate(Depth);
    }
}
