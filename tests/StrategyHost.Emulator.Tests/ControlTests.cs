using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using Xunit;

namespace StrategyHost.Emulator.Tests;

public sealed class ControlTests : IAsyncLifetime
{
    private readonly EmulatorFixture _emulator = new();

    public Task InitializeAsync() => _emulator.InitializeAsync();

    public Task DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Price_fills_and_triggers_what_it_passes_in_the_order_of_the_path()
    {
        // Down through the entry, whose stop then lies on the way too.
        var entry = await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"0.01\",\"price\":\"64000\",\"stopLoss\":\"63000\"");

        await _emulator.MoveAsync("62000");

        var executions = (await _emulator.GetAsync("/v5/execution/list", "category=linear&symbol=BTCUSDT", SignedBy.Main)).List;
        Assert.Equal([("Sell", 63000m), ("Buy", 64000m)], executions.Select(e => (e.Text("side"), e.Number("execPrice"))));
        Assert.Equal((entry, true), (executions[1].Text("orderId"), executions[1].GetProperty("isMaker").GetBoolean()));
        var ticker = (await _emulator.GetAsync("/v5/market/tickers", "category=linear&symbol=BTCUSDT")).List[0];
        Assert.Equal(("62000", "62000", "62000"), (ticker.Text("lastPrice"), ticker.Text("markPrice"), ticker.Text("indexPrice")));
    }

    [Fact]
    public async Task Price_that_is_named_fills_what_rests_exactly_there()
    {
        var id = await _emulator.PlaceAsync("\"side\":\"Sell\",\"orderType\":\"Limit\",\"qty\":\"0.01\",\"price\":\"65500\"");

        await _emulator.MoveAsync("65500");

        var order = (await _emulator.GetAsync("/v5/order/realtime", "category=linear&symbol=BTCUSDT&orderId=" + id, SignedBy.Main)).List[0];
        Assert.Equal(("Filled", 65500m), (order.Text("orderStatus"), order.Number("avgPrice")));
    }

    [Fact]
    public async Task Trailing_stop_fires_on_the_way_back_and_not_before_its_activation()
    {
        await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Market\",\"qty\":\"0.01\"");
        await _emulator.PostAsync(
            "/v5/position/trading-stop", EmulatorFixture.OrderBody("\"trailingStop\":\"500\",\"activePrice\":\"66000\""), SignedBy.Main);

        await _emulator.MoveAsync("65900");
        await _emulator.MoveAsync("65000");
        Assert.Equal("0.01", (await TruthAsync()).GetProperty("positions")[0].Text("size"));
        await _emulator.MoveAsync("67000");
        await _emulator.MoveAsync("66000");

        Assert.Empty((await TruthAsync()).GetProperty("positions").EnumerateArray());
        var sold = (await TruthAsync()).GetProperty("executions")[0];
        Assert.Equal(("TrailingStop", 66500m), (sold.Text("stopOrderType"), sold.Number("execPrice")));
    }

    [Theory]
    [InlineData("""{"symbol":"NOSUCHUSDT","price":"1"}""")]
    [InlineData("""{"symbol":"BTCUSDT","price":"65000.05"}""")]
    [InlineData("""{"symbol":"BTCUSDT"}""")]
    public async Task Price_that_cannot_be_is_refused(string body) =>
        await Assert.ThrowsAnyAsync<Exception>(() => _emulator.ControlAsync(HttpMethod.Post, "/emulator/price", body));

    /// <summary>0.01 of 65,000 at 0.1 % is 0.65; short positions receive what long ones pay.</summary>
    [Theory]
    [InlineData("Buy", "0.001", "-0.65")]
    [InlineData("Sell", "0.001", "0.65")]
    [InlineData("Buy", "-0.002", "1.3")]
    public async Task Funding_is_settled_when_it_is_asked_for(string side, string rate, string change)
    {
        await _emulator.MoveAsync("65000");
        await _emulator.PlaceAsync($"\"side\":\"{side}\",\"orderType\":\"Market\",\"qty\":\"0.01\"");
        var before = (await TruthAsync()).Number("walletBalance");

        await _emulator.ControlAsync(HttpMethod.Post, "/emulator/funding", $$"""{"symbol":"BTCUSDT","rate":"{{rate}}"}""");

        var truth = await TruthAsync();
        Assert.Equal(decimal.Parse(change, System.Globalization.CultureInfo.InvariantCulture), truth.Number("walletBalance") - before);
        Assert.Equal("Funding", truth.GetProperty("executions")[0].Text("execType"));
        var history = (await _emulator.GetAsync("/v5/market/funding/history", "category=linear&symbol=BTCUSDT")).List[0];
        Assert.Equal(rate, history.Text("fundingRate"));
    }

    [Theory]
    [InlineData("""{"symbol":"NOSUCHUSDT","rate":"0.0001"}""")]
    [InlineData("""{"symbol":"BTCUSDT","rate":"0.006"}""")]
    [InlineData("""{"symbol":"BTCUSDT","rate":"much"}""")]
    public async Task Funding_that_cannot_be_is_refused(string body) =>
        await Assert.ThrowsAnyAsync<Exception>(() => _emulator.ControlAsync(HttpMethod.Post, "/emulator/funding", body));

    [Fact]
    public async Task Orders_of_one_account_become_older_when_it_is_asked_for()
    {
        await _emulator.MoveAsync("65000");
        await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Market\",\"qty\":\"0.01\"");
        await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"0.01\",\"price\":\"60000\"");
        var before = await TimesAsync();

        var answer = await _emulator.ControlAsync(HttpMethod.Post, "/emulator/age", """{"account":"test-main","minutes":90}""");

        Assert.Equal(2, answer.GetProperty("orders").GetInt32());
        Assert.Equal(before.Select(ms => ms - 5_400_000), await TimesAsync());
        await _emulator.ControlAsync(HttpMethod.Post, "/emulator/age", """{"account":"test-mirror","minutes":90}""");
        await _emulator.ControlAsync(HttpMethod.Post, "/emulator/age", """{"account":"test-main","minutes":90,"symbol":"ETHUSDT"}""");
        Assert.Equal(before.Select(ms => ms - 5_400_000), await TimesAsync());

        async Task<decimal[]> TimesAsync()
        {
            var open = (await _emulator.GetAsync("/v5/order/realtime", "category=linear&symbol=BTCUSDT", SignedBy.Main)).List;
            var ended = (await _emulator.GetAsync("/v5/order/history", "category=linear&symbol=BTCUSDT", SignedBy.Main)).List;
            return [.. open.Concat(ended).Select(o => o.Number("createdTime"))];
        }
    }

    [Theory]
    [InlineData("""{"minutes":90}""")]
    [InlineData("""{"account":"nobody","minutes":90}""")]
    [InlineData("""{"account":"test-main","minutes":0}""")]
    [InlineData("""{"account":"test-main","minutes":1,"symbol":"NOSUCHUSDT"}""")]
    [InlineData("""{"account":"test-main","minutes":"1.5"}""")]
    [InlineData("""{"account":"test-main","minutes":99999999}""")]
    public async Task Age_that_cannot_be_is_refused(string body) =>
        await Assert.ThrowsAnyAsync<Exception>(() => _emulator.ControlAsync(HttpMethod.Post, "/emulator/age", body));

    /// <summary>1,000 behind 6,500 of value: the margin is used up some 14 % below the entry.</summary>
    [Fact]
    public async Task Position_is_liquidated_when_the_price_passes_its_level()
    {
        await _emulator.MoveAsync("65000");
        await _emulator.ControlAsync(HttpMethod.Post, "/emulator/account", """{"key":"test-main","balance":"1000"}""");
        await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Market\",\"qty\":\"0.1\",\"stopLoss\":\"40000\"");

        await _emulator.MoveAsync("57000");
        Assert.Single((await TruthAsync()).GetProperty("positions").EnumerateArray());
        await _emulator.MoveAsync("55000");

        var truth = await TruthAsync();
        Assert.Empty(truth.GetProperty("positions").EnumerateArray());
        Assert.Empty(truth.GetProperty("openOrders").EnumerateArray());
        Assert.Equal("BustTrade", truth.GetProperty("executions")[0].Text("execType"));
    }

    [Fact]
    public async Task Truth_counts_the_time_without_a_stop()
    {
        await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Market\",\"qty\":\"0.01\"");
        _emulator.Clock.Advance(700);
        var by = SignedBy.Main.At(700);
        await _emulator.PostAsync("/v5/position/trading-stop", EmulatorFixture.OrderBody("\"stopLoss\":\"64000\""), by);
        _emulator.Clock.Advance(5000);

        var truth = await TruthAsync();

        var position = truth.GetProperty("positions")[0];
        Assert.Equal((700, "64000", "Buy"), (position.GetProperty("uncoveredMs").GetInt32(), position.Text("stopLoss"), position.Text("side")));
        Assert.Equal(100_001, truth.GetProperty("uid").GetInt64());
        Assert.Single(truth.GetProperty("openOrders").EnumerateArray());
        Assert.Single(truth.GetProperty("executions").EnumerateArray());
    }

    [Fact]
    public async Task Account_is_added_and_changed_while_it_runs()
    {
        await _emulator.ControlAsync(HttpMethod.Post, "/emulator/account", """
            {"key":"third","secret":"s","uid":7,"balance":"500","permissions":["Order","Withdraw"],"positionMode":"hedge"}
            """);
        var third = new SignedBy("third", "s");

        var info = (await _emulator.GetAsync("/v5/user/query-api", by: third)).Result;
        var wallet = (await _emulator.GetAsync("/v5/account/wallet-balance", "accountType=UNIFIED", third)).List[0];
        var positions = (await _emulator.GetAsync("/v5/position/list", "category=linear&symbol=BTCUSDT", third)).List;

        Assert.Equal((7, "Withdraw"), (info.GetProperty("userID").GetInt32(), info.GetProperty("permissions").GetProperty("Wallet")[0].GetString()));
        Assert.Equal((500m, 2), (wallet.Number("totalWalletBalance"), positions.Count));
        var refused = await _emulator.PostAsync(
            "/v5/position/set-leverage", EmulatorFixture.OrderBody("\"buyLeverage\":\"3\",\"sellLeverage\":\"3\""), third);
        Assert.Equal(10005, refused.RetCode);
        await _emulator.ControlAsync(HttpMethod.Post, "/emulator/account", """{"key":"third","balance":"900","ips":["203.0.113.7"]}""");
        Assert.Equal(10010, (await _emulator.GetAsync("/v5/user/query-api", by: third)).RetCode);
        await _emulator.ControlAsync(HttpMethod.Post, "/emulator/account", """{"key":"third","ips":["*"]}""");
        wallet = (await _emulator.GetAsync("/v5/account/wallet-balance", "accountType=UNIFIED", third)).List[0];
        Assert.Equal(900m, wallet.Number("totalWalletBalance"));
    }

    [Fact]
    public async Task Requests_are_remembered_with_what_they_were_answered()
    {
        await _emulator.PostAsync("/v5/order/cancel", EmulatorFixture.OrderBody("\"orderId\":\"x\""), SignedBy.Main);
        await _emulator.GetAsync("/v5/account/info", by: SignedBy.Mirror);

        var all = await _emulator.ControlAsync(HttpMethod.Get, "/emulator/requests?account=test-main");

        var request = Assert.Single(all.GetProperty("requests").EnumerateArray());
        Assert.Equal(("rest", "POST", "/v5/order/cancel", 110001), (
            request.Text("transport"), request.Text("method"), request.Text("path"), request.GetProperty("retCode").GetInt32()));
        Assert.Contains("\"orderId\":\"x\"", request.Text("body"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tape_is_played_at_its_distance_and_stamped_anew()
    {
        long[] times = [0, 1000, 2000];
        long[] prices = [Price.Of(70_000m).Units, Price.Of(70_001m).Units, Price.Of(70_002m).Units];
        var lot = Quantity.Of(0.001m).Units;
        var trades = new TradeBlock(new Symbol("BTCUSDT"), times, prices, [lot, lot, lot], [1, -1, 1]);
        var tape = new MarketTape
        {
            Symbols = [new SymbolTape { Symbol = new Symbol("BTCUSDT"), Trades = trades }],
            Files = [],
            Sha256 = "",
        };
        await _emulator.StartAsync(limits: false, new EmulatedMarketOptions { Tape = tape, Speed = 2, HistoryMinutes = 1000 });
        using var stream = await TestStream.OpenAsync(_emulator, "/v5/public/linear");
        await stream.SubscribeAsync("publicTrade.BTCUSDT");
        var before = (await _emulator.GetAsync("/v5/market/kline", "symbol=BTCUSDT&interval=1&limit=1000")).List;

        _emulator.Clock.Advance(500);
        var second = await TradeAsync("70001");
        _emulator.Clock.Advance(500);
        var third = await TradeAsync("70002");

        Assert.Equal(1000, before.Count);
        Assert.Equal((ManualTimeProvider.StartMs + 500, "Sell"), (second.GetProperty("T").GetInt64(), second.Text("S")));
        Assert.Equal((ManualTimeProvider.StartMs + 1000, "Buy"), (third.GetProperty("T").GetInt64(), third.Text("S")));

        async Task<System.Text.Json.JsonElement> TradeAsync(string price) =>
            (await stream.NextAsync(f => f.Has("topic", "publicTrade.BTCUSDT") && f.GetProperty("data").EnumerateArray().Any(t => t.Has("p", price))))
            .GetProperty("data").EnumerateArray().Last();
    }

    [Fact]
    public async Task Tape_of_books_alone_moves_the_last_price_and_fires_what_waits()
    {
        BookUpdate Snapshot(long time, decimal bid) => new(
            new Symbol("BTCUSDT"), new Timestamp(time), true, time + 1, [Level(bid)], [Level(bid + 0.1m)]);
        BookLevel Level(decimal price) => new(Price.Of(price).Units, Quantity.Of(5).Units);
        var tape = new MarketTape
        {
            Symbols = [new SymbolTape { Symbol = new Symbol("BTCUSDT"), Book = [Snapshot(0, 70_000m), Snapshot(1000, 71_000m)] }],
            Files = [],
            Sha256 = "",
        };
        await _emulator.StartAsync(limits: false, new EmulatedMarketOptions { Tape = tape, HistoryMinutes = 1000 });
        using var stream = await TestStream.AuthenticatedAsync(_emulator, "/v5/private", SignedBy.Main, "execution");
        await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Market\",\"qty\":\"0.01\",\"triggerPrice\":\"70500\",\"triggerDirection\":1");

        _emulator.Clock.Advance(1000);
        var execution = (await stream.NextAsync("execution")).GetProperty("data")[0];

        Assert.Equal(("Buy", 71_000.1m), (execution.Text("side"), execution.Number("execPrice")));
    }

    private async Task<System.Text.Json.JsonElement> TruthAsync() =>
        (await _emulator.ControlAsync(HttpMethod.Get, "/emulator/truth")).GetProperty("accounts").GetProperty("test-main");
}
