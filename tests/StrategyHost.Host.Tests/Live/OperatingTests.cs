using System.Text.Json;

namespace StrategyHost.Host.Tests.Live;

/// <summary>
/// What people do to accounts, over the V5 wire: other clients that change orders and positions under the host, and the host's own
/// <c>rebalance</c> and <c>flatten</c>, with and without a host that runs.
/// </summary>
public sealed class OperatingTests : IDisposable
{
    /// <summary>Enters once, with a stop of 1 % and a target of 3 %.</summary>
    private const string Once = """
        let done = false;
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 100 }; }
        function on_fill(fill, ctx) { done = true; }
        function on_timer(time, ctx) {
          if (done || ctx.position || ctx.orders.length > 0) { return; }
          return { action: 'buy', quantity: 0.1, stop_loss_percent: 1, take_profit_percent: 3 };
        }
        """;

    private const string Never = "function settings() { return { symbols: ['BTCUSDT'], interval: '1m', stop_loss_percent: 1, take_profit_percent: 4 }; }";
    private const string NoStop = """{"category":"linear","symbol":"BTCUSDT","positionIdx":0,"tpslMode":"Full","stopLoss":"0"}""";
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-operating-").FullName;

    [Fact]
    public async Task What_somebody_changes_by_hand_is_put_right()
    {
        await using var exchange = await StartAsync();
        await using var host = await TradingAsync(exchange);
        var before = Target(await exchange.TruthAsync("test-main"));
        await exchange.ByHandAsync("test-main", "/v5/order/cancel", Body(("orderLinkId", Id(before))));
        var after = Target(await exchange.UntilAsync("test-main", t => HasTarget(t) && Id(Target(t)) != Id(before)));
        Assert.Equal(Text(before, "price"), Text(after, "price"));

        await exchange.ByHandAsync("test-main", "/v5/position/trading-stop", NoStop);
        await exchange.UntilAsync("test-main", t => Text(Position(t), "stopLoss").Length > 0);

        await CloseAsync(exchange, "0.06", ("orderLinkId", "by-hand"));
        await exchange.UntilAsync("test-main", t => Text(Position(t), "size") == "0.04" && HasTarget(t) && Text(Target(t), "qty") == "0.04");
        Assert.Equal(0, await host.StopAsync());
    }

