using System.Globalization;
using Xunit;

namespace StrategyHost.Emulator.Tests;

public sealed class OrderTests : IAsyncLifetime
{
    private const string Limit = """
        "side":"Buy","orderType":"Limit","qty":"0.01","price":"60000"
        """;

    private readonly EmulatorFixture _emulator = new();

    public Task InitializeAsync() => _emulator.InitializeAsync();

    public Task DisposeAsync() => _emulator.DisposeAsync();

    public static TheoryData<string, string, int> Refusals => new()
    {
        { "quantity below the step", "\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"0.0000001\",\"price\":\"60000\"", 10001 },
        { "quantity zero", "\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"0\",\"price\":\"60000\"", 10001 },
        { "quantity no number", "\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"abc\",\"price\":\"60000\"", 10001 },
        { "no quantity", "\"side\":\"Buy\",\"orderType\":\"Limit\",\"price\":\"60000\"", 10001 },
        { "no price", "\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"0.01\"", 10001 },
        { "price off the tick", "\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"0.01\",\"price\":\"60000.01\"", 10001 },
        { "side in lower case", "\"side\":\"buy\",\"orderType\":\"Market\",\"qty\":\"0.01\"", 10001 },
        { "unknown order type", "\"side\":\"Buy\",\"orderType\":\"Stop\",\"qty\":\"0.01\"", 10001 },
        { "link id of 37 letters", Limit + ",\"orderLinkId\":\"" + new string('x', 37) + "\"", 10001 },
        { "hedge index in one-way mode", Limit + ",\"positionIdx\":1", 10001 },
        { "trigger without direction", Limit + ",\"triggerPrice\":\"70000\"", 10001 },
        { "rising trigger below the market", Limit + ",\"triggerPrice\":\"60000\",\"triggerDirection\":1", 110092 },
        { "falling trigger above the market", Limit + ",\"triggerPrice\":\"70000\",\"triggerDirection\":2", 110093 },
        { "reduce-only without a position", "\"side\":\"Sell\",\"orderType\":\"Market\",\"qty\":\"0.01\",\"reduceOnly\":true", 110017 },
        { "more than the wallet can carry", "\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"1000\",\"price\":\"60000\"", 110007 },
        { "value below the minimum", "\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"0.001\",\"price\":\"100\"", 110094 },
        { "stop-loss above a long's entry", Limit + ",\"stopLoss\":\"61000\"", 10001 },
        { "limit target in Full mode", Limit + ",\"takeProfit\":\"70000\",\"tpOrderType\":\"Limit\",\"tpLimitPrice\":\"70001\"", 10001 },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Bad_order_is_refused_and_leaves_nothing(string why, string fields, int code)
    {
        var answer = await _emulator.PostAsync("/v5/order/create", EmulatorFixture.OrderBody(fields), SignedBy.Main);

        Assert.True((200, code) == (answer.HttpStatus, answer.RetCode), $"{why}: {answer.RetCode} {answer.RetMsg}");
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task Limit_order_lives_from_new_over_amended_to_cancelled()
    {
        var id = await _emulator.PlaceAsync(Limit + ",\"orderLinkId\":\"a-1\"");
        var placed = Assert.Single(await OpenAsync());
        Assert.Equal((id, "a-1", "New"), (placed.Text("orderId"), placed.Text("orderLinkId"), placed.Text("orderStatus")));
        Assert.Equal(("CreateByUser", "EC_NoError", "UNKNOWN"), (placed.Text("createType"), placed.Text("rejectReason"), placed.Text("cancelType")));

        Assert.Equal(0, (await PostAsync("amend", "\"orderLinkId\":\"a-1\",\"price\":\"60100\",\"qty\":\"0.02\"")).RetCode);
        var amended = Assert.Single(await OpenAsync());
        Assert.Equal((60100m, 0.02m, 0.02m), (amended.Number("price"), amended.Number("qty"), amended.Number("leavesQty")));

        Assert.Equal(0, (await PostAsync("cancel", $"\"orderId\":\"{id}\"")).RetCode);
        var history = Assert.Single((await GetAsync("/v5/order/history", "orderId=" + id)).List);
        Assert.Equal(("Cancelled", "CancelByUser", "0"), (history.Text("orderStatus"), history.Text("cancelType"), history.Text("leavesQty")));
        Assert.Equal(110001, (await PostAsync("cancel", $"\"orderId\":\"{id}\"")).RetCode);
        Assert.Equal(110001, (await PostAsync("amend", $"\"orderId\":\"{id}\",\"price\":\"60200\"")).RetCode);
        Assert.Equal(110072, (await PostAsync("create", Limit + ",\"orderLinkId\":\"a-1\"")).RetCode);
    }

    [Fact]
    public async Task Order_of_another_account_does_not_exist()
    {
        var id = await _emulator.PlaceAsync(Limit);

        var answer = await _emulator.PostAsync("/v5/order/cancel", EmulatorFixture.OrderBody($"\"orderId\":\"{id}\""), SignedBy.Mirror);

        Assert.Equal(110001, answer.RetCode);
    }

    [Fact]
    public async Task Round_trip_shows_in_executions_position_wallet_and_closed_result()
    {
        var id = await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Market\",\"qty\":\"0.01\"");

        // The best ask is one tick above 65000; the fee is 0.055 % of 650.001.
        var execution = Assert.Single((await GetAsync("/v5/execution/list", "orderId=" + id)).List);
        Assert.Equal((65000.1m, 0.01m, 0.35750055m), (execution.Number("execPrice"), execution.Number("execQty"), execution.Number("execFee")));
        var position = Assert.Single((await GetAsync("/v5/position/list", "symbol=BTCUSDT")).List);
        Assert.Equal(("Buy", 0.01m, 65000.1m), (position.Text("side"), position.Number("size"), position.Number("avgPrice")));
        Assert.Equal(100_000m - 0.35750055m, await WalletAsync());

        await _emulator.MoveAsync("66000");
        await _emulator.PlaceAsync("\"side\":\"Sell\",\"orderType\":\"Market\",\"qty\":\"0.02\",\"reduceOnly\":true");

        // Sold at the bid of 66000: 9.999 gross, less both fees.
        var closed = Assert.Single((await GetAsync("/v5/position/closed-pnl", "symbol=BTCUSDT")).List);
        Assert.Equal(("Sell", 0.01m, 65000.1m, 66000m), (
            closed.Text("side"), closed.Number("closedSize"), closed.Number("avgEntryPrice"), closed.Number("avgExitPrice")));
        Assert.Equal(9.999m - 0.35750055m - 0.363m, closed.Number("closedPnl"));
        Assert.Equal(100_000m + closed.Number("closedPnl"), await WalletAsync());
        var flat = Assert.Single((await GetAsync("/v5/position/list", "symbol=BTCUSDT")).List);
        Assert.Equal(("", "0"), (flat.Text("side"), flat.Text("size")));
        Assert.Empty((await GetAsync("/v5/position/list", "settleCoin=USDT")).List);
        Assert.Equal(["TRADE", "TRADE"], (await GetAsync("/v5/account/transaction-log", "accountType=UNIFIED")).List.Select(r => r.Text("type")));
    }

    [Fact]
    public async Task Attached_stops_are_orders_of_their_own_and_go_with_the_position()
    {
        await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Market\",\"qty\":\"0.01\",\"takeProfit\":\"66000\",\"stopLoss\":\"64000\"");

        var stops = (await OpenAsync("&orderFilter=StopOrder")).ToDictionary(o => o.Text("stopOrderType"));
        Assert.Equal(["StopLoss", "TakeProfit"], stops.Keys.Order());
        Assert.Equal((1, 2), (stops["TakeProfit"].GetProperty("triggerDirection").GetInt32(), stops["StopLoss"].GetProperty("triggerDirection").GetInt32()));
        Assert.All(stops.Values, s => Assert.Equal(("Untriggered", "Full", true), (
            s.Text("orderStatus"), s.Text("tpslMode"), s.GetProperty("reduceOnly").GetBoolean())));
        var id = stops["StopLoss"].Text("orderId");

        await _emulator.MoveAsync("63900");

        Assert.Empty(await OpenAsync());
        Assert.Equal("StopLoss", (await GetAsync("/v5/execution/list", "symbol=BTCUSDT")).List[0].Text("stopOrderType"));
        Assert.Equal("Filled", (await GetAsync("/v5/order/history", "orderId=" + id)).List[0].Text("orderStatus"));
        var target = (await GetAsync("/v5/order/history", "orderId=" + stops["TakeProfit"].Text("orderId"))).List[0];
        Assert.Equal(("Deactivated", "CancelByTpSlTsClear"), (target.Text("orderStatus"), target.Text("cancelType")));
    }

