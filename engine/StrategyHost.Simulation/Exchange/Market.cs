using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange.Saved;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// One symbol: its prices, the depth where it is recorded, the accounts' desks, and the cached windows inside which prices touch nothing.
/// Without recorded mark or index they equal last (contracts §6).
/// </summary>
internal sealed class Market(Instrument instrument)
{
    private long _mark;
    private long _index;
    private BookDepth? _wrapped;

    public Instrument Instrument { get; } = instrument;
    public List<Desk> Desks { get; } = [];
    public long NowMs { get; set; }

    /// <summary>Counts the events that touched something; stops of a position opened at one are tested from the next.</summary>
    public long EventSeq { get; set; }
    public long Last { get; set; }

    /// <summary>False: the last price is the middle of the book.</summary>
    public bool HasTrades { get; set; }
    public bool HasMark { get; private set; }
    public bool HasIndex { get; private set; }

    /// <summary>The displayed depth; null while none is known.</summary>
    public IDepth? Depth { get; set; }

    /// <summary>Quiet prices of last, mark and index; <see cref="WindowWithoutStops"/> leaves out Full stop-losses.</summary>
    public PriceWindow LastWindow { get; set; }
    public PriceWindow WindowWithoutStops { get; set; }
    public PriceWindow MarkWindow { get; set; }
    public PriceWindow IndexWindow { get; set; }

    /// <summary>The windows must be computed again.</summary>
    public bool IsTouched { get; set; } = true;

    /// <summary>The range of this candle (its start) is being played; −1: none.</summary>
    public long RangeStart { get; set; } = -1;

    public long Mark => HasMark ? _mark : Last;

    public TriggerBy Follows(TriggerBy by) => by switch
    {
        TriggerBy.Last => TriggerBy.Last,
        TriggerBy.Mark => HasMark ? TriggerBy.Mark : TriggerBy.Last,
        TriggerBy.Index => HasIndex ? TriggerBy.Index : TriggerBy.Last,
    };

    public long Reference(TriggerBy by) => Follows(by) switch
    {
        TriggerBy.Last => Last,
        TriggerBy.Mark => _mark,
        TriggerBy.Index => _index,
    };

    /// <summary>Sets mark or index; the first one moves levels out of the last price's window.</summary>
    public void Set(TriggerBy by, long price)
    {
        if (by == TriggerBy.Mark)
        {
            _mark = price;
            IsTouched |= !HasMark;
            HasMark = true;
        }
        else
        {
            _index = price;
            IsTouched |= !HasIndex;
            HasIndex = true;
        }
    }

    public SavedMarket Save() => new()
    {
        Symbol = Instrument.Symbol.Name,
        NowMs = NowMs,
        EventSeq = EventSeq,
        Last = Last,
        HasTrades = HasTrades,
        Mark = HasMark ? _mark : null,
        Index = HasIndex ? _index : null,
        RangeStart = RangeStart,
    };

    public void Restore(SavedMarket saved)
    {
        (NowMs, EventSeq, Last, HasTrades) = (saved.NowMs, saved.EventSeq, saved.Last, saved.HasTrades);
        RangeStart = saved.RangeStart;
        (HasMark, _mark) = (saved.Mark is not null, saved.Mark ?? 0);
        (HasIndex, _index) = (saved.Index is not null, saved.Index ?? 0);
    }

    /// <summary>The wrapper of a live book, made once.</summary>
    public IDepth DepthOf(OrderBook book)
    {
        if (_wrapped is null || !ReferenceEquals(_wrapped.Book, book))
        {
            _wrapped = new BookDepth(book);
        }

        return _wrapped;
    }

    private sealed class BookDepth(OrderBook book) : IDepth
    {
        public OrderBook Book { get; } = book;
        public IReadOnlyList<BookLevel> Bids => Book.Bids;
        public IReadOnlyList<BookLevel> Asks => Book.Asks;
    }
}
