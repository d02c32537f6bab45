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

/// <summary>Checks a zip member's CRC-32 at its end; the framework does not.</summary>
internal sealed class Crc32Stream(Stream inner, uint expected) : ReadOnlyStream(inner)
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(n => Entry((uint)n))];
    private uint _crc = uint.MaxValue;

    public override int Read(Span<byte> buffer)
    {
        var count = Inner.Read(buffer);
        foreach (var value in buffer[..count])
        {
            _crc = Table[(byte)(_crc ^ value)] ^ (_crc >> 8);
        }

        return count > 0 || buffer.IsEmpty || ~_crc == expected ? count : throw new InvalidDataException("the zip member's checksum is wrong");
    }

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
