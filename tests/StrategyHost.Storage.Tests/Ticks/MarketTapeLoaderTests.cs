using System.Security.Cryptography;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Ticks;
using Xunit;

namespace StrategyHost.Storage.Tests.Ticks;

public sealed class MarketTapeLoaderTests : IDisposable
{
    private const long Start = 1_704_067_200_000;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Klines(int from, int to, int minutes = 1, int price = 1) => "start,open,high,low,close,volume\n"
        + string.Concat(Enumerable.Range(from, to - from).Select(i =>
            $"{Start + (i * minutes * 60_000L)},{price},{price},{price},{price},1\n"));

    private static string Trades(string symbol, params int[] seconds) => "timestamp,symbol,side,size,price\n"
        + string.Concat(seconds.Select(s => $"{(Start / 1000) + s},{symbol},Buy,1,1\n"));

    private static string BookLine(string type, int second, int id, string bids) =>
        $$"""{"type":"{{type}}","ts":{{Start + (second * 1000)}},"data":"""
        + $$"""{"s":"BTCUSDT","b":[{{bids}}],"a":[["9","1"]],"u":{{id}} } }""" + "\n";

    [Fact]
    public void Folder_of_several_formats_becomes_one_tape_by_symbol()
    {
        _folder.Write("BTCUSDT-1m.csv.gz", TempFolder.Gzip(Klines(0, 10)));
        _folder.Write("BTCUSDT-5m.csv", Klines(0, 4, minutes: 5));
        _folder.Write("btc.csv", Trades("BTCUSDT", 1, 2));
        _folder.Write("eth.csv", Trades("ETHUSDT", 1, 2, 3));
        _folder.Write("f.csv", $"time,symbol,rate\n{Start},BTCUSDT,0.0001\n");
        _folder.Write("README.md", "about\n");
        var tape = MarketTapeLoader.Load([_folder.Root]).Value;
        Assert.Equal(["BTCUSDT", "ETHUSDT"], tape.Symbols.Select(s => s.Symbol.Name));
        Assert.Equal(["1m", "5m"], tape.Symbols[0].Klines.Select(k => k.Interval.ToString()));
        Assert.Equal((2, 1, 3), (tape.Symbols[0].Trades!.Count, tape.Symbols[0].Funding.Length, tape.Symbols[1].Trades!.Count));
        Assert.Equal(10 + 4 + 2 + 3, tape.Events);
        Assert.Equal((Start, Start + (20 * 60_000)), (tape.From.Ms, tape.To.Ms));
        Assert.Contains(tape.Warnings, w => w.Contains("README.md", StringComparison.Ordinal));
    }

