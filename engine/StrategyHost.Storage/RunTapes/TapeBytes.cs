using System.Buffers.Binary;
using System.Text;

namespace StrategyHost.Storage.RunTapes;

/// <summary>
/// Bytes of a run's tape in the making: numbers in groups of seven bits, lowest first; signed ones with the sign in the lowest bit. Not
/// thread-safe.
/// </summary>
internal sealed class TapeBytes
{
    private byte[] _bytes = new byte[4096];

    public int Count { get; private set; }
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Byte(int value)
    {
        Room(1);
        _bytes[Count++] = (byte)value;
    }

    public void Unsigned(ulong value)
    {
        Room(10);
        while (value >= 0x80)
        {
            _bytes[Count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _bytes[Count++] = (byte)value;
    }

    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Double(double value)
    {
        Room(8);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(Count), BitConverter.DoubleToInt64Bits(value));
        Count += 8;
    }

    public void Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Unsigned((ulong)length);
        Room(length);
        Count += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Count));
    }

    private void Room(int more)
    {
        if (Count + more > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Count + more));
        }
    }
}

/// <summary>
/// Reads what <see cref="TapeBytes"/> wrote. Bytes that end too early are an <see cref="InvalidDataException"/>: a block whose checksum is
/// right and that is still wrong was written by another program.
/// </summary>
internal sealed class TapeCursor(ReadOnlyMemory<byte> bytes)
{
    private int _at;

    public bool IsAtEnd => _at == bytes.Length;

    public byte Byte() => _at < bytes.Length ? bytes.Span[_at++] : throw new InvalidDataException("it ends within a record");

    public ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number has no end");
    }

    public long Signed() => Unsigned() is var value ? (long)(value >> 1) ^ -(long)(value & 1) : 0;

    public double Double() => BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(Span(8)));

    public string Text() => Encoding.UTF8.GetString(Span(checked((int)Unsigned())));

    private ReadOnlySpan<byte> Span(int length)
    {
        if (length < 0 || length > bytes.Length - _at)
        {
            throw new InvalidDataException("it ends within a record");
        }

        _at += length;
        return bytes.Span.Slice(_at - length, length);
    }
}
