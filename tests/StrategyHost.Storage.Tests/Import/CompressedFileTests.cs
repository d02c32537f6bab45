using StrategyHost.Core.Domain;
using StrategyHost.Storage.Import;
using Xunit;

namespace StrategyHost.Storage.Tests.Import;

public sealed class CompressedFileTests : IDisposable
{
    private const int Rows = 3000;
    private static readonly string Text = Klines(0, Rows);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Klines(int from, int to) =>
        "start,open,high,low,close,volume\n" + Body(from, to);

    // Prices that vary a little, so that deflate makes several blocks of it.
    private static string Body(int from, int to) => string.Concat(Enumerable.Range(from, to - from).Select(i =>
        $"{1_704_067_200_000 + (i * 60_000L)},{1000 + (i * 7919 % 997)},3000,900,{1000 + (i * 104_729 % 991)},{i * 31 % 89}.{i % 1000}\n"));

    private FileRead<Core.MarketData.KlineBlock> Read(byte[] bytes) =>
        KlineCsv.Read(_folder.Write("a", bytes), new Symbol("BTCUSDT"), new Core.MarketData.Interval(1));

    [Fact]
    public void Plain_gzip_and_zip_give_the_same_rows_whatever_their_name()
    {
        var plain = KlineCsv.Read(_folder.Write("p.gz", Text), new Symbol("BTCUSDT")).Strict().Value;
        var gzip = Read(TempFolder.Gzip(Text)).Strict().Value;
        var zip = Read(TempFolder.Zip(("x.csv", Text))).Strict().Value;
        Assert.Equal(Rows, plain.Count);
        Assert.Equal(plain.Close, gzip.Close);
        Assert.Equal(plain.Close, zip.Close);
    }

    [Fact]
    public void Gzip_of_several_members_is_whole()
    {
        var read = Read([.. TempFolder.Gzip(Klines(0, 1000)), .. TempFolder.Gzip(Body(1000, 3000))]);
        Assert.Null(read.Error);
        Assert.Equal(Rows, read.Data!.Count);
    }

    [Fact]
    public void Gzip_cut_anywhere_is_an_error_with_the_offset_and_the_good_rows()
    {
        var whole = TempFolder.Gzip(Text);
        var closes = Read(whole).Data!.Close;
        for (var length = 2; length < whole.Length; length += length < 32 || length > whole.Length - 32 ? 1 : 101)
        {
            var read = Read(whole[..length]);
            Assert.True(read.Error is { Rule: "truncated" }, $"cut at {length}: {read.Error}");
            Assert.Equal(length, read.Error.Offset);
            Assert.Contains($"{read.Stats.Rows} rows", read.Error.Message, StringComparison.Ordinal);
            Assert.Equal(closes.Take((int)read.Stats.Rows), read.Data?.Close ?? []);
        }
    }

    [Fact]
    public void Gzip_cut_late_keeps_most_of_its_rows()
    {
        var whole = TempFolder.Gzip(Text);
        Assert.True(Read(whole[..^9]).Stats.Rows > Rows - 10);
    }

    [Fact]
    public void Gzip_with_padding_instead_of_its_end_is_an_error()
    {
        var whole = TempFolder.Gzip(Text);
        var read = Read([.. whole[..(whole.Length / 2)], .. new byte[whole.Length / 2]]);
        Assert.NotNull(read.Error);
    }

    [Fact]
    public void Flipped_bit_in_compressed_data_never_passes()
    {
        var whole = TempFolder.Gzip(Text);
        // The first 10 bytes are gzip's header; its time and flags do not touch the data.
        for (var at = 10; at < whole.Length; at += 37)
        {
            var bytes = (byte[])whole.Clone();
            bytes[at] ^= 4;
            Assert.True(Read(bytes).Error is not null, $"flip at {at}");
        }
    }

    [Fact]
    public void Zip_cut_short_is_an_error_with_the_offset_and_keeps_what_came_before()
    {
        var whole = TempFolder.Zip(("x.csv", Text));
        var closes = Read(whole).Data!.Close;
        foreach (var length in (int[])[whole.Length / 3, whole.Length / 2, whole.Length - 30, whole.Length - 1])
        {
            var read = Read(whole[..length]);
            Assert.True(read.Error is { Rule: "truncated", Offset: > 0 }, $"cut at {length}: {read.Error}");
            Assert.True(read.Stats.Rows > 0);
            Assert.Equal(closes.Take((int)read.Stats.Rows), read.Data!.Close);
        }
    }

    [Fact]
    public void Zip_with_a_flipped_bit_in_its_data_never_passes()
    {
        var whole = TempFolder.Zip(("x.csv", Text));
        for (var at = 60; at < whole.Length - 120; at += 997)
        {
            var bytes = (byte[])whole.Clone();
            bytes[at] ^= 1;
            Assert.True(Read(bytes).Error is not null, $"flip at {at}");
        }
    }

    [Fact]
    public void Zip_of_two_files_is_refused() =>
        Assert.Equal("unreadable", Read(TempFolder.Zip(("a.csv", Text), ("b.csv", Text))).Error!.Rule);
}