    [Fact]
    public void Hash_is_that_of_the_files_bytes_one_after_the_other()
    {
        var a = _folder.Write("a.csv", Trades("BTCUSDT", 1));
        var b = _folder.Write("b.csv", Trades("ETHUSDT", 1));
        var tape = MarketTapeLoader.Load([b, a]).Value;
        var expected = SHA256.HashData([.. File.ReadAllBytes(b), .. File.ReadAllBytes(a)]);
        Assert.Equal(Convert.ToHexStringLower(expected), tape.Sha256);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(a))), tape.Files[1].Sha256);
    }

    [Fact]
    public void Days_are_joined_in_order_of_time_whatever_the_order_of_names()
    {
        var later = _folder.Write("a.csv", Trades("BTCUSDT", 5, 6));
        var earlier = _folder.Write("b.csv", Trades("BTCUSDT", 1, 5));
        var tape = MarketTapeLoader.Load([later, earlier]).Value;
        Assert.Equal([1, 5, 5, 6], tape.Symbols[0].Trades!.Time.Select(t => (t - Start) / 1000));
    }

    [Fact]
    public void Files_that_overlap_are_an_error_that_names_both()
    {
        var a = _folder.Write("a.csv", Trades("BTCUSDT", 1, 5));
        var b = _folder.Write("b.csv", Trades("BTCUSDT", 4, 6));
        var error = Assert.Single(MarketTapeLoader.Load([a, b]).Errors);
        Assert.Equal(("overlap", b), (error.Rule, error.File));
        Assert.Contains(a, error.Message, StringComparison.Ordinal);
        Assert.Equal("overlap", MarketTapeLoader.Load([a, a]).Errors[0].Rule);
    }

    [Fact]
    public void Candles_repeated_at_the_edge_of_months_are_left_out_with_a_warning_and_contradictions_are_errors()
    {
        var a = _folder.Write("BTCUSDT-a.csv", Klines(0, 10));
        var b = _folder.Write("BTCUSDT-b.csv", Klines(9, 20));
        var c = _folder.Write("BTCUSDT-c.csv", Klines(9, 20, price: 2));
        var tape = MarketTapeLoader.Load([a, b]).Value;
        Assert.Equal(20, tape.Symbols[0].Klines[0].Count);
        Assert.Contains(tape.Warnings, w => w.Contains("1 candles repeat", StringComparison.Ordinal));
        Assert.Equal("overlap", MarketTapeLoader.Load([a, c]).Errors[0].Rule);
    }

    [Fact]
    public void Candles_without_a_symbol_need_it_named()
    {
        var path = _folder.Write("w1-klines.csv", Klines(0, 10));
        var error = Assert.Single(MarketTapeLoader.Load([path]).Errors);
        Assert.Equal("symbol_unknown", error.Rule);
        Assert.Contains("--symbol", error.Message, StringComparison.Ordinal);
        Assert.Equal("XRPUSDT", MarketTapeLoader.Load([path], new TapeFilter(new Symbol("XRPUSDT"))).Value.Symbols[0].Symbol.Name);
    }

    [Theory]
    [InlineData("BTCUSDT-1m-20250504-20250603.csv.gz", "BTCUSDT", "1m")]
    [InlineData("BTCUSDT2024-07-18.csv.gz", "BTCUSDT", null)]
    [InlineData("2024-07-18_BTCUSDT_ob200.data.gz", "BTCUSDT", null)]
    [InlineData("1000PEPEUSDT_5m.csv", "1000PEPEUSDT", "5m")]
    [InlineData("BTCPERP-1h.csv", "BTCPERP", "1h")]
    [InlineData("w1-klines.csv.gz", null, null)]
    [InlineData("KLINES.csv", null, null)]
    public void File_name_tells_symbol_and_interval(string name, string? symbol, string? interval)
    {
        Assert.Equal(symbol, DataFile.SymbolOfName("/data/ETHUSDT/" + name)?.Name);
        Assert.Equal(interval, DataFile.IntervalOfName("/data/1m/" + name)?.ToString());
    }

    [Fact]
    public void Unknown_symbol_names_those_that_are_there()
    {
        var path = _folder.Write("a.csv", Trades("BTCUSDT", 1));
        var error = Assert.Single(MarketTapeLoader.Load([path], new TapeFilter(new Symbol("ETHUSDT"))).Errors);
        Assert.Equal("unknown_symbol", error.Rule);
        Assert.Contains("BTCUSDT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Span_takes_the_first_moment_and_leaves_the_last()
    {
        var path = _folder.Write("BTCUSDT.csv", Klines(0, 10));
        var filter = new TapeFilter(null, new Timestamp(Start + 120_000), new Timestamp(Start + 300_000));
        var tape = MarketTapeLoader.Load([path], filter).Value;
        Assert.Equal([2, 3, 4], tape.Symbols[0].Klines[0].Start.Select(s => (s - Start) / 60_000));
        Assert.Equal("no_data", MarketTapeLoader.Load([path], new TapeFilter(null, new Timestamp(Start * 2))).Errors[0].Rule);
    }

    [Fact]
    public void Book_cut_at_a_time_begins_with_its_state_there()
    {
        var path = _folder.Write("b.data", BookLine("snapshot", 0, 1, """["5","1"]""") + BookLine("delta", 1, 2, """["6","2"]""")
            + BookLine("delta", 2, 3, """["5","0"]"""));
        var book = MarketTapeLoader.Load([path], new TapeFilter(null, new Timestamp(Start + 1500))).Value.Symbols[0].Book;
        Assert.Equal(2, book.Count);
        Assert.Equal((true, 2L, Start + 1500), (book[0].IsSnapshot, book[0].UpdateId, book[0].Time.Ms));
        Assert.Equal([new BookLevel(6_000_000_000, 2_000_000_000), new BookLevel(5_000_000_000, 1_000_000_000)], book[0].Bids);
        Assert.False(book[1].IsSnapshot);
    }

    [Fact]
    public void Named_file_that_is_no_data_a_missing_path_and_an_empty_folder_are_errors()
    {
        var text = _folder.Write("notes.txt", "hello\n");
        Directory.CreateDirectory(_folder.Path("none"));
        Assert.Equal("unknown_format", MarketTapeLoader.Load([text]).Errors[0].Rule);
        Assert.Equal("not_found", MarketTapeLoader.Load([_folder.Path("gone")]).Errors[0].Rule);
        Assert.Equal("no_data", MarketTapeLoader.Load([_folder.Path("none")]).Errors[0].Rule);
    }

    [Fact]
    public void Every_bad_file_is_named_not_only_the_first()
    {
        var a = _folder.Write("a.csv", Trades("BTCUSDT", 2, 1, 3));
        var b = _folder.Write("b.csv", "");
        Assert.Equal(["unsorted", "empty_file"], MarketTapeLoader.Load([a, b]).Errors.Select(e => e.Rule));
    }
}
