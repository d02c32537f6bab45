using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Ticks;

/// <summary>What a block of a segment holds; the numbers are part of the format.</summary>
public enum BlockKind : ushort { Trades = 1, Klines = 2, Book = 3, Tickers = 4, Funding = 5, Gaps = 6, End = 255 }

/// <summary>
/// The tick segment, version 1, byte by byte (engine/docs/ticks.md): a 64-byte file header, then blocks of a 64-byte header and columns,
/// then an end block. Little-endian; every byte is covered by a CRC-32C.
/// </summary>
internal static class SegmentFormat
{
    public const ushort Version = 1;
    public const int HeaderBytes = 64;
    public const int SymbolBytes = 32;
    public const string Extension = ".ticks";

    /// <summary>No block is larger: a damaged length must not make the reader allocate the machine away.</summary>
    public const int PayloadBytesMax = 64 << 20;
    private const int ChecksumAt = 60;

    public static ReadOnlySpan<byte> FileMagic => "SHTICKS\n"u8;
    public static ReadOnlySpan<byte> BlockMagic => "BLK1"u8;

    public static void WriteFileHeader(Span<byte> to, Symbol symbol, bool isSynthetic)
    {
        to.Clear();
        FileMagic.CopyTo(to);
        BinaryPrimitives.WriteUInt16LittleEndian(to[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(to[10..], HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], isSynthetic ? 1u : 0u);
        Encoding.UTF8.GetBytes(symbol.Name, to.Slice(16, SymbolBytes));
        Seal(to);
    }

    public static void WriteBlockHeader(Span<byte> to, in BlockHeader block)
    {
        to.Clear();
        BlockMagic.CopyTo(to);
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], (ushort)block.Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(to[6..], block.Detail);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], block.Count);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], block.PayloadBytes);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], block.FirstMs);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], block.LastMs);
        BinaryPrimitives.WriteInt32LittleEndian(to[32..], block.Number);
        BinaryPrimitives.WriteInt32LittleEndian(to[36..], block.Levels);
        BinaryPrimitives.WriteUInt32LittleEndian(to[40..], block.PayloadChecksum);
        Seal(to);
    }

    public static BlockHeader ReadBlockHeader(ReadOnlySpan<byte> from) => new()
    {
        Kind = (BlockKind)BinaryPrimitives.ReadUInt16LittleEndian(from[4..]),
        Detail = BinaryPrimitives.ReadUInt16LittleEndian(from[6..]),
        Count = BinaryPrimitives.ReadInt32LittleEndian(from[8..]),
        PayloadBytes = BinaryPrimitives.ReadInt32LittleEndian(from[12..]),
        FirstMs = BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
        LastMs = BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
        Number = BinaryPrimitives.ReadInt32LittleEndian(from[32..]),
        Levels = BinaryPrimitives.ReadInt32LittleEndian(from[36..]),
        PayloadChecksum = BinaryPrimitives.ReadUInt32LittleEndian(from[40..]),
    };

    public static bool IsSealed(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]) == Checksum(header[..ChecksumAt]);

    /// <summary>CRC-32C; one machine instruction for 8 bytes.</summary>
    public static uint Checksum(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var value in data[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    /// <summary>Column lengths are multiples of 8, so that every column is aligned.</summary>
    public static int Padded(int bytes) => (bytes + 7) & ~7;

    private static void Seal(Span<byte> header) =>
        BinaryPrimitives.WriteUInt32LittleEndian(header[ChecksumAt..], Checksum(header[..ChecksumAt]));
}

/// <summary>Header of one block. Detail: minutes of a candle, depth of a book. Levels: all levels of a book block.</summary>
internal readonly record struct BlockHeader
{
    public required BlockKind Kind { get; init; }
    public ushort Detail { get; init; }
    public required int Count { get; init; }
    public int PayloadBytes { get; init; }
    public long FirstMs { get; init; }
    public long LastMs { get; init; }
    public int Number { get; init; }
    public int Levels { get; init; }
    public uint PayloadChecksum { get; init; }

    /// <summary>Bytes that the columns take by kind and counts; null for an unknown kind.</summary>
    public long? ColumnBytes => Kind switch
    {
        BlockKind.Trades => (24L * Count) + SegmentFormat.Padded(Count),
        BlockKind.Klines => 56L * Count,
        BlockKind.Book => (24L * Count) + SegmentFormat.Padded(Count) + (16L * Levels),
        BlockKind.Tickers => 24L * Count,
        BlockKind.Funding => 16L * Count,
        BlockKind.Gaps => 24L * Count,
        BlockKind.End => 0,
        _ => null,
    };
}