    [Theory]
    [InlineData("ignore", "", false, 0)]
    [InlineData("alert", "position_found", false, 0)]
    [InlineData("protect", "position_protected", true, 0)]
    [InlineData("adopt", "position_adopted", true, 1)]
    public async Task Position_of_nobody_is_treated_as_the_policy_says(string policy, string said, bool isProtected, int targets)
    {
        await using var exchange = await StartAsync();
        await BuyAsync(exchange, "0.2");
        await using var host = HostProcess.Start(exchange.Keys, "run", "--config", Configure(exchange, Never, policy));
        await host.ReadyAsync();
        if (said.Length > 0)
        {
            await host.LogAsync(said);
        }

        var truth = await exchange.UntilAsync(
            "test-main", t => Text(Position(t), "stopLoss").Length > 0 == isProtected && Orders(t).Count(o => Bool(o, "reduceOnly")) >= targets);
        Assert.Equal("0.2", Text(Position(truth), "size"));
        if (isProtected)
        {
            var entry = decimal.Parse(Text(Position(truth), "avgPrice"), System.Globalization.CultureInfo.InvariantCulture);
            var stop = decimal.Parse(Text(Position(truth), "stopLoss"), System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(stop / entry, policy == "adopt" ? 0.9899m : 0.9799m, policy == "adopt" ? 0.9901m : 0.9801m);
        }

        Assert.Equal(0, await host.StopAsync());
        var (code, text, _) = await HostProcess.RunAsync(exchange.Keys, "verify", "--config", Configure(exchange, Never, policy));
        Assert.True(code == (isProtected ? 0 : 4), text);
    }

    [Fact]
    public async Task Flatten_shows_what_it_would_do_and_with_apply_leaves_nothing()
    {
        await using var exchange = await StartAsync();
        await using var host = await TradingAsync(exchange);
        var config = Configure(exchange, Once, "alert");
        var (dry, shown, _) = await HostProcess.RunAsync(exchange.Keys, "flatten", "--json", "--config", config);
        Assert.Equal(0, dry);
        Assert.Equal(["cancel", "close", "cancel", "close"], Actions(shown));
        Assert.NotEmpty(Orders(await exchange.TruthAsync("test-main")));

        var (unknown, _, why) = await HostProcess.RunAsync(exchange.Keys, "flatten", "--strategy", "nobody", "--config", config);
        Assert.Equal(2, unknown);
        Assert.Contains("there are: strategy", why, StringComparison.Ordinal);

        var (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "flatten", "--account", "mirror", "--apply", "--json", "--config", config);
        Assert.True(code == 0, text + error);
        Assert.Empty(Positions(await exchange.TruthAsync("test-mirror")));
        Assert.NotEmpty(Positions(await exchange.TruthAsync("test-main")));

        (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "flatten", "--strategy", "strategy", "--apply", "--config", config);
        Assert.True(code == 0, text + error);
        Assert.Contains("flat, and no order of it is left", text, StringComparison.Ordinal);
        var truth = await exchange.TruthAsync("test-main");
        Assert.Empty(Positions(truth));
        Assert.Empty(Orders(truth));
        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task Rebalance_of_a_healthy_host_has_nothing_to_do()
    {
        await using var exchange = await StartAsync();
        await using var host = await TradingAsync(exchange);
        var config = Configure(exchange, Once, "alert");
        foreach (var apply in (string[][])[[], ["--apply"]])
        {
            var (code, text, error) = await HostProcess.RunAsync(exchange.Keys, ["rebalance", "--json", "--config", config, .. apply]);
            Assert.True(code == 0, text + error);
            Assert.Empty(Actions(text));
        }

        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task Without_a_host_the_exchange_itself_is_rebalanced_and_flattened()
    {
        await using var exchange = await StartAsync();
        var config = Configure(exchange, Once, "alert");
        await using (var host = await TradingAsync(exchange))
        {
            var (held, _, _) = await HostProcess.RunAsync(exchange.Keys, "flatten", "--apply", "--data", Path.Combine(_folder, "other"), "--config", config);
            Assert.Equal(3, held);
            await host.StopAsync("KILL");
        }

        await exchange.ByHandAsync("test-main", "/v5/position/trading-stop", NoStop);
        await CloseAsync(exchange, "0.06");
        var (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "rebalance", "--json", "--config", config);
        Assert.True(code == 0, text + error);
        Assert.Equal(["set_stop", "amend"], Actions(text));
        Assert.Equal("", Text(Position(await exchange.TruthAsync("test-main")), "stopLoss"));

        (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "rebalance", "--apply", "--json", "--config", config);
        Assert.True(code == 0, text + error);
        var truth = await exchange.TruthAsync("test-main");
        Assert.NotEqual("", Text(Position(truth), "stopLoss"));
        Assert.Equal("0.04", Text(Target(truth), "qty"));
        Assert.Empty(Actions((await HostProcess.RunAsync(exchange.Keys, "rebalance", "--json", "--config", config)).Out));

        (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "flatten", "--apply", "--config", config);
        Assert.True(code == 0, text + error);
        foreach (var key in (string[])["test-main", "test-mirror"])
        {
            truth = await exchange.TruthAsync(key);
            Assert.Empty(Positions(truth));
            Assert.Empty(Orders(truth));
        }
    }

    [Fact]
    public async Task Simulated_accounts_without_their_host_are_not_flattened()
    {
        var (code, _, error) = await HostProcess.RunAsync("flatten", "--apply", "--data", Path.Combine(_folder, "none"));
        Assert.Equal(2, code);
        Assert.Contains("start it with: strategyhost run", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_counts_the_conditional_orders_of_everybody()
    {
        await using var exchange = await StartAsync();
        await BuyAsync(exchange, "0.2", ("stopLoss", "40000"));
        for (var i = 0; i < 7; i++)
        {
            await CloseAsync(exchange, "0.01", ("triggerPrice", $"{41000 + i}"), ("triggerDirection", 2));
        }

        var (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "verify", "--config", Configure(exchange, Never, "alert"));
        Assert.True(code == 0, text + error);
        Assert.Contains("7/10 used", text, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A market that stands still: only what the test does moves anything.</summary>
    private static async Task<EmulatedExchange> StartAsync()
    {
        var exchange = await EmulatedExchange.StartAsync();
        await exchange.PostAsync("/emulator/price", new { symbol = "BTCUSDT", price = "60000" });
        await exchange.PostAsync("/emulator/market", new { paused = true });
        return exchange;
    }

    /// <summary>A host whose main holds 0.1 and mirror 0.05, with stops and targets.</summary>
    private async Task<HostProcess> TradingAsync(EmulatedExchange exchange)
    {
        var host = HostProcess.Start(exchange.Keys, "run", "--config", Configure(exchange, Once, "alert"));
        await host.ReadyAsync();
        await exchange.UntilAsync("test-main", HasTarget);
        await exchange.UntilAsync("test-mirror", HasTarget);
        return host;
    }

    private static JsonElement[] Orders(JsonElement truth) => [.. truth.GetProperty("openOrders").EnumerateArray()];

    private static JsonElement[] Positions(JsonElement truth) => [.. truth.GetProperty("positions").EnumerateArray()];

    private static JsonElement Position(JsonElement truth) => Positions(truth).Single();

    private static bool HasTarget(JsonElement truth) => Orders(truth).Any(IsTarget);

    private static JsonElement Target(JsonElement truth) => Orders(truth).Single(IsTarget);

    private static bool IsTarget(JsonElement order) => Bool(order, "reduceOnly") && Text(order, "orderType") == "Limit";

    private static string Id(JsonElement order) => Text(order, "orderLinkId");

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString() ?? "";

    private static bool Bool(JsonElement row, string name) => row.GetProperty(name).GetBoolean();

    private static Task BuyAsync(EmulatedExchange exchange, string quantity, params (string Name, object Value)[] fields) =>
        OrderAsync(exchange, [("side", "Buy"), ("orderType", "Market"), ("qty", quantity), .. fields]);

    /// <summary>A reduce-only sale; at market unless the fields say otherwise.</summary>
    private static Task CloseAsync(EmulatedExchange exchange, string quantity, params (string Name, object Value)[] fields) =>
        OrderAsync(exchange, [("side", "Sell"), ("orderType", "Market"), ("qty", quantity), ("reduceOnly", true), .. fields]);

    private static Task OrderAsync(EmulatedExchange exchange, (string Name, object Value)[] fields) =>
        exchange.ByHandAsync("test-main", "/v5/order/create", Body(fields));

    /// <summary>A request about BTCUSDT; of two values of a field the later counts.</summary>
    private static string Body(params (string Name, object Value)[] fields)
    {
        var body = new Dictionary<string, object> { ["category"] = "linear", ["symbol"] = "BTCUSDT" };
        foreach (var (name, value) in fields)
        {
            body[name] = value;
        }

        return JsonSerializer.Serialize(body);
    }

    private static IEnumerable<string?> Actions(string text) =>
        [.. JsonDocument.Parse(text).RootElement.GetProperty("accounts").EnumerateArray()
            .SelectMany(a => a.GetProperty("actions").EnumerateArray()).Select(a => a.GetProperty("action").GetString())];

    private string Configure(EmulatedExchange exchange, string script, string policy)
    {
        var file = Path.Combine(_folder, "strategy.js");
        File.WriteAllText(file, script);
        var config = Path.Combine(_folder, "config.json");
        File.WriteAllText(config, $$"""
            { "mode": "demo", "dataDirectory": {{JsonSerializer.Serialize(Path.Combine(_folder, "data"))}}, "foreignPositions": "{{policy}}",
              "strategies": [{ "file": {{JsonSerializer.Serialize(file)}} }], "endpoints": {{exchange.Endpoints}} }
            """);
        return config;
    }
}
