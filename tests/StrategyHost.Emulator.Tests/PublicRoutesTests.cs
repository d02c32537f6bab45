using Xunit;

namespace StrategyHost.Emulator.Tests;

public sealed class PublicRoutesTests(EmulatorFixture emulator) : IClassFixture<EmulatorFixture>
{
    private const string Instruments = "/v5/market/instruments-info";

    [Fact]
    public async Task Time_is_the_servers_in_every_unit()
    {
        var answer = await emulator.GetAsync("/v5/market/time");

        Assert.Equal((200, 0, ManualTimeProvider.StartMs), (answer.HttpStatus, answer.RetCode, answer.Time));
        Assert.Equal("1700000000", answer.Result.GetProperty("timeSecond").GetString());
        Assert.Equal("1700000000000000000", answer.Result.GetProperty("timeNano").GetString());
    }

    [Fact]
    public async Task Unknown_route_and_wrong_method_are_not_found()
    {
        var unknown = await emulator.GetAsync("/v5/market/no-such-route");
        var method = await emulator.PostAsync("/v5/market/time", "{}");

        Assert.Equal((404, 10017), (unknown.HttpStatus, unknown.RetCode));
        Assert.Equal((404, 10017), (method.HttpStatus, method.RetCode));
    }

    [Fact]
    public async Task Instrument_shows_its_filters_as_decimal_texts()
    {
        var answer = await emulator.GetAsync(Instruments, "category=linear&symbol=BTCUSDT");

        var row = Assert.Single(answer.Result.GetProperty("list").EnumerateArray());
        var lot = row.GetProperty("lotSizeFilter");
        Assert.Equal("LinearPerpetual", row.GetProperty("contractType").GetString());
        Assert.Equal(("BTC", "USDT"), (row.GetProperty("baseCoin").GetString(), row.GetProperty("settleCoin").GetString()));
        Assert.Equal("0.1", row.GetProperty("priceFilter").GetProperty("tickSize").GetString());
        Assert.Equal("1", row.GetProperty("priceScale").GetString());
        Assert.Equal(("0.001", "1190", "119.5"), (Text(lot, "qtyStep"), Text(lot, "maxOrderQty"), Text(lot, "maxMktOrderQty")));
        Assert.Equal("5", Text(lot, "minNotionalValue"));
        Assert.Equal(480, row.GetProperty("fundingInterval").GetInt32());
    }

    [Fact]
    public async Task Pages_join_to_the_whole_list_without_repetition()
    {
        var seen = new List<string?>();
        var cursor = "";
        do
        {
            var query = "category=linear&limit=2" + (cursor.Length == 0 ? "" : "&cursor=" + cursor);
            var result = (await emulator.GetAsync(Instruments, query)).Result;
            seen.AddRange(result.GetProperty("list").EnumerateArray().Select(r => r.GetProperty("symbol").GetString()));
            cursor = result.GetProperty("nextPageCursor").GetString()!;
        }
        while (cursor.Length > 0);

        Assert.Equal(["BTCUSDT", "ETHUSDT", "SOLUSDT"], seen);
    }

    [Fact]
    public async Task Cursor_is_understood_escaped_once_more()
    {
        var cursor = (await emulator.GetAsync(Instruments, "category=linear&limit=2")).Result.GetProperty("nextPageCursor").GetString()!;

        var result = (await emulator.GetAsync(Instruments, "category=linear&cursor=" + Uri.EscapeDataString(cursor))).Result;

        Assert.Equal("SOLUSDT", Assert.Single(result.GetProperty("list").EnumerateArray()).GetProperty("symbol").GetString());
    }

    [Theory]
    [InlineData("category=spot", 0, 0)]
    [InlineData("category=inverse&limit=1000", 0, 0)]
    [InlineData("category=option&baseCoin=BTC", 0, 0)]
    [InlineData("category=linear&status=PreLaunch&limit=1000", 0, 0)]
    [InlineData("category=linear&status=Trading", 0, 3)]
    [InlineData("category=linear&baseCoin=ETH", 0, 1)]
    [InlineData("category=linear&symbol=NOSUCHUSDT", 0, 0)]
    [InlineData("", 10001, 0)]
    [InlineData("category=nonsense", 10001, 0)]
    [InlineData("category=linear&limit=0", 10001, 0)]
    [InlineData("category=linear&limit=1001", 10001, 0)]
    [InlineData("category=linear&limit=two", 10001, 0)]
    [InlineData("category=linear&cursor=junk", 10001, 0)]
    public async Task Instrument_lists_are_empty_or_refused_as_clients_expect(string query, int retCode, int rows)
    {
        var answer = await emulator.GetAsync(Instruments, query);

        Assert.Equal((200, retCode), (answer.HttpStatus, answer.RetCode));
        Assert.Equal(rows, answer.Result.TryGetProperty("list", out var list) ? list.GetArrayLength() : 0);
    }

    [Fact]
    public async Task Stopped_server_refuses_connections()
    {
        await using var other = await EmulatorServer.StartAsync(
            new EmulatorOptions { Instruments = [EmulatorFixture.Instrument("BTCUSDT", 0.1m)] }, emulator.Clock, CancellationToken.None);
        using var http = new HttpClient();
        Assert.Contains("timeNano", await http.GetStringAsync(new Uri(other.BaseAddress, "/v5/market/time")), StringComparison.Ordinal);

        await other.StopAsync(CancellationToken.None);

        Assert.Equal("127.0.0.1", other.BaseAddress.Host);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(new Uri(other.BaseAddress, "/v5/market/time")));
    }

    private static string? Text(System.Text.Json.JsonElement row, string name) => row.GetProperty(name).GetString();
}
