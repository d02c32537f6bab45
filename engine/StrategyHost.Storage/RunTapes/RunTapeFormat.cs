using System.Buffers.Binary;
using System.Security.Cryptography;

namespace StrategyHost.Storage.RunTapes;

/// <summary>
/// The file of a run's tape (ADR 28): eight bytes that name it and its version, then blocks: length of the content (4 bytes), checksum
/// (8 bytes of the content's SHA-256), content. A block's first byte is 1 where the differences begin anew. Little-endian.
/// </summary>
internal static class RunTapeFormat
{
    public const int Version = 1;
    public const int HeadLength = 8;
    public const int BlockHeadLength = 12;

    /// <summary>No block is longer; a length beyond it is damage.</summary>
    public const int BlockMax = 64 * 1024 * 1024;

    private static ReadOnlySpan<byte> Magic => "SHRT"u8;

    public static byte[] Head()
    {
        var head = new byte[HeadLength];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), Version);
        return head;
    }

    /// <summary>The version of a file that begins so; null: it is no tape.</summary>
    public static int? VersionOf(ReadOnlySpan<byte> head) =>
        head.Length == HeadLength && head.StartsWith(Magic) ? BinaryPrimitives.ReadInt32LittleEndian(head[4..]) : null;

    public static byte[] Block(bool isFresh, ReadOnlySpan<byte> records)
    {
        var block = new byte[BlockHeadLength + 1 + records.Length];
        var content = block.AsSpan(BlockHeadLength);
        content[0] = isFresh ? (byte)1 : (byte)0;
        records.CopyTo(content[1..]);
        BinaryPrimitives.WriteInt32LittleEndian(block, content.Length);
        BinaryPrimitives.WriteInt64LittleEndian(block.AsSpan(4), Checksum(content));
        return block;
    }

    public static long Checksum(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
