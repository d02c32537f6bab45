using System.Runtime.InteropServices;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Ticks;

/// <summary>
/// Writes one segment of one symbol. Everything goes to a file beside the target, named <c>….part</c>; <see cref="Complete"/> writes the
/// end block, flushes to the disk and renames, so that a reader never meets a half-written segment. Disposed without
/// <see cref="Complete"/> it leaves nothing. Throws IOException for trouble with the disk; <see cref="Importer"/> turns that into an error.
/// </summary>
public sealed class TickSegmentWriter : IDisposable
{
    /// <summary>Rows of a block: 2 to 4 MiB, the unit that a damaged byte costs.</summary>
    public const int BlockRows = 65_536;
    private const int BookBlockUpdates = 4_096;
    private const int BookBlockLevels = 131_072;

    private readonly string _path;
    private readonly string _part;
    private readonly FileStream _file;
    private readonly byte[] _header = new byte[SegmentFormat.HeaderBytes];
    private readonly List<BookUpdate> _book = [];
    private readonly int _bookDepth;
    private byte[] _payload = [];
    private int _length;
    private int _blocks;
    private int _bookLevels;
    private bool _isComplete;

    public TickSegmentWriter(string path, Symbol symbol, bool isSynthetic = false, int bookDepth = 0)
        : this(path, new FileStream(path + ".part", FileMode.Create, FileAccess.Write, FileShare.None), bookDepth)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(System.Text.Encoding.UTF8.GetByteCount(symbol.Name), SegmentFormat.SymbolBytes);
        Begin(symbol, isSynthetic);
    }

    // On an open file beside the target: empty and to be begun, or one to be continued.
    internal TickSegmentWriter(string path, FileStream file, int bookDepth)
    {
        _path = path;
        _part = file.Name;
        _bookDepth = bookDepth;
        _file = file;
    }

    /// <summary>Bytes of the whole blocks written so far, with the header.</summary>
    public long Length { get; private set; }

    public void Add(TradeBlock trades)
    {
        for (var at = 0; at < trades.Count; at += BlockRows)
        {
            var rows = new Range(at, Math.Min(at + BlockRows, trades.Count));
            Column<long>(trades.Time.AsSpan(rows));
            Column<long>(trades.Price.AsSpan(rows));
            Column<long>(trades.Size.AsSpan(rows));
            Column<sbyte>(trades.Side.AsSpan(rows));
            Write(BlockKind.Trades, trades.Time.AsSpan(rows));
        }
    }

    public void Add(KlineBlock klines)
    {
        for (var at = 0; at < klines.Count; at += BlockRows)
        {
            var rows = new Range(at, Math.Min(at + BlockRows, klines.Count));
            foreach (var column in (long[][])[klines.Start, klines.Open, klines.High, klines.Low, klines.Close, klines.Volume])
            {
                Column<long>(column.AsSpan(rows));
            }

            Column<double>(klines.Turnover.AsSpan(rows));
            Write(BlockKind.Klines, klines.Start.AsSpan(rows), (ushort)klines.Interval.Minutes);
        }
    }

    public void Add(TickerBlock tickers)
    {
        for (var at = 0; at < tickers.Count; at += BlockRows)
        {
            var rows = new Range(at, Math.Min(at + BlockRows, tickers.Count));
            Column<long>(tickers.Time.AsSpan(rows));
            Column<long>(tickers.Mark.AsSpan(rows));
            Column<long>(tickers.Index.AsSpan(rows));
            Write(BlockKind.Tickers, tickers.Time.AsSpan(rows));
        }
    }

    public void Add(IReadOnlyList<FundingRate> funding)
    {
        foreach (var rows in funding.Chunk(BlockRows))
        {
            long[] time = [.. rows.Select(r => r.Time)];
            Column<long>(time);
            Column<double>([.. rows.Select(r => r.Rate)]);
            Write(BlockKind.Funding, time);
        }
    }

    public void Add(IReadOnlyList<GapMark> gaps)
    {
        foreach (var rows in gaps.Chunk(BlockRows))
        {
            long[] from = [.. rows.Select(r => r.FromMs)];
            Column<long>(from);
            Column<long>([.. rows.Select(r => r.ToMs)]);
            Column<long>([.. rows.Select(r => (long)r.Reason)]);
            Write(BlockKind.Gaps, from);
        }
    }

    /// <summary>Adds the next book update; blocks of them are written as they fill.</summary>
    public void Add(BookUpdate update)
    {
        _book.Add(update);
        _bookLevels += update.Bids.Length + update.Asks.Length;
        if (_book.Count >= BookBlockUpdates || _bookLevels >= BookBlockLevels)
        {
            FlushBook();
        }
    }

    /// <summary>Writes the end block and puts the segment in place, over one of the same name.</summary>
    public void Complete()
    {
        Seal();
        Publish();
    }

    /// <summary>Writes the file header.</summary>
    internal void Begin(Symbol symbol, bool isSynthetic)
    {
        SegmentFormat.WriteFileHeader(_header, symbol, isSynthetic);
        _file.Write(_header);
        Length = SegmentFormat.HeaderBytes;
    }

    /// <summary>Goes on after so many good blocks; what follows them in the file is cut off, what waits to be written is dropped.</summary>
    internal void ContinueAfter(int blocks, long length)
    {
        _book.Clear();
        (_bookLevels, _length, _blocks, Length) = (0, 0, blocks, length);
        _file.SetLength(length);
        _file.Position = length;
    }

    /// <summary>After a failed write: back to the last whole block.</summary>
    internal void DropTornBlock() => ContinueAfter(_blocks, Length);

    /// <summary>Hands what waits to the operating system: it survives this process.</summary>
    internal void Flush()
    {
        FlushBook();
        _file.Flush();
    }

    /// <summary>Closes the file and leaves it under its unfinished name.</summary>
    internal void Abandon()
    {
        _isComplete = true;
        _file.Dispose();
    }

    /// <summary>Writes the end block and flushes to the disk; the segment is whole but not yet in place.</summary>
    internal void Seal()
    {
        FlushBook();
        SegmentFormat.WriteBlockHeader(_header, new BlockHeader { Kind = BlockKind.End, Count = _blocks, Number = _blocks });
        _file.Write(_header);
        Length += _header.Length;
        _file.Flush(flushToDisk: true);
        _file.Dispose();
    }

    /// <summary>Puts a sealed segment in place; several are sealed first, so that a full disk publishes none.</summary>
    internal void Publish()
    {
        File.Move(_part, _path, overwrite: true);
        _isComplete = true;
    }

    public void Dispose()
    {
        if (!_isComplete)
        {
            _file.Dispose();
            File.Delete(_part);
        }
    }

    private void FlushBook()
    {
        if (_book.Count == 0)
        {
            return;
        }

        long[] time = [.. _book.Select(u => u.Time.Ms)];
        Column<long>(time);
        Column<long>([.. _book.Select(u => u.UpdateId)]);
        Column<byte>([.. _book.Select(u => (byte)(u.IsSnapshot ? 1 : 0))]);
        Column<int>([.. _book.SelectMany(u => (int[])[u.Bids.Length, u.Asks.Length])]);
        Column<BookLevel>([.. _book.SelectMany(u => u.Bids.Concat(u.Asks))]);
        Write(BlockKind.Book, time, (ushort)_bookDepth, _bookLevels);
        _book.Clear();
        _bookLevels = 0;
    }

    private void Column<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var padded = SegmentFormat.Padded(bytes.Length);
        if (_payload.Length < _length + padded)
        {
            Array.Resize(ref _payload, Math.Max(_length + padded, _payload.Length * 2));
        }

        bytes.CopyTo(_payload.AsSpan(_length));
        _payload.AsSpan(_length + bytes.Length, padded - bytes.Length).Clear();
        _length += padded;
    }

    private void Write(BlockKind kind, ReadOnlySpan<long> time, ushort detail = 0, int levels = 0)
    {
        var payload = _payload.AsSpan(0, _length);
        SegmentFormat.WriteBlockHeader(_header, new BlockHeader
        {
            Kind = kind,
            Detail = detail,
            Count = time.Length,
            PayloadBytes = payload.Length,
            FirstMs = time[0],
            LastMs = time[^1],
            Number = _blocks,
            Levels = levels,
            PayloadChecksum = SegmentFormat.Checksum(payload),
        });
        _file.Write(_header);
        _file.Write(payload);
        _blocks++;
        Length += _header.Length + payload.Length;
        _length = 0;
    }
}