    [Theory]
    [InlineData("\"tpslMode\":\"Full\",\"stopLoss\":\"64000\"", 0)]
    [InlineData("\"stopLoss\":\"64000\"", 0)]
    [InlineData("\"trailingStop\":\"100\",\"activePrice\":\"66000\"", 0)]
    [InlineData("\"tpslMode\":\"Partial\",\"takeProfit\":\"66000\",\"tpSize\":\"0.005\"", 0)]
    [InlineData("\"tpslMode\":\"Partial\",\"takeProfit\":\"66000\",\"stopLoss\":\"64000\",\"tpSize\":\"0.005\",\"slSize\":\"0.004\"", 10001)]
    [InlineData("\"tpslMode\":\"Partial\",\"takeProfit\":\"66000\",\"tpSize\":\"0.02\"", 110058)]
    [InlineData("\"stopLoss\":\"66000\"", 10001)]
    [InlineData("\"takeProfit\":\"0\"", 34040)]
    [InlineData("\"tpOrderType\":\"Limit\",\"takeProfit\":\"66000\",\"tpLimitPrice\":\"66000\"", 10001)]
    public async Task Trading_stop_of_a_long_is_taken_or_refused(string fields, int code)
    {
        await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Market\",\"qty\":\"0.01\"");

        var answer = await _emulator.PostAsync("/v5/position/trading-stop", EmulatorFixture.OrderBody(fields), SignedBy.Main);

