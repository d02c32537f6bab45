using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Ticks;
using Xunit;

namespace StrategyHost.Storage.Tests.Ticks;

public sealed class TickSegmentTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private byte[] Bytes(SymbolTape tape, bool isSynthetic = false)
    {
        var path = _folder.Path("w.ticks");
        SampleSeries.Write(path, tape, isSynthetic);
        return File.ReadAllBytes(path);
    }

    private (SymbolTape? Tape, Core.Domain.Error? Error, int Blocks) Read(byte[] bytes)
    {
        var opened = TickSegment.Open(_folder.Write("r.ticks", bytes));
        if (!opened.IsOk)
        {
            return (null, opened.Errors[0], 0);
        }

        using var segment = opened.Value;
        var (tape, error) = segment.ReadAll();
        return (tape, error, segment.BlockCount);
    }

    [Fact]
    public void What_is_written_is_read_back_exactly() => Prop.ForAll(SampleSeries.Any, tape =>
    {
        var (read, error, _) = Read(Bytes(tape));
        return error is null && SampleSeries.Text(read!) == SampleSeries.Text(tape);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Series_longer_than_a_block_is_joined_again()
    {
        var n = TickSegmentWriter.BlockRows + 10;
        var tape = SampleSeries.Of([.. Enumerable.Range(0, n).Select(i => (long)i * 7919)], bits: 1);
        var (read, error, blocks) = Read(Bytes(tape));
        Assert.Null(error);
        Assert.Equal(2, blocks);
        Assert.Equal(tape.Trades!.Price, read!.Trades!.Price);
    }

    [Fact]
    public void Synthetic_data_stay_marked()
    {
        using var segment = TickSegment.Open(_folder.Write("s.ticks", Bytes(SampleSeries.Of([1, 2, 3]), isSynthetic: true))).Value;
        Assert.True(segment.IsSynthetic);
        Assert.Equal("BTCUSDT", segment.Symbol.Name);
    }

    [Fact]
    public void Flipped_bit_at_any_offset_is_detected_and_what_stood_before_is_kept()
    {
        var tape = SampleSeries.Of([5, -3, 8, 1]);
        var whole = Bytes(tape);
        var starts = BlockStarts(whole);
        for (var at = 0; at < whole.Length; at++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[at] ^= (byte)(1 << (at % 8));
            var (read, error, _) = Read(bytes);
            Assert.True(error is { Offset: not null }, $"flip at {at}");
            Assert.True(error.Offset <= at, $"flip at {at} reported at {error.Offset}");
            Assert.Equal(Kept(tape, starts.Count(s => s <= at) - 1), read is null ? null : SampleSeries.Text(read));
        }
    }

    [Fact]
    public void Cut_at_any_offset_is_an_error_with_the_offset_and_what_stood_before_is_kept()
    {
        var tape = SampleSeries.Of([5, -3, 8, 1]);
        var whole = Bytes(tape);
        var starts = BlockStarts(whole);
        for (var length = 0; length < whole.Length; length++)
        {
            var (read, error, _) = Read(whole[..length]);
            Assert.True(error is { Rule: "truncated" }, $"cut at {length}: {error}");
            Assert.Equal(length, error.Offset);
            // A block is whole when the next one could begin at the cut.
            Assert.Equal(Kept(tape, starts.Count(s => s <= length) - 1), read is null ? null : SampleSeries.Text(read));
        }
    }

    [Theory]
    [InlineData("other magic", 0, "not_a_segment")]
    [InlineData("other version", 8, "version")]
    public void Foreign_header_is_refused(string name, int at, string rule)
    {
        var bytes = Bytes(SampleSeries.Of([1]));
        bytes[at]++;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(60), SegmentFormat.Checksum(bytes.AsSpan(0, 60)));
        Assert.True(rule == Read(bytes).Error!.Rule, name);
    }

    [Fact]
    public void Bytes_after_the_end_and_missing_blocks_are_errors()
    {
        var whole = Bytes(SampleSeries.Of([1, 2, 3]));
        var starts = BlockStarts(whole);
        Assert.Equal("trailing_bytes", Read([.. whole, 0]).Error!.Rule);
        Assert.Equal("bad_block", Read([.. whole[..starts[0]], .. whole[starts[1]..]]).Error!.Rule);
    }

    [Fact]
    public void Segment_that_was_not_completed_leaves_no_file()
    {
        var path = _folder.Path("n.ticks");
        using (var writer = new TickSegmentWriter(path, new Core.Domain.Symbol("X")))
        {
            writer.Add(SampleSeries.Of([1, 2]).Trades!);
            Assert.False(File.Exists(path));
        }

        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    // The text of a tape of which only the first blocks are kept, the book's being the last; null when not even the header is.
    private static string? Kept(SymbolTape tape, int blocks) => blocks < 0 ? null : SampleSeries.Text(new SymbolTape
    {
        Symbol = tape.Symbol,
        Trades = blocks > 0 ? tape.Trades : null,
        Klines = blocks > 1 ? tape.Klines : [],
        Tickers = blocks > 2 ? tape.Tickers : null,
        Funding = blocks > 3 ? tape.Funding : [],
        Gaps = blocks > 4 ? tape.Gaps : [],
        Book = blocks > 5 ? tape.Book : [],
    });

    // Found independently of the reader: the format's own words of 8 bytes begin each block header.
    private static List<int> BlockStarts(byte[] whole)
    {
        var starts = new List<int>();
        for (var at = SegmentFormat.HeaderBytes; at < whole.Length;)
        {
            starts.Add(at);
            at += 64 + BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(at + 12));
        }

        return starts;
    }
}
