using System.Collections;

namespace StrategyHost.Core.MarketData;

/// <summary>
/// One side of an order book: levels best first in one array, found by binary search. Only <see cref="OrderBook"/> writes it; readers see
/// the live state, so copy what must outlast the next update.
/// </summary>
public sealed class BookSide : IReadOnlyList<BookLevel>
{
    private readonly bool _descending;
    private BookLevel[] _levels;

    internal BookSide(bool descending, int capacity)
    {
        _descending = descending;
        _levels = new BookLevel[capacity];
    }

    public int Count { get; private set; }

    /// <summary>The level at a rank; 0 is the best.</summary>
    public BookLevel this[int index] =>
        index < Count ? _levels[index] : throw new ArgumentOutOfRangeException(nameof(index), index, "no such level");

    /// <summary>The levels without a copy, best first; valid until the next update.</summary>
    public ReadOnlySpan<BookLevel> Levels => _levels.AsSpan(0, Count);

    /// <summary>Size at a price in units of 1e-9; zero where there is no level.</summary>
    public long SizeAt(long price)
    {
        var at = Find(price);
        return at >= 0 ? _levels[at].Size : 0;
    }

    public IEnumerator<BookLevel> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return _levels[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Clear() => Count = 0;

    internal void Truncate(int depth) => Count = Math.Min(Count, depth);

    /// <summary>Sets, replaces or (size zero) deletes one level; deleting an absent one does nothing (bybit-v5 §6.2).</summary>
    internal void Set(BookLevel level)
    {
        var at = Find(level.Price);
        if (at >= 0)
        {
            if (level.Size != 0)
            {
                _levels[at] = level;
                return;
            }

            Count--;
            Array.Copy(_levels, at + 1, _levels, at, Count - at);
        }
        else if (level.Size != 0)
        {
            Insert(~at, level);
        }
    }

    private void Insert(int at, BookLevel level)
    {
        if (Count == _levels.Length)
        {
            // Only a feed deeper than the book asked for comes here; the array keeps its new size.
            Array.Resize(ref _levels, Count * 2);
        }

        Array.Copy(_levels, at, _levels, at + 1, Count - at);
        _levels[at] = level;
        Count++;
    }

    private int Find(long price)
    {
        var low = 0;
        var high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var found = _levels[middle].Price;
            if (found == price)
            {
                return middle;
            }

            if (found > price == _descending)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }
}
