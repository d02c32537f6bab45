using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Import;
using Xunit;

namespace StrategyHost.Storage.Tests.Import;

public sealed class BookAndFundingTests : IDisposable
{
    private const string Snapshot = """{"topic":"orderbook.200.XYZUSDT","type":"snapshot","ts":1700000000120,"data":"""
        + """{"s":"XYZUSDT","b":[["1.0010","5"]],"a":[["1.0020","7.5"]],"u":41,"seq":9},"cts":1700000000118}""" + "\n";

    private const string Delta = """{"ts":1700000000220,"data":"""
        + """{"a":[],"u":42,"b":[["1.0010","0"],["1.0009","55"]],"s":"XYZUSDT","seq":10}"""
        + """,  "type":"delta","topic":"orderbook.200.XYZUSDT"}""" + "\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private FileRead<IReadOnlyList<BookUpdate>> Book(string text) => BookArchive.ReadAll(_folder.Write("a.data", text));

    private FileRead<IReadOnlyList<FundingSeries>> Funding(string text) => FundingCsv.Read(_folder.Write("f.csv", text));

    [Fact]
    public void Book_messages_are_read_in_any_order_of_fields_with_the_engine_time_where_there_is_one()
    {
        var read = Book(Snapshot + Delta);
        Assert.Null(read.Error);
        var (snapshot, delta) = (read.Data![0], read.Data[1]);
        Assert.Equal((true, 41L, 1700000000118L), (snapshot.IsSnapshot, snapshot.UpdateId, snapshot.Time.Ms));
        Assert.Equal([new BookLevel(1_002_000_000, 7_500_000_000)], snapshot.Asks);
        Assert.Equal((false, 42L, 1700000000220L), (delta.IsSnapshot, delta.UpdateId, delta.Time.Ms));
        Assert.Equal([new BookLevel(1_001_000_000, 0), new BookLevel(1_000_900_000, 55_000_000_000)], delta.Bids);
        Assert.Empty(delta.Asks);
    }

    [Fact]
    public void Jump_of_the_update_id_is_counted_and_passed_on()
    {
        var read = Book(Snapshot + Delta.Replace("\"u\":42", "\"u\":44", StringComparison.Ordinal));
        Assert.Equal((2, 1L), (read.Data!.Count, read.Stats.Gaps));
    }

    public static TheoryData<string, string, string, int, string?> BadBooks => new()
    {
        { "empty", "", "empty_file", 1, null },
        { "not json", Snapshot + "x\n", "not_json", 2, "line" },
        { "cut line", Snapshot + Delta[..60], "not_json", 2, "line" },
        { "two values", Snapshot.TrimEnd() + "{}\n", "not_json", 1, "line" },
        { "number for data", """{"type":"delta","ts":1,"data":5}""", "not_json", 1, "line" },
        { "text for ts", """{"type":"delta","ts":"1"}""", "not_json", 1, "line" },
        { "unknown type", Snapshot.Replace("snapshot", "update", StringComparison.Ordinal), "missing_field", 1, "type" },
        { "no update id", Snapshot.Replace("\"u\"", "\"v\"", StringComparison.Ordinal), "missing_field", 1, "data.u" },
        { "no bids", Snapshot.Replace("\"b\"", "\"c\"", StringComparison.Ordinal), "missing_field", 1, "data.b" },
        { "no symbol", Snapshot.Replace("\"s\"", "\"t\"", StringComparison.Ordinal), "missing_field", 1, "data.s" },
        { "other symbol", Snapshot + Delta.Replace("XYZ", "ABC", StringComparison.Ordinal), "symbol_changed", 2, "data.s" },
        { "zero price", Snapshot.Replace("1.0010", "0", StringComparison.Ordinal), "not_positive", 1, "data.b" },
        { "negative size", Snapshot.Replace("7.5", "-7.5", StringComparison.Ordinal), "negative", 1, "data.a" },
        { "text price", Snapshot.Replace("1.0020", "abc", StringComparison.Ordinal), "not_a_number", 1, "data.a" },
        { "time goes back", Snapshot + Delta.Replace("1700000000220", "1700000000117", StringComparison.Ordinal), "unsorted", 2, "cts" },
    };

    [Theory]
    [MemberData(nameof(BadBooks))]
    public void Bad_book_file_gives_one_error_with_line_field_and_rule(string name, string text, string rule, int line, string? field)
    {
        var read = Book(text);
        Assert.True(read.Error is not null, name);
        Assert.Equal((rule, line, field), (read.Error.Rule, read.Error.Line, read.Error.Field));
        Assert.Equal(line - 1, read.Data!.Count);
    }

    [Fact]
    public void Funding_of_several_symbols_is_grouped_and_sorted()
    {
        var read = Funding("time,symbol,rate\n1700006400000,BUSDT,0.0001\n1700006400000,AUSDT,-1e-05\n1700035200000,BUSDT,0.0002\n");
        Assert.Null(read.Error);
        Assert.Equal(["BUSDT", "AUSDT"], read.Data!.Select(s => s.Symbol.Name));
        Assert.Equal([new FundingRate(1700006400000, 0.0001), new FundingRate(1700035200000, 0.0002)], read.Data![0].Rates);
        Assert.Equal(-0.00001, read.Data[1].Rates[0].Rate);
        Assert.Equal(TimeFormat.Milliseconds, read.Stats.TimeFormat);
    }

    [Theory]
    [InlineData("", "empty_file", 1, null)]
    [InlineData("time,symbol,rate\n", "no_rows", 1, null)]
    [InlineData("time,rate\n1700006400000,0.1\n", "missing_column", 1, "symbol")]
    [InlineData("time,symbol,rate\n1700006400000,X,much\n", "not_a_number", 2, "rate")]
    [InlineData("time,symbol,rate\n1700006400000,X,NaN\n", "not_a_number", 2, "rate")]
    [InlineData("time,symbol,rate\n1700006400000,X,1\n", "rate_range", 2, "rate")]
    [InlineData("time,symbol,rate\n1700006400000,,0.1\n", "symbol_missing", 2, "symbol")]
    [InlineData("time,symbol,rate\n1,X,0.1\n3,X,0.1\n2,X,0.1\n", "unsorted", 4, "time")]
    [InlineData("time,symbol,rate\n2,X,0.1\n1,X,0.1\n3,X,0.1\n", "unsorted", 3, "time")]
    [InlineData("time,symbol,rate\n1,X,0.1\n1,X,0.2\n", "duplicate", 3, "time")]
    public void Bad_funding_file_gives_one_error(string text, string rule, int line, string? field)
    {
        var error = Funding(text).Error!;
        Assert.Equal((rule, line, field), (error.Rule, error.Line, error.Field));
    }
}