        Assert.True(code == answer.RetCode, $"{answer.RetCode} {answer.RetMsg}");
    }

    [Fact]
    public async Task Batch_answers_each_order_in_its_place()
    {
        var bad = Limit.Replace("0.01", "0.0000001", StringComparison.Ordinal);
        var good = $$"""{"symbol":"BTCUSDT",{{Limit}},"orderLinkId":"b-1"}""";
        var body = $$"""{"category":"linear","request":[{{good}},{"symbol":"BTCUSDT",{{bad}}},{{good}}]}""";

        var answer = await _emulator.PostAsync("/v5/order/create-batch", body, SignedBy.Main);

        Assert.Equal(0, answer.RetCode);
        Assert.Equal([0, 10001, 110072], answer.Extra.GetProperty("list").EnumerateArray().Select(i => i.GetProperty("code").GetInt32()));
        Assert.Equal([false, true, true], answer.List.Select(i => i.Text("orderId").Length == 0));
        var items = string.Join(",", Enumerable.Repeat($$"""{"symbol":"BTCUSDT",{{Limit}}}""", 21));
        var many = await _emulator.PostAsync("/v5/order/create-batch", $$"""{"category":"linear","request":[{{items}}]}""", SignedBy.Main);
        Assert.Equal(10001, many.RetCode);
    }

    [Fact]
    public async Task Amend_batch_takes_no_conditional_order()
    {
        await _emulator.PlaceAsync(Limit + ",\"orderLinkId\":\"plain\"");
        await _emulator.PlaceAsync(
            "\"side\":\"Sell\",\"orderType\":\"Market\",\"qty\":\"0.01\",\"triggerPrice\":\"60000\",\"triggerDirection\":2,\"orderLinkId\":\"waits\"");
        var rows = """{"symbol":"BTCUSDT","orderLinkId":"plain","qty":"0.02"},{"symbol":"BTCUSDT","orderLinkId":"waits","qty":"0.02"}""";

        var answer = await _emulator.PostAsync("/v5/order/amend-batch", $$"""{"category":"linear","request":[{{rows}}]}""", SignedBy.Main);

        Assert.Equal([0, 10001], answer.Extra.GetProperty("list").EnumerateArray().Select(i => i.GetProperty("code").GetInt32()));
    }

    [Theory]
    [InlineData("\"orderFilter\":\"Order\"", "Limit")]
    [InlineData("\"orderFilter\":\"StopOrder\"", "Market")]
    [InlineData("\"baseCoin\":\"BTC\"", "Limit,Market")]
    public async Task Cancel_all_takes_what_its_filter_means(string filter, string types)
    {
        await _emulator.PlaceAsync(Limit);
        await _emulator.PlaceAsync("\"side\":\"Sell\",\"orderType\":\"Market\",\"qty\":\"0.01\",\"triggerPrice\":\"60000\",\"triggerDirection\":2");
        var before = await OpenAsync();

        var answer = await PostAsync("cancel-all", filter);

        var ended = answer.List.Select(r => r.Text("orderId")).ToHashSet();
        Assert.Equal("1", answer.Result.Text("success"));
        Assert.Equal(types, string.Join(",", before.Where(o => ended.Contains(o.Text("orderId"))).Select(o => o.Text("orderType")).Order()));
        Assert.Equal(2 - ended.Count, (await OpenAsync()).Count);
    }

    [Theory]
    [InlineData("/v5/order/realtime", "category=linear")]
    [InlineData("/v5/position/list", "category=linear")]
    [InlineData("/v5/order/history", "category=linear&startTime=1&endTime=700000000")]
    [InlineData("/v5/order/history", "category=linear&cursor=nonsense")]
    [InlineData("/v5/execution/list", "category=linear&limit=101")]
    [InlineData("/v5/order/realtime", "symbol=BTCUSDT")]
    [InlineData("/v5/account/wallet-balance", "accountType=SPOT")]
    public async Task List_with_bad_parameters_is_refused(string path, string query) =>
        Assert.Equal(10001, (await _emulator.GetAsync(path, query, SignedBy.Main)).RetCode);

    [Theory]
    [InlineData("/v5/position/list", "category=inverse")]
    [InlineData("/v5/order/realtime", "category=spot")]
    [InlineData("/v5/execution/list", "category=option")]
    public async Task Other_categories_are_empty_lists(string path, string query) =>
        Assert.Empty((await _emulator.GetAsync(path, query, SignedBy.Main)).List);

    [Fact]
    public async Task Settings_say_when_nothing_changes()
    {
        const string Seven = "\"buyLeverage\":\"7\",\"sellLeverage\":\"7\"";
        string[] bodies = [Seven, Seven, "\"buyLeverage\":\"7\",\"sellLeverage\":\"8\""];
        var codes = new List<int>();
        foreach (var body in bodies)
        {
            codes.Add((await _emulator.PostAsync("/v5/position/set-leverage", EmulatorFixture.OrderBody(body), SignedBy.Main)).RetCode);
        }

        Assert.Equal([0, 110043, 10001], codes);
        Assert.Equal(110025, (await _emulator.PostAsync("/v5/position/switch-mode", EmulatorFixture.OrderBody("\"mode\":0"), SignedBy.Main)).RetCode);
        Assert.Equal(0, (await _emulator.PostAsync("/v5/position/switch-mode", EmulatorFixture.OrderBody("\"mode\":3"), SignedBy.Main)).RetCode);
        Assert.Equal([1, 2], (await GetAsync("/v5/position/list", "symbol=BTCUSDT")).List.Select(r => r.GetProperty("positionIdx").GetInt32()));
    }

    [Fact]
    public async Task Pages_of_orders_join_without_gap_or_repetition_while_new_ones_come()
    {
        var placed = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            var price = (50_000 + i).ToString(CultureInfo.InvariantCulture);
            placed.Add(await _emulator.PlaceAsync($"\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"0.01\",\"price\":\"{price}\""));
        }

        var seen = new List<string>();
        var cursor = "";
        do
        {
            var answer = await GetAsync("/v5/order/realtime", "symbol=BTCUSDT&limit=3" + (cursor.Length == 0 ? "" : "&cursor=" + cursor));
            seen.AddRange(answer.List.Select(r => r.Text("orderId")));
            cursor = answer.Result.Text("nextPageCursor");
            await _emulator.PlaceAsync(Limit);
        }
        while (cursor.Length > 0);

        Assert.Equal(Enumerable.Reverse(placed), seen);
    }

    private Task<Answer> GetAsync(string path, string query) => _emulator.GetAsync(path, "category=linear&" + query, SignedBy.Main);

    private Task<Answer> PostAsync(string name, string fields) =>
        _emulator.PostAsync("/v5/order/" + name, EmulatorFixture.OrderBody(fields), SignedBy.Main);

    private async Task<IReadOnlyList<System.Text.Json.JsonElement>> OpenAsync(string more = "") =>
        (await GetAsync("/v5/order/realtime", "symbol=BTCUSDT" + more)).List;

    private async Task<decimal> WalletAsync() =>
        (await GetAsync("/v5/account/wallet-balance", "accountType=UNIFIED")).List[0].GetProperty("coin")[0].Number("walletBalance");
}
