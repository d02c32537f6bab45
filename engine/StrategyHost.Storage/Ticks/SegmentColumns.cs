using System.Runtime.InteropServices;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Ticks;

/// <summary>Joins the blocks of one segment into the series of a symbol; the inverse of the writer's columns.</summary>
internal sealed class SegmentColumns(Symbol symbol)
{
    private readonly List<TradeBlock> _trades = [];
    private readonly List<KlineBlock> _klines = [];
    private readonly List<TickerBlock> _tickers = [];
    private readonly List<BookUpdate> _book = [];
    private readonly List<FundingRate> _funding = [];
    private readonly List<GapMark> _gaps = [];

    /// <summary>Takes a block whose checksum is right; an error when its content contradicts its header.</summary>
    public (string Rule, string Message)? Add(in BlockHeader block, ReadOnlySpan<byte> payload)
    {
        var cursor = new Cursor(payload, block.Count);
        switch (block.Kind)
        {
            case BlockKind.Trades:
                _trades.Add(new TradeBlock(symbol, cursor.Take<long>(), cursor.Take<long>(), cursor.Take<long>(), cursor.Take<sbyte>()));
                return null;
            case BlockKind.Klines when block.Detail == 0:
                return ("bad_block", "the candles have no interval");
            case BlockKind.Klines:
                _klines.Add(new KlineBlock(symbol, new Interval(block.Detail), cursor.Take<long>(), cursor.Take<long>(),
                    cursor.Take<long>(), cursor.Take<long>(), cursor.Take<long>(), cursor.Take<long>(), cursor.Take<double>()));
                return null;
            case BlockKind.Book:
                return AddBook(block, ref cursor);
            case BlockKind.Tickers:
                _tickers.Add(new TickerBlock(symbol, cursor.Take<long>(), cursor.Take<long>(), cursor.Take<long>()));
                return null;
            case BlockKind.Funding:
                _funding.AddRange(cursor.Take<long>().Zip(cursor.Take<double>(), (time, rate) => new FundingRate(time, rate)));
                return null;
            case BlockKind.Gaps:
                var (from, to, reason) = (cursor.Take<long>(), cursor.Take<long>(), cursor.Take<long>());
                _gaps.AddRange(from.Select((f, i) => new GapMark(f, to[i], Reason(reason[i]))));
                return null;
            default:
                return ("bad_block", $"unknown kind of block {block.Kind}");
        }
    }

    public SymbolTape ToTape() => new()
    {
        Symbol = symbol,
        Trades = _trades.Count == 0 ? null : Join.Trades(_trades),
        Klines = [.. _klines.GroupBy(k => k.Interval).OrderBy(g => g.Key).Select(g => Join.Klines([.. g]))],
        Tickers = _tickers.Count == 0 ? null : Join.Tickers(_tickers),
        Book = _book,
        Funding = [.. _funding],
        Gaps = _gaps,
    };

    private (string Rule, string Message)? AddBook(in BlockHeader block, ref Cursor cursor)
    {
        var time = cursor.Take<long>();
        var ids = cursor.Take<long>();
        var snapshots = cursor.Take<byte>();
        var counts = cursor.Take<int>(block.Count * 2);
        var levels = cursor.Take<BookLevel>(block.Levels);
        if (counts.Any(c => c < 0) || counts.Sum(c => (long)c) != levels.Length)
        {
            return ("bad_block", "the numbers of levels do not add up");
        }

        var at = 0;
        for (var i = 0; i < block.Count; i++)
        {
            var bids = Take(levels, ref at, counts[2 * i]);
            var asks = Take(levels, ref at, counts[(2 * i) + 1]);
            _book.Add(new BookUpdate(symbol, new Timestamp(time[i]), snapshots[i] != 0, ids[i], bids, asks));
        }

        return null;
    }

    private static GapReason Reason(long value) => Enum.IsDefined((GapReason)value) ? (GapReason)value : GapReason.Unknown;

    private static BookLevel[] Take(BookLevel[] levels, ref int at, int count)
    {
        var start = at;
        at += count;
        return count == 0 ? [] : levels[start..at];
    }

    private ref struct Cursor(ReadOnlySpan<byte> payload, int count)
    {
        private ReadOnlySpan<byte> _rest = payload;

        public T[] Take<T>()
            where T : unmanaged => Take<T>(count);

        public T[] Take<T>(int length)
            where T : unmanaged
        {
            var values = MemoryMarshal.Cast<byte, T>(_rest)[..length];
            _rest = _rest[SegmentFormat.Padded(MemoryMarshal.AsBytes(values).Length)..];
            return values.ToArray();
        }
    }
}
