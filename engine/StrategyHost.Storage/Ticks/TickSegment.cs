using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Ticks;

/// <summary>What was read of a segment: all series before the first problem, and the problem.</summary>
public sealed record SegmentRead(SymbolTape Tape, Error? Error);

/// <summary>
/// A segment opened for reading, memory-mapped. <see cref="Open"/> checks the file header and walks the block headers; a block's columns
/// are checked when they are read. A problem is an error with its byte offset in <see cref="Error"/>, and the blocks before it stay
/// readable.
/// </summary>
public sealed class TickSegment : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly List<(long Offset, BlockHeader Header)> _blocks = [];

    private TickSegment(string path, MemoryMappedFile map, long length)
    {
        Path = path;
        Length = length;
        _map = map;
        _view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
    }

    public string Path { get; }
    public long Length { get; }
    public Symbol Symbol { get; private set; }
    public bool IsSynthetic { get; private set; }

    /// <summary>The first problem of the file's structure, or null; the blocks before it can be read.</summary>
    public Error? Error { get; private set; }

    /// <summary>Blocks before the first problem.</summary>
    public int BlockCount => _blocks.Count;

    internal IReadOnlyList<(long Offset, BlockHeader Header)> Blocks => _blocks;

    public static Result<TickSegment> Open(string path)
    {
        MemoryMappedFile? map = null;
        try
        {
            var length = new FileInfo(path).Length;
            if (length < SegmentFormat.HeaderBytes)
            {
                return Bad(path, length, "truncated", "the file is shorter than its header; record or import it again");
            }

            map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            var segment = new TickSegment(path, map, length);
            if (segment.ReadHeader() is { } error)
            {
                segment.Dispose();
                return error;
            }

            segment.Walk();
            return segment;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            map?.Dispose();
            return new Error { File = path, Rule = "unreadable", Message = $"the segment cannot be read: {problem.Message}" };
        }
    }

    /// <summary>Reads all series. The first damaged block ends it: what stands before is in the tape.</summary>
    public SegmentRead ReadAll()
    {
        var columns = new SegmentColumns(Symbol);
        byte[] payload = [];
        foreach (var (offset, block) in _blocks)
        {
            if (payload.Length < block.PayloadBytes)
            {
                payload = new byte[block.PayloadBytes];
            }

            var bytes = payload.AsSpan(0, block.PayloadBytes);
            Read(offset + SegmentFormat.HeaderBytes, bytes);
            if (SegmentFormat.Checksum(bytes) != block.PayloadChecksum)
            {
                return new SegmentRead(columns.ToTape(), Bad(Path, offset + SegmentFormat.HeaderBytes, "checksum",
                    $"block {block.Number} ({block.Kind}, {block.Count} rows) is damaged; restore the file from its source"));
            }

            if (columns.Add(block, bytes) is { } problem)
            {
                return new SegmentRead(columns.ToTape(), Bad(Path, offset, problem.Rule, problem.Message));
            }
        }

        return new SegmentRead(columns.ToTape(), Error);
    }

    /// <summary>The blocks before the first damage, columns checked too, and where they end.</summary>
    internal (IReadOnlyList<BlockHeader> Blocks, long End) Intact()
    {
        var good = new List<BlockHeader>();
        long end = SegmentFormat.HeaderBytes;
        foreach (var (offset, block) in _blocks)
        {
            var payload = new byte[block.PayloadBytes];
            Read(offset + SegmentFormat.HeaderBytes, payload);
            if (SegmentFormat.Checksum(payload) != block.PayloadChecksum)
            {
                break;
            }

            good.Add(block);
            end = offset + SegmentFormat.HeaderBytes + block.PayloadBytes;
        }

        return (good, end);
    }

    /// <summary>The gap marks alone; damaged blocks are left out.</summary>
    internal IReadOnlyList<GapMark> ReadGaps()
    {
        var columns = new SegmentColumns(Symbol);
        foreach (var (offset, block) in _blocks.Where(b => b.Header.Kind == BlockKind.Gaps))
        {
            var payload = new byte[block.PayloadBytes];
            Read(offset + SegmentFormat.HeaderBytes, payload);
            if (SegmentFormat.Checksum(payload) == block.PayloadChecksum)
            {
                columns.Add(block, payload);
            }
        }

        return columns.ToTape().Gaps;
    }

    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
    }

    private static Error Bad(string path, long offset, string rule, string message) =>
        new() { File = path, Offset = offset, Rule = rule, Message = message };

    private void Read(long offset, Span<byte> to) => _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)offset, to);

    private Error? ReadHeader()
    {
        Span<byte> header = stackalloc byte[SegmentFormat.HeaderBytes];
        Read(0, header);
        if (!header.StartsWith(SegmentFormat.FileMagic))
        {
            return Bad(Path, 0, "not_a_segment", "the file does not begin like a tick segment");
        }

        if (!SegmentFormat.IsSealed(header))
        {
            return Bad(Path, 0, "checksum", "the file header is damaged; restore the file from its source");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (version != SegmentFormat.Version)
        {
            return Bad(Path, 8, "version", $"the segment has version {version}, this build reads {SegmentFormat.Version}; import it again");
        }

        IsSynthetic = (header[12] & 1) != 0;
        Symbol = new Symbol(Encoding.UTF8.GetString(header.Slice(16, SegmentFormat.SymbolBytes).TrimEnd((byte)0)));
        return null;
    }

    private void Walk()
    {
        Span<byte> header = stackalloc byte[SegmentFormat.HeaderBytes];
        long offset = SegmentFormat.HeaderBytes;
        while (Error is null)
        {
            if (offset + SegmentFormat.HeaderBytes > Length)
            {
                Error = Truncated(offset);
                return;
            }

            Read(offset, header);
            var block = SegmentFormat.ReadBlockHeader(header);
            Error = Check(offset, header, block);
            if (Error is not null)
            {
                return;
            }

            if (block.Kind == BlockKind.End)
            {
                var end = offset + SegmentFormat.HeaderBytes;
                Error = end == Length ? null : Bad(Path, end, "trailing_bytes", $"{Length - end} bytes follow the end of the segment");
                return;
            }

            _blocks.Add((offset, block));
            offset += SegmentFormat.HeaderBytes + block.PayloadBytes;
        }
    }

    private Error? Check(long offset, ReadOnlySpan<byte> header, in BlockHeader block)
    {
        if (!header.StartsWith(SegmentFormat.BlockMagic) || !SegmentFormat.IsSealed(header))
        {
            return Bad(Path, offset, "checksum",
                $"the header of block {_blocks.Count} is damaged; {_blocks.Count} blocks before it are good");
        }

        // Sealed but impossible: written by another program, or blocks were cut out.
        var isPossible = block.Number == _blocks.Count && block.ColumnBytes == block.PayloadBytes
            && block.PayloadBytes is >= 0 and <= SegmentFormat.PayloadBytesMax
            && (block.Kind == BlockKind.End ? block.Count == _blocks.Count : block.Count > 0);
        if (!isPossible)
        {
            return Bad(Path, offset, "bad_block",
                $"block {_blocks.Count} does not fit ({block.Kind}, number {block.Number}, {block.Count} rows)");
        }

        return offset + SegmentFormat.HeaderBytes + block.PayloadBytes > Length ? Truncated(offset) : null;
    }

    private Error Truncated(long offset) =>
        Bad(Path, Length, "truncated", $"the segment ends inside block {_blocks.Count}, which begins at byte {offset}; "
            + $"{_blocks.Count} blocks before it are good");
}
