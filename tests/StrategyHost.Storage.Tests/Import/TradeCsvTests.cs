using StrategyHost.Core.Domain;
using StrategyHost.Storage.Import;
using Xunit;

namespace StrategyHost.Storage.Tests.Import;

public sealed class TradeCsvTests : IDisposable
{
    private const string Header = "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional\n";
    private const string First = "1700000000.1239,XYZUSDT,Buy,10,1.0010,PlusTick,a,1.001e+09,10,10.01\n";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private FileRead<Core.MarketData.TradeBlock> Read(string text) => TradeCsv.Read(_folder.Write("a.csv", text));

    [Fact]
    public void Trades_are_read_by_header_name_with_exact_times_and_prices()
    {
        var read = Read("RPI,price,symbol,side,timestamp,size\n"
            + "0,1.0010,XYZUSDT,Buy,1700000000.1239,10\n0,1.001,XYZUSDT,Sell,1700000001,0.5\n");
        Assert.Null(read.Error);
        var trades = read.Data!;
        Assert.Equal("XYZUSDT", trades.Symbol.Name);
        Assert.Equal([1700000000123, 1700000001000], trades.Time);
        Assert.Equal([1_001_000_000, 1_001_000_000], trades.Price);
        Assert.Equal([10 * FixedPoint.Scale, FixedPoint.Scale / 2], trades.Size);
        Assert.Equal([1, -1], trades.Side.Select(s => (int)s));
    }

    [Fact]
    public void Trade_of_the_same_time_and_id_is_a_duplicate_left_out_and_counted()
    {
        var read = Read(Header + First + First.Replace(",a,", ",b,", StringComparison.Ordinal) + First);
        Assert.Equal((2, 1L), (read.Data!.Count, read.Stats.Duplicates));
    }

    [Fact]
    public void Same_id_at_another_time_is_another_trade()
    {
        var read = Read(Header + First + First.Replace("1700000000.1239", "1700000000.1249", StringComparison.Ordinal));
        Assert.Equal((2, 0L), (read.Data!.Count, read.Stats.Duplicates));
    }

    [Fact]
    public void Silence_of_more_than_five_minutes_is_counted_as_a_gap()
    {
        var read = Read(Header + First + "1700000300.1239,XYZUSDT,Buy,1,1,,b,,,\n1700000600.1249,XYZUSDT,Buy,1,1,,c,,,\n");
        Assert.Equal(1, read.Stats.Gaps);
    }

    [Fact]
    public void File_newest_first_is_reversed_trade_by_trade()
    {
        var read = Read(Header + "1700000002,XYZUSDT,Buy,3,1,,c,,,\n1700000001,XYZUSDT,Buy,2,1,,b,,,\n1700000001,XYZUSDT,Buy,1,1,,a,,,\n");
        Assert.Equal([1, 2, 3], read.Data!.Size.Select(s => s / FixedPoint.Scale));
        Assert.NotEmpty(read.Stats.Notes);
    }

    public static TheoryData<string, string, string, int, string?> BadFiles => new()
    {
        { "empty", "", "empty_file", 1, null },
        { "header only", Header, "no_rows", 1, null },
        { "no price column", "timestamp,symbol,side,size\n", "missing_column", 1, "price" },
        { "short row", Header + "1700000000,XYZUSDT,Buy\n", "column_count", 2, null },
        { "milliseconds", Header + "1700000000123,XYZUSDT,Buy,1,1,,a,,,\n", "unknown_time", 2, "timestamp" },
        { "text time", Header + First + "soon,XYZUSDT,Buy,1,1,,a,,,\n", "unknown_time", 3, "timestamp" },
        { "lower-case side", Header + First + "1700000001,XYZUSDT,buy,1,1,,a,,,\n", "unknown_side", 3, "side" },
        { "no symbol", Header + "1700000000,,Buy,1,1,,a,,,\n", "symbol_missing", 2, "symbol" },
        { "second symbol", Header + First + "1700000001,ABCUSDT,Buy,1,1,,a,,,\n", "symbol_changed", 3, "symbol" },
        { "zero size", Header + First + "1700000001,XYZUSDT,Buy,0,1,,a,,,\n", "not_positive", 3, "size" },
        { "negative price", Header + First + "1700000001,XYZUSDT,Buy,1,-1,,a,,,\n", "not_positive", 3, "price" },
        { "exponent price", Header + First + "1700000001,XYZUSDT,Buy,1,1e3,,a,,,\n", "not_a_number", 3, "price" },
        {
            "out of order by 0.1 ms", Header + First + "1700000000.1240,XYZUSDT,Buy,1,1,,b,,,\n1700000000.1238,XYZUSDT,Buy,1,1,,c,,,\n",
            "unsorted", 4, "timestamp"
        },
        {
            "out of order at once", Header + First + "1700000000,XYZUSDT,Buy,1,1,,b,,,\n1700000001,XYZUSDT,Buy,1,1,,c,,,\n",
            "unsorted", 3, "timestamp"
        },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void Bad_file_gives_one_error_with_line_field_and_rule(string name, string text, string rule, int line, string? field)
    {
        var read = Read(text);
        Assert.True(read.Error is not null, name);
        Assert.Equal((rule, line, field), (read.Error.Rule, read.Error.Line, read.Error.Field));
    }
}
