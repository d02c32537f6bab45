using System.Buffers.Binary;
using System.IO.Compression;

namespace StrategyHost.Storage.Import;

/// <summary>A read-only stream over another; the base of the small ones below.</summary>
internal abstract class ReadOnlyStream(Stream inner) : Stream
{
    protected Stream Inner { get; } = inner;
    public override bool CanRead => true;
    public override bool CanSeek => Inner.CanSeek;
    public override bool CanWrite => false;
    public override long Length => Inner.Length;
    public override long Position { get => Inner.Position; set => Inner.Position = value; }
    public override long Seek(long offset, SeekOrigin origin) => Inner.Seek(offset, origin);
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>Counts the bytes taken from a file, which is where a decompressor stands.</summary>
internal sealed class CountingStream(Stream inner) : ReadOnlyStream(inner)
{
    public long BytesRead { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var count = Inner.Read(buffer);
        BytesRead += count;
        return count;
    }

    public void Restart()
    {
        Inner.Position = 0;
        BytesRead = 0;
    }

    public void Skip(int bytes)
    {
        Inner.Position += bytes;
        BytesRead += bytes;
    }
}

/// <summary>
/// Decompressed gzip that ends with an error where the file was cut short. The framework's stream takes any end of input for the end of the
/// data (seen on .NET 10), so the end is checked here against the trailer: CRC-32 and length of the last member (RFC 1952).
/// </summary>
internal sealed class CheckedGzipStream(FileStream file, CountingStream raw)
    : ReadOnlyStream(new GZipStream(raw, CompressionMode.Decompress))
{
    private long _total;

    public override int Read(Span<byte> buffer)
    {
        var count = Inner.Read(buffer);
        _total += count;
        return count > 0 || buffer.IsEmpty || IsWhole() ? count : throw new EndOfStreamException("the gzip trailer is missing");
    }

    private bool IsWhole()
    {
        // 18 bytes: an empty member's header and trailer.
        if (file.Length < 18)
        {
            return false;
        }

        Span<byte> trailer = stackalloc byte[8];
        file.Position = file.Length - 8;
        file.ReadExactly(trailer);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        return length == (uint)_total || (length > 0 && length < _total && IsLastMember(length, crc));
    }

    // Several members in one file are legal and rare: then the trailer describes the last one, found by a second pass.
    private bool IsLastMember(uint length, uint crc)
    {
        file.Position = 0;
        using var again = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        var buffer = new byte[1 << 16];
        for (var left = _total - length; left > 0;)
        {
            left -= again.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
        }

        var state = Crc32.Start;
        for (int count; (count = again.Read(buffer)) > 0;)
        {
            state = Crc32.Add(state, buffer.AsSpan(0, count));
        }

        return Crc32.End(state) == crc;
    }
}

/// <summary>Checks a zip member's CRC-32 at its end; the framework does not.</summary>
internal sealed class Crc32Stream(Stream inner, uint expected) : ReadOnlyStream(inner)
{
    private uint _state = Crc32.Start;

    public override int Read(Span<byte> buffer)
    {
        var count = Inner.Read(buffer);
        _state = Crc32.Add(_state, buffer[..count]);
        return count > 0 || buffer.IsEmpty || Crc32.End(_state) == expected
            ? count
            : throw new InvalidDataException("the zip member's checksum is wrong");
    }
}

/// <summary>CRC-32 as gzip and zip use it (polynomial 0xEDB88320); not in the base library.</summary>
internal static class Crc32
{
    public const uint Start = uint.MaxValue;
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(n => Entry((uint)n))];

    public static uint Add(uint state, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
        {
            state = Table[(byte)(state ^ value)] ^ (state >> 8);
        }

        return state;
    }

    public static uint End(uint state) => ~state;

    private static uint Entry(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320u : value >> 1;
        }

        return value;
    }
}

/// <summary>What is left of a file known to be cut short: its end is always an error, never an end of data.</summary>
internal sealed class TruncatedStream(Stream inner) : ReadOnlyStream(inner)
{
    public override int Read(Span<byte> buffer)
    {
        var count = Inner.Read(buffer);
        return count > 0 || buffer.IsEmpty ? count : throw new EndOfStreamException("the zip has no directory: it was cut short");
    }
}
