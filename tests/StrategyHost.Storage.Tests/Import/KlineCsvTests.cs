using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Import;
using Xunit;

namespace StrategyHost.Storage.Tests.Import;

public sealed class KlineCsvTests : IDisposable
{
    private static readonly Symbol Btc = new("BTCUSDT");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private FileRead<KlineBlock> Read(string text) => KlineCsv.Read(_folder.Write("a.csv", text), Btc);

    [Theory]
    [InlineData("start", "1704067200000", "1704067260000", TimeFormat.Milliseconds)]
    [InlineData("timestamp_ms", "1704067200000", "1704067260000", TimeFormat.Milliseconds)]
    [InlineData("timestamp", "1704067200", "1704067260", TimeFormat.Seconds)]
    [InlineData("Time", "1704067200.0", "1704067260.0", TimeFormat.Seconds)]
    [InlineData("date", "2024-01-01 00:00:00", "2024-01-01 00:01:00", TimeFormat.Iso)]
    [InlineData("time", "2024-01-01T00:00:00Z", "2024-01-01T00:01:00.000Z", TimeFormat.Iso)]
    [InlineData("time", "2024-01-01T02:00:00+02:00", "2024-01-01T02:01:00+02:00", TimeFormat.Iso)]
    public void Times_in_seconds_milliseconds_and_iso_are_told_apart(string name, string first, string second, TimeFormat format)
    {
        var read = Read($"{name},open,high,low,close,volume\n{first},1,2,0.5,1.5,10\n{second},1.5,1.5,1.5,1.5,0\n");
        Assert.Null(read.Error);
        Assert.Equal(format, read.Stats.TimeFormat);
        Assert.Equal([1704067200000, 1704067260000], read.Data!.Start);
        Assert.Equal(new Interval(1), read.Data.Interval);
    }

    [Fact]
    public void Numbers_are_exact_and_turnover_is_optional()
    {
        var read = Read("start,open,high,low,close,volume,turnover\r\n"
            + "60000000000000,0.000000001,9223372036.854775807,0.000000001,1.50,3.000000001,12.5\r\n"
            + "60000000060000,1,1,1,1,1,1\r\n\r\n");
        Assert.Null(read.Error);
        Assert.Equal((1L, long.MaxValue, 1L), (read.Data!.Open[0], read.Data.High[0], read.Data.Low[0]));
        Assert.Equal((1_500_000_000L, 3_000_000_001L, 12.5), (read.Data.Close[0], read.Data.Volume[0], read.Data.Turnover[0]));
    }

    [Fact]
    public void Further_columns_are_ignored_and_order_is_by_name()
    {
        var read = Read("start,close,volume,open,low,high,trades\n60000000000000,4,9,3,2,5,77\n60000000300000,4,9,3,2,5,77\n");
        Assert.Equal((3L, 5L, 2L, 4L), (read.Data!.Open[0] / FixedPoint.Scale, read.Data.High[0] / FixedPoint.Scale,
            read.Data.Low[0] / FixedPoint.Scale, read.Data.Close[0] / FixedPoint.Scale));
        Assert.Equal(new Interval(5), read.Data.Interval);
    }

    [Fact]
    public void Interval_is_the_most_frequent_step_and_gaps_are_counted()
    {
        var read = Read(Rows(0, 1, 2, 6, 7, 20));
        Assert.Equal(new Interval(1), read.Data!.Interval);
        Assert.Equal((2L, 15L, 0L), (read.Stats.Gaps, read.Stats.MissingCandles, read.Stats.Duplicates));
    }

