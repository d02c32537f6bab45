using System.Text.Json;
using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using Xunit;

namespace StrategyHost.Bybit.Tests.Codec;

public sealed class TickerTests
{
    private const string Snapshot =
        """
        {"topic":"tickers.XYZUSDT","type":"snapshot","data":{"symbol":"XYZUSDT","lastPrice":"1.0020","markPrice":"1.0020",
        "indexPrice":"1.0019","fundingRate":"0.0001","nextFundingTime":"1700006400000","bid1Price":"1.0019","ask1Price":"1.0020"},
        "cs":9003,"ts":1700000000100}
        """;

    [Fact]
    public void Delta_changes_its_fields_and_leaves_the_others()
    {
        var before = Apply(null, Snapshot).Value;

        var after = Apply(
            before,
            """{"type":"delta","data":{"symbol":"XYZUSDT","markPrice":"1.0021"},"cs":9004,"ts":1700000000200}""").Value;

        Assert.Equal(before with { MarkPrice = 1.0021m, Time = new Timestamp(1_700_000_000_200) }, after);
    }

    [Fact]
    public void Snapshot_forgets_what_it_does_not_name()
    {
        var after = Apply(
            Apply(null, Snapshot).Value,
            """{"topic":"tickers.XYZUSDT","type":"snapshot","data":{"symbol":"XYZUSDT","lastPrice":"1"},"ts":1700000000300}""").Value;

        Assert.Equal(new Ticker { Symbol = new Symbol("XYZUSDT"), Time = new Timestamp(1_700_000_000_300), LastPrice = 1m }, after);
    }

    [Fact]
    public void Older_message_changes_nothing()
    {
        var before = Apply(null, Snapshot).Value;

        var after = Apply(before, """{"type":"delta","data":{"symbol":"XYZUSDT","lastPrice":"9"},"ts":1700000000099}""").Value;

        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData("""{"type":"delta","data":{"symbol":"XYZUSDT","lastPrice":"9"},"ts":1700000000099}""", "type")]
    [InlineData("""{"type":"merge","data":{"symbol":"XYZUSDT","lastPrice":"9"},"ts":1700000000099}""", "type")]
    [InlineData("""{"type":"snapshot","data":{"symbol":"XYZUSDT","lastPrice":"9"}}""", "ts")]
    public void First_message_must_be_a_dated_snapshot(string json, string field) =>
        Assert.Equal(field, Assert.Single(Apply(null, json).Errors).Field);

    [Fact]
    public void Message_of_another_symbol_is_refused()
    {
        var result = Apply(
            Apply(null, Snapshot).Value, """{"type":"delta","data":{"symbol":"ABCUSDT","lastPrice":"9"},"ts":1700000000200}""");

        Assert.Equal("symbol", Assert.Single(result.Errors).Field);
    }

    private static Result<Ticker> Apply(Ticker? before, string json) =>
        Ticker.Apply(before, JsonSerializer.Deserialize(json, BybitJson.Default.TickerMessage)!);
}
