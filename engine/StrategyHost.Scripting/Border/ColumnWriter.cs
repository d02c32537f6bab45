using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Scripting.Border;

/// <summary>
/// Keeps the chunk of a block that a series is being run over converted in the buffer, so that a run that stops at a signal and goes on a
/// few rows later converts every row once. Rows behind the asked end are never read: a block may still be filling there.
/// </summary>
internal sealed class ColumnWriter
{
    private readonly Slot[] _slots = [.. Enumerable.Range(0, BorderLayout.Slots).Select(_ => new Slot())];

    /// <summary>Cell of row <paramref name="from"/>, column 0, of candles <c>[from, to)</c>; they lie in one chunk.</summary>
    public int Klines(Span<double> numbers, int owner, KlineBlock block, int from, int to)
    {
        var (slot, cells, first) = Claim(numbers, owner * 2, block, from, to);
        var count = to - first;
        if (count > 0)
        {
            var at = first % BorderLayout.ChunkRows;
            Copy(block.Start, first, Column(cells, 0, at, count));
            Scale(block.Open, first, Column(cells, 1, at, count));
            Scale(block.High, first, Column(cells, 2, at, count));
            Scale(block.Low, first, Column(cells, 3, at, count));
            Scale(block.Close, first, Column(cells, 4, at, count));
            Scale(block.Volume, first, Column(cells, 5, at, count));
            block.Turnover.AsSpan(first, count).CopyTo(Column(cells, 6, at, count));
        }

        return BorderLayout.Data + (slot * BorderLayout.SlotCells) + (from % BorderLayout.ChunkRows);
    }

    /// <summary>As <see cref="Klines"/>, for trades.</summary>
    public int Trades(Span<double> numbers, int owner, TradeBlock block, int from, int to)
    {
        var (slot, cells, first) = Claim(numbers, (owner * 2) + 1, block, from, to);
        var count = to - first;
        if (count > 0)
        {
            var at = first % BorderLayout.ChunkRows;
            Copy(block.Time, first, Column(cells, 0, at, count));
            Scale(block.Price, first, Column(cells, 1, at, count));
            Scale(block.Size, first, Column(cells, 2, at, count));
            var side = Column(cells, 3, at, count);
            for (var i = 0; i < count; i++)
            {
                side[i] = block.Side[first + i];
            }
        }

        return BorderLayout.Data + (slot * BorderLayout.SlotCells) + (from % BorderLayout.ChunkRows);
    }

    /// <summary>The slot, its cells, and the first row that is not converted yet.</summary>
    private Claimed Claim(Span<double> numbers, int owner, object block, int from, int to)
    {
        var index = owner % BorderLayout.Slots;
        var slot = _slots[index];
        var chunk = from / BorderLayout.ChunkRows;
        var continues = ReferenceEquals(slot.Block, block) && slot.Chunk == chunk && from >= slot.From && from <= slot.To;
        if (!continues)
        {
            slot.Block = block;
            slot.Chunk = chunk;
            slot.From = from;
            slot.To = from;
        }

        var first = slot.To;
        slot.To = Math.Max(slot.To, to);
        return new Claimed(index, numbers.Slice(BorderLayout.Data + (index * BorderLayout.SlotCells), BorderLayout.SlotCells), first);
    }

    private static Span<double> Column(Span<double> cells, int column, int at, int count) =>
        cells.Slice((column * BorderLayout.ChunkRows) + at, count);

    private static void Copy(long[] source, int from, Span<double> target)
    {
        var rows = source.AsSpan(from, target.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            target[i] = rows[i];
        }
    }

    private static void Scale(long[] source, int from, Span<double> target)
    {
        var rows = source.AsSpan(from, target.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            target[i] = (double)rows[i] / FixedPoint.Scale;
        }
    }

    private readonly ref struct Claimed(int slot, Span<double> cells, int first)
    {
        private readonly Span<double> _cells = cells;

        public void Deconstruct(out int slotIndex, out Span<double> slotCells, out int firstRow)
        {
            slotIndex = slot;
            slotCells = _cells;
            firstRow = first;
        }
    }

    private sealed class Slot
    {
        public object? Block { get; set; }
        public int Chunk { get; set; }
        public int From { get; set; }
        public int To { get; set; }
    }
}