    [Fact]
    public void Candles_that_repeat_exactly_are_left_out_and_counted()
    {
        var read = Read(Rows(0, 1, 1, 2));
        Assert.Null(read.Error);
        Assert.Equal((3, 1L), (read.Data!.Count, read.Stats.Duplicates));
        Assert.Contains("repeat", Assert.Single(read.Stats.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_is_newest_first_throughout_is_reversed_and_said_so()
    {
        var read = Read(Rows(3, 2, 1, 0));
        Assert.Equal(4, read.Data!.Count);
        Assert.True(read.Data.Start.SequenceEqual(read.Data.Start.Order()));
        Assert.Equal(3, read.Stats.Disorder);
        Assert.Single(read.Stats.Notes);
    }

    [Fact]
    public void Volume_finer_than_the_scale_is_rounded_and_said_so()
    {
        var read = Read("start,open,high,low,close,volume\n60000000000000,1,1,1,1,0.30000000000000004\n60000000060000,1,1,1,1,1e-3\n");
        Assert.Equal([300_000_000, 1_000_000], read.Data!.Volume);
        Assert.Contains("1 volumes", Assert.Single(read.Stats.Notes), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string, int?, string?> BadFiles => new()
    {
        { "empty", "", "empty_file", 1, null },
        { "header only", "start,open,high,low,close,volume\n", "no_rows", 1, null },
        { "no header", "60000000000000,1,1,1,1,1\n", "missing_column", 1, "start" },
        { "no close", "start,open,high,low,volume\n60000000000000,1,1,1,1\n", "missing_column", 1, "close" },
        { "short row", Good + "60000000060000,1,1,1,1\n", "column_count", 3, null },
        { "long row", Good + "60000000060000,1,1,1,1,1,1\n", "column_count", 3, null },
        { "blank line inside", Good + "\n60000000060000,1,1,1,1,1\n", "blank_line", 3, null },
        { "text for a price", Good + "60000000060000,1,x,1,1,1\n", "not_a_number", 3, "high" },
        { "not a number", Good + "60000000060000,1,1,1,NaN,1\n", "not_a_number", 3, "close" },
        { "empty price", Good + "60000000060000,,1,1,1,1\n", "not_a_number", 3, "open" },
        { "ten decimals", Good + "60000000060000,1,1,1,1.0000000001,1\n", "too_many_decimals", 3, "close" },
        { "overflow", Good + "60000000060000,1,9223372036.854775808,1,1,1\n", "not_a_number", 3, "high" },
        { "zero price", Good + "60000000060000,0,1,1,1,1\n", "not_positive", 3, "open" },
        { "negative price", Good + "60000000060000,1,1,-1,1,1\n", "not_positive", 3, "low" },
        { "negative volume", Good + "60000000060000,1,1,1,1,-1\n", "negative", 3, "volume" },
        { "high below low", Good + "60000000060000,2,1,2,2,1\n", "high_below_low", 3, "high" },
        { "low above close", Good + "60000000060000,2,3,2,1,1\n", "low_above_price", 3, "low" },
        { "out of order", Rows(0, 1, 3, 2), "unsorted", 5, "start" },
        { "out of order at once", Rows(1, 0, 2), "unsorted", 3, "start" },
        { "out of order, downwards", Rows(5, 4, 2, 3), "unsorted", 5, "start" },
        { "two candles of one start", Good + "60000000000000,2,2,2,2,1\n", "duplicate", 3, "start" },
        { "other time format", Good + "1704067260,1,1,1,1,1\n", "unknown_time", 3, "start" },
        { "microseconds", "start,open,high,low,close,volume\n1704067200000000,1,1,1,1,1\n", "unknown_time", 2, "start" },
        { "beside the grid", Rows(0, 1, 2, 3, 4) + "60000000300001,1,1,1,1,1\n", "not_aligned", 7, "start" },
        { "one candle", Good, "unknown_interval", null, null },
        { "seven minutes", Rows(0, 7, 14), "unknown_interval", null, null },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void Bad_file_gives_one_error_with_line_field_and_rule(string name, string text, string rule, int? line, string? field)
    {
        var read = Read(text);
        Assert.True(read.Error is not null, name);
        Assert.Equal((rule, line, field), (read.Error.Rule, read.Error.Line, read.Error.Field));
        Assert.EndsWith("a.csv", read.Error.File, StringComparison.Ordinal);
        Assert.False(read.Strict().IsOk);
    }

    [Fact]
    public void Rows_before_an_error_are_kept_for_who_asks()
    {
        var read = Read(Rows(0, 1, 2) + "60000000180000,x,1,1,1,1\n");
        Assert.NotNull(read.Error);
        Assert.Equal(3, read.Data!.Count);
        Assert.Equal(3, read.Stats.Rows);
    }

    [Fact]
    public void File_that_does_not_exist_is_an_error_not_an_exception() =>
        Assert.Equal("unreadable", KlineCsv.Read(_folder.Path("none.csv"), Btc).Error!.Rule);

    private const string Good = "start,open,high,low,close,volume\n60000000000000,1,1,1,1,1\n";

    private static string Rows(params int[] minutes) =>
        "start,open,high,low,close,volume\n" + string.Concat(minutes.Select(m => $"{60_000_000_000_000 + (m * 60_000L)},1,1,1,1,1\n"));
}
