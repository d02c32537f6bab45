using System.Text.Json;
using Xunit;

namespace StrategyHost.Emulator.Tests;

public sealed class FaultTests : IAsyncLifetime
{
    private const string Limit = "\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"0.01\",\"price\":\"60000\"";
    private const string Time = "/v5/market/time";
    private readonly EmulatorFixture _emulator = new();

    public Task InitializeAsync() => _emulator.InitializeAsync();

    public Task DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [InlineData("drop_request", 0)]
    [InlineData("drop_reply", 1)]
    public async Task Dropped_create_cuts_the_connection_and_the_order_stands_or_not(string action, int orders)
    {
        await _emulator.FaultAsync($$"""{"match":{"account":"test-main","path":"/v5/order/create"},"action":"{{action}}"}""");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _emulator.PlaceAsync(Limit));

        Assert.Equal(orders, (await OpenAsync()).Count);
        await _emulator.PlaceAsync(Limit);
        Assert.Equal(orders + 1, (await OpenAsync()).Count);
    }

    [Theory]
    [InlineData("false", 0)]
    [InlineData("true", 1)]
    public async Task Ret_code_refuses_with_or_without_the_deed(string accept, int orders)
    {
        await _emulator.FaultAsync($$"""{"match":{"path":"/v5/order/*"},"action":"ret_code","retCode":10016,"retMsg":"busy","accept":{{accept}}}""");

        var answer = await _emulator.PostAsync("/v5/order/create", EmulatorFixture.OrderBody(Limit), SignedBy.Main);

        Assert.Equal((200, 10016, "busy"), (answer.HttpStatus, answer.RetCode, answer.RetMsg));
        Assert.Equal(orders, (await OpenAsync()).Count);
    }

    [Fact]
    public async Task Status_sends_any_body_as_any_type()
    {
        await _emulator.FaultAsync("""{"match":{"path":"/v5/market/*"},"action":"status","status":503,"body":"<html>down</html>","contentType":"text/html"}""");

        Assert.Equal((503, "text/html", "<html>down</html>"), await _emulator.RawAsync(Time));
        Assert.Equal(200, (await _emulator.RawAsync(Time)).Status);
    }

    [Fact]
    public async Task Truncate_leaves_so_many_bytes()
    {
        await _emulator.FaultAsync("""{"match":{"path":"/v5/market/time"},"action":"truncate","bytes":5}""");

        Assert.Equal("{\"ret", (await _emulator.RawAsync(Time)).Body);
    }

    [Fact]
    public async Task Ban_refuses_everything_it_means_until_its_time_is_over()
    {
        await _emulator.FaultAsync("""{"match":{},"action":"ban","ms":5000}""");

        Assert.Equal(403, (await _emulator.RawAsync(Time)).Status);
        Assert.Equal(403, (await _emulator.RawAsync(Time)).Status);
        _emulator.Clock.Advance(5000);
        Assert.Equal(200, (await _emulator.RawAsync(Time)).Status);
    }

    [Fact]
    public async Task Clock_moves_the_servers_time_for_what_it_matches()
    {
        await _emulator.FaultAsync("""{"match":{"account":"test-main","count":-1},"action":"clock","offsetMs":10000}""");

        Assert.Equal(10002, (await _emulator.GetAsync("/v5/account/info", by: SignedBy.Main)).RetCode);
        Assert.Equal(0, (await _emulator.GetAsync("/v5/account/info", by: SignedBy.Mirror)).RetCode);
    }

    [Fact]
    public async Task After_and_count_choose_which_requests_are_hit()
    {
        var id = (await _emulator.FaultAsync("""{"match":{"path":"/v5/market/time","after":1,"count":2},"action":"status","status":500}""")).Text("id");

        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add((await _emulator.RawAsync(Time)).Status);
        }

        Assert.Equal([200, 500, 500, 200], statuses);
        var listed = (await _emulator.ControlAsync(HttpMethod.Get, "/emulator/fault")).GetProperty("faults")[0];
        Assert.Equal((id, 2), (listed.Text("id"), listed.GetProperty("hits").GetInt32()));
        Assert.Equal(1, (await _emulator.ControlAsync(HttpMethod.Delete, "/emulator/fault?id=" + id)).GetProperty("removed").GetInt32());
    }

    [Theory]
    [InlineData("drop_message", "Cancelled")]
    [InlineData("duplicate", "New New Cancelled")]
    [InlineData("delay\",\"where\":\"message\",\"ms\":\"30", "New Cancelled")]
    [InlineData("delay\",\"ms\":\"30", "New Cancelled")]
    public async Task Message_fault_changes_how_often_an_order_is_told(string action, string statuses)
    {
        using var stream = await TestStream.AuthenticatedAsync(_emulator, "/v5/private", SignedBy.Main, "order");
        await _emulator.FaultAsync($$"""{"match":{"stream":"private","topic":"order","account":"test-main"},"action":"{{action}}"}""");

        var id = await _emulator.PlaceAsync(Limit);
        await _emulator.PostAsync("/v5/order/cancel", EmulatorFixture.OrderBody($"\"orderId\":\"{id}\""), SignedBy.Main);
        await stream.NextAsync(f => f.Has("topic", "order") && Status(f) == "Cancelled");

        Assert.Equal(statuses, string.Join(" ", stream.Seen.Where(f => f.Has("topic", "order")).Select(Status)));
    }

    [Fact]
    public async Task Reorder_turns_a_window_of_messages_round()
    {
        using var stream = await TestStream.AuthenticatedAsync(_emulator, "/v5/private", SignedBy.Main, "order");
        await _emulator.FaultAsync("""{"match":{"stream":"private"},"action":"reorder","window":2}""");

        await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Market\",\"qty\":\"0.01\"");

        Assert.Equal("Filled", Status(await stream.NextAsync("order")));
        Assert.Equal("New", Status(await stream.NextAsync("order")));
    }

    [Fact]
    public async Task Half_open_stream_pongs_and_says_nothing_else()
    {
        using var stream = await TestStream.AuthenticatedAsync(_emulator, "/v5/private", SignedBy.Main, "order");
        await _emulator.FaultAsync("""{"match":{"stream":"private","account":"test-main"},"action":"half_open"}""");

        await _emulator.PlaceAsync(Limit);

        Assert.Empty(await stream.UpToPongAsync());
        using var fresh = await TestStream.AuthenticatedAsync(_emulator, "/v5/private", SignedBy.Main, "order");
        await _emulator.PlaceAsync(Limit);
        Assert.Equal("New", Status(await fresh.NextAsync("order")));
    }

    [Fact]
    public async Task Close_stream_ends_the_matching_streams_only()
    {
        using var main = await TestStream.AuthenticatedAsync(_emulator, "/v5/private", SignedBy.Main, "order");
        using var mirror = await TestStream.AuthenticatedAsync(_emulator, "/v5/private", SignedBy.Mirror, "order");

        await _emulator.FaultAsync("""{"match":{"stream":"private","account":"test-main"},"action":"close_stream"}""");

        Assert.Null(await main.ReadAsync());
        Assert.Empty(await mirror.UpToPongAsync());
    }

    [Theory]
    [InlineData("drop_request", false, 0)]
    [InlineData("drop_reply", false, 1)]
    [InlineData("ret_code", true, 0)]
    public async Task Trade_stream_knows_the_faults_of_requests(string action, bool isAnswered, int orders)
    {
        using var trade = await TestStream.AuthenticatedAsync(_emulator, "/v5/trade", SignedBy.Main);
        await _emulator.FaultAsync($$"""{"match":{"stream":"trade"},"action":"{{action}}"}""");

        await trade.SendAsync($$"""
            {"reqId":"r1","header":{"X-BAPI-TIMESTAMP":"1700000000000"},"op":"order.create","args":[{{EmulatorFixture.OrderBody(Limit)}}]}
            """);

        Assert.Equal(isAnswered, (await trade.UpToPongAsync()).Any(f => f.Has("reqId", "r1")));
        Assert.Equal(orders, (await OpenAsync()).Count);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"action":"explode"}""")]
    [InlineData("""{"action":"delay","ms":"soon"}""")]
    [InlineData("""{"match":{"count":"many"},"action":"drop_reply"}""")]
    public async Task Fault_that_makes_no_sense_is_refused(string body) =>
        await Assert.ThrowsAnyAsync<Exception>(() => _emulator.FaultAsync(body));

    [Theory]
    [InlineData("request")]
    [InlineData("reply")]
    public async Task Delayed_request_is_answered_in_the_end(string where)
    {
        var action = $$"""{"type":"delay","ms":50,"where":"{{where}}"}""";
        await _emulator.FaultAsync($$"""{"match":{"path":"/v5/order/create"},"action":{{action}} }""");

        await _emulator.PlaceAsync(Limit);

        var listed = (await _emulator.ControlAsync(HttpMethod.Get, "/emulator/fault")).GetProperty("faults")[0];
        Assert.Equal(1, listed.GetProperty("hits").GetInt32());
        Assert.Single(await OpenAsync());
    }

    private static string Status(JsonElement frame) => frame.GetProperty("data")[0].Text("orderStatus");

    private async Task<IReadOnlyList<JsonElement>> OpenAsync() =>
        (await _emulator.GetAsync("/v5/order/realtime", "category=linear&symbol=BTCUSDT", SignedBy.Main)).List;
}
