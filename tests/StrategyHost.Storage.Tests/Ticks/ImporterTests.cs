using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Import;
using StrategyHost.Storage.Ticks;
using Xunit;

namespace StrategyHost.Storage.Tests.Ticks;

public sealed class ImporterTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private string Out => _folder.Path("out");

    public void Dispose() => _folder.Dispose();

    private static string Trades(int count) => "timestamp,symbol,side,size,price,trdMatchID\n"
        + string.Concat(Enumerable.Range(0, count).Select(i =>
            $"{1_700_000_000 + i},BTCUSDT,{(i % 2 == 0 ? "Buy" : "Sell")},0.{i + 1},{(i * 7919 % 997) + 1}.5,{i}\n"));

    private static string Book() => string.Concat(Enumerable.Range(1, 9000).Select(i =>
        $$"""{"type":"{{(i == 1 ? "snapshot" : "delta")}}","ts":{{1_700_000_000_000 + (i * 100)}},"data":"""
        + $$"""{"s":"BTCUSDT","b":[["{{1000 + (i % 50)}}","{{i % 3}}"]],"a":[["2000","1"]],"u":{{i}} } }""" + "\n"));

    [Fact]
    public void Imported_data_load_like_their_source()
    {
        var csv = _folder.Write("t.csv.gz", TempFolder.Gzip(Trades(500)));
        var klines = _folder.Write("BTCUSDT-1m.csv",
            "start,open,high,low,close,volume,turnover\n60000000,1,3,1,2,5,10\n60000060,2,3,1,2,5,10\n");
        var book = _folder.Write("b.zip", TempFolder.Zip(("b.data", Book())));
        var funding = _folder.Write("f.csv", "time,symbol,rate\n1700006400,BTCUSDT,0.0001\n");
        var report = Importer.Import([csv, klines, book, funding], Out).Value;
        Assert.Equal([DataKind.Trades, DataKind.Klines, DataKind.Book, DataKind.Funding], report.Segments.Select(s => s.Kind));
        Assert.Equal([500, 2, 9000, 1], report.Segments.Select(s => s.Rows));
        Assert.Equal("BTCUSDT-trades-20231114T221320.ticks", Path.GetFileName(report.Segments[0].File));

        var expected = MarketTapeLoader.Load([csv, klines, book, funding]).Value;
        var actual = MarketTapeLoader.Load([Out]).Value;
        Assert.Equal(SampleSeries.Text(expected.Symbols[0]), SampleSeries.Text(actual.Symbols[0]));
    }

    [Fact]
    public void Same_source_gives_the_same_segment_again()
    {
        var csv = _folder.Write("t.csv", Trades(50));
        var first = File.ReadAllBytes(Importer.Import([csv], Out).Value.Segments[0].File);
        var second = File.ReadAllBytes(Importer.Import([csv], Out).Value.Segments[0].File);
        Assert.Equal(first, second);
        Assert.Single(Directory.GetFiles(Out));
    }

    [Fact]
    public void Error_in_any_source_writes_nothing_at_all()
    {
        var good = _folder.Write("t.csv", Trades(50));
        var bad = _folder.Write("u.csv", Trades(50) + "x,BTCUSDT,Buy,1,1,z\n");
        var result = Importer.Import([good, bad], Out);
        Assert.Equal("unknown_time", Assert.Single(result.Errors).Rule);
        Assert.Empty(Directory.GetFiles(Out));
    }

    [Theory]
    [InlineData("trades")]
    [InlineData("book")]
    public void Truncated_source_is_imported_up_to_the_damage_only_when_asked(string kind)
    {
        var whole = TempFolder.Gzip(kind == "trades" ? Trades(5000) : Book());
        var cut = _folder.Write("t.gz", whole[..(whole.Length * 3 / 4)]);
        Assert.Equal("truncated", Assert.Single(Importer.Import([cut], Out).Errors).Rule);
        Assert.Empty(Directory.GetFiles(Out));

        var report = Importer.Import([cut], Out, new ImportOptions(KeepGoodRows: true)).Value;
        Assert.Equal(("truncated", cut), (Assert.Single(report.Damage).Rule, report.Damage[0].File));
        Assert.True(report.Segments[0].Rows > 1000);
        Assert.Equal(report.Segments[0].Rows, MarketTapeLoader.Load([Out]).Value.Events);
    }

    [Fact]
    public void Two_sources_of_one_segment_are_an_error()
    {
        var a = _folder.Write("a.csv", Trades(5));
        var b = _folder.Write("b.csv", Trades(6));
        Assert.Equal("same_segment", Assert.Single(Importer.Import([a, b], Out).Errors).Rule);
        Assert.Empty(Directory.GetFiles(Out));
    }

    [Fact]
    public void Import_that_dies_between_two_segments_leaves_a_folder_that_is_refused_until_it_is_repeated()
    {
        var trades = _folder.Write("a.csv", Trades(5));
        var candles = _folder.Write(
            "ETHUSDT-1m.csv", "start,open,high,low,close,volume\n1700000040,1,1,1,1,1\n1700000100,1,1,1,1,1\n");
        var second = Importer.Import([candles], Out).Value.Segments[0].File;
        File.Delete(second);
        Directory.CreateDirectory(second); // the rename of the second segment fails, after the first one's

        Assert.Equal("unwritable", Assert.Single(Importer.Import([trades, candles], Out).Errors).Rule);
        var refused = Assert.Single(MarketTapeLoader.Load([Out]).Errors);
        Assert.Equal("unfinished_import", refused.Rule);
        Assert.Contains(Path.GetFileName(second), refused.Message, StringComparison.Ordinal);
        Directory.Delete(second);
        Assert.Equal("unfinished_import", Assert.Single(Importer.Import([trades], Out).Errors).Rule);

        Assert.True(Importer.Import([trades, candles], Out).IsOk);
        Assert.Equal(7, MarketTapeLoader.Load([Out]).Value.Events);
    }

    [Fact]
    public void Out_folder_that_is_a_file_is_an_error()
    {
        var csv = _folder.Write("t.csv", Trades(5));
        Assert.Equal("unwritable", Importer.Import([csv], csv).Errors[0].Rule);
    }

    [Fact]
    public void Progress_ends_at_the_whole_file()
    {
        var csv = _folder.Write("t.csv", Trades(50));
        var seen = new List<ImportProgress>();
        Importer.Import([csv], Out, null, new Direct(seen));
        Assert.Equal((50L, new FileInfo(csv).Length), (seen[^1].Rows, seen[^1].BytesRead));
        Assert.Equal(seen[^1].BytesTotal, seen[^1].BytesRead);
    }

    [Fact]
    public void Info_tells_span_counts_gaps_and_what_is_wrong()
    {
        var good = _folder.Write("BTCUSDT-1m.csv", "start,open,high,low,close,volume\n"
            + "60000000,1,1,1,1,1\n60000060,1,1,1,1,1\n60000240,1,1,1,1,1\n60000300,1,1,1,1,1\n");
        var bad = _folder.Write("t.csv", Trades(20) + "1700000000,BTCUSDT,Buy,1,1,z\n");
        var info = DataInspector.Inspect([good, bad]).Value;
        Assert.Equal((4L, 1L, 2L), (info[0].Rows, info[0].Gaps, info[0].MissingCandles));
        Assert.Equal((TimeFormat.Seconds, "klines"), (info[0].TimeFormat, info[0].Series[0].What));
        Assert.Equal((60_000_000_000L, 60_000_360_000L), (info[0].Series[0].From.Ms, info[0].Series[0].To.Ms));
        Assert.Null(info[0].Error);
        Assert.Equal(("unsorted", 22), (info[1].Error!.Rule, info[1].Error!.Line));
        Assert.Equal(20, info[1].Series[0].Rows);
        Assert.NotNull(info[1].Sha256);
    }

    private sealed class Direct(List<ImportProgress> seen) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => seen.Add(value);
    }
}
