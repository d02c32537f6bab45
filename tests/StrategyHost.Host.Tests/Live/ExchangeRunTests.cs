using System.Text.Json;

namespace StrategyHost.Host.Tests.Live;

/// <summary><c>run</c> over the V5 wire: the built host against the built emulator.</summary>
public sealed class ExchangeRunTests : IDisposable
{
    private const string Busy = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 300, warmup: 20 }; }
        function on_timer(time, ctx) {
          if (!ctx.position) { return { action: 'buy', quantity: 0.1, stop_loss_percent: 1, take_profit_percent: 3 }; }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-wire-").FullName;

    [Theory]
    [InlineData("demo")]
    [InlineData("testnet")]
    [InlineData("live")]
    public async Task Run_on_an_exchange_trades_both_accounts_with_their_stops_and_a_stopped_host_still_shows_them(string mode)
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        await using var host = HostProcess.Start(exchange.Keys, "run", "--i-accept-live", "--config", Configure(exchange, mode));
        await host.ReadyAsync();
        await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
        Assert.Equal(0, await host.StopAsync());
        foreach (var (key, size) in (IEnumerable<(string, string)>)[("test-main", "0.1"), ("test-mirror", "0.05")])
        {
            var position = Assert.Single((await exchange.TruthAsync(key)).GetProperty("positions").EnumerateArray());
            Assert.Equal(size, position.GetProperty("size").GetString());
            Assert.NotEqual("", position.GetProperty("stopLoss").GetString());
            Assert.Equal(0, position.GetProperty("uncoveredMs").GetInt64());
        }

        var (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "positions", "--json", "--config", Configure(exchange, mode));
        Assert.True(code == 0, error);
        var document = JsonDocument.Parse(text).RootElement;
        Assert.Equal("exchange", document.GetProperty("source").GetString());
        Assert.Equal(["0.1", "0.05"], document.GetProperty("accounts").EnumerateArray()
            .Select(a => Assert.Single(a.GetProperty("positions").EnumerateArray()).GetProperty("size").GetString()));
    }

    [Fact]
    public async Task Second_host_on_the_same_account_is_refused_with_code_3_whatever_its_directory()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        var config = Configure(exchange, "demo");
        await using var host = HostProcess.Start(exchange.Keys, "run", "--config", config);
        await host.ReadyAsync();
        var other = Path.Combine(_folder, "other");
        var (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "run", "--config", config, "--data", other);
        Assert.Equal((3, ""), (code, text));
        Assert.Contains("another host of this machine trades the account", error, StringComparison.Ordinal);
        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task Position_whose_journal_is_gone_is_left_alone_and_entries_on_it_are_refused()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        var config = Configure(exchange, "demo");
        await using (var first = HostProcess.Start(exchange.Keys, "run", "--config", config))
        {
            await first.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
            await first.StopAsync("KILL");
        }

        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "data"), "journal-*"))
        {
            File.Delete(file);
        }

        await using var second = HostProcess.Start(exchange.Keys, "run", "--config", config);
        await second.ReadyAsync();
        await second.LogAsync("position_found");
        await second.LogAsync("not_ready");
        await second.StopAsync();
        var truth = await exchange.TruthAsync("test-main");
        Assert.Equal("0.1", Assert.Single(truth.GetProperty("positions").EnumerateArray()).GetProperty("size").GetString());
    }

    [Fact]
    public async Task Paper_trades_the_market_of_the_exchange_without_a_key_and_without_an_order()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        await using var host = HostProcess.Start("run", "--config", Configure(exchange, "paper"));
        await host.ReadyAsync();
        await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
        Assert.Equal(0, await host.StopAsync());
        Assert.Empty(await WritesAsync(exchange));
    }

    [Fact]
    public async Task Verify_says_what_is_covered_and_what_is_not_by_its_exit_code()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        var config = Configure(exchange, "demo");
        await using (var host = HostProcess.Start(exchange.Keys, "run", "--config", config))
        {
            await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
            var (running, text, _) = await HostProcess.RunAsync(exchange.Keys, "verify", "--json", "--config", config);
            Assert.Equal(0, running);
            Assert.Equal(["covered", "covered"], States(text, "host"));
            await host.StopAsync();
        }

        Assert.Equal(0, (await HostProcess.RunAsync(exchange.Keys, "verify", "--config", config)).Code);
        await TakeStopAwayAsync(exchange);
        var (code, uncovered, _) = await HostProcess.RunAsync(exchange.Keys, "verify", "--json", "--config", config);
        Assert.Equal(4, code);
        Assert.Equal(["uncovered", "covered"], States(uncovered, "exchange"));
        Assert.Contains("no_stop", uncovered, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> States(string text, string source)
    {
        var document = JsonDocument.Parse(text).RootElement;
        Assert.Equal(source, document.GetProperty("source").GetString());
        return [.. document.GetProperty("accounts").EnumerateArray()
            .SelectMany(a => a.GetProperty("positions").EnumerateArray()).Select(p => p.GetProperty("state").GetString())];
    }

    /// <summary>Somebody takes main's stop away by hand, as with another client.</summary>
    private static Task TakeStopAwayAsync(EmulatedExchange exchange) => exchange.ByHandAsync("test-main", "/v5/position/trading-stop",
        """{"category":"linear","symbol":"BTCUSDT","positionIdx":0,"tpslMode":"Full","stopLoss":"0"}""");

    public static TheoryData<string, string, string> BadInputs { get; } = new()
    {
        { "demo", "wrong secret", "main account: its key was not taken" },
        { "demo", "no key", "environment variable BYBIT_API_KEY_2 is not set" },
        { "demo", "one uid", "belong to one account (UID 100001)" },
        { "demo", "read only", "this key may not trade contracts" },
        { "live", "withdraw", "this key can withdraw" },
        { "paper", "trading key", "mode paper needs none" },
        { "demo", "clock", "clock is 10." },
        { "demo", "plain http", "http" },
        { "demo", "nobody there", "does not answer" },
        { "demo", "unknown symbol", "BTCUSD" },
    };

    [Theory]
    [MemberData(nameof(BadInputs))]
    public async Task Bad_input_is_one_clear_line_exit_code_2_and_no_private_write(string mode, string case_, string said)
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        var keys = mode == "paper" && case_ != "trading key" ? [] : exchange.Keys;
        var script = case_ == "unknown symbol" ? Busy.Replace("BTCUSDT", "BTCUSDX", StringComparison.Ordinal) : Busy;
        var endpoints = case_ switch
        {
            "plain http" => """{"rest":"http://api.example.com"}""",
            "nobody there" => """{"rest":"http://127.0.0.1:9"}""",
            _ => exchange.Endpoints,
        };
        await PrepareAsync(exchange, keys, case_);
        var (code, text, error) = await HostProcess.RunAsync(
            keys, "run", "--i-accept-live", "--config", Configure(exchange, mode, script, endpoints));
        Assert.True(code == 2, $"exit {code}: {error}");
        Assert.Equal("", text);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Replace("API_SECRET", "", StringComparison.Ordinal).Replace("key or secret", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(await WritesAsync(exchange));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task PrepareAsync(EmulatedExchange exchange, Dictionary<string, string> keys, string case_)
    {
        switch (case_)
        {
            case "wrong secret":
                keys["BYBIT_API_SECRET"] = "not-it";
                return Task.CompletedTask;
            case "no key":
                keys.Remove("BYBIT_API_KEY_2");
                return Task.CompletedTask;
            case "one uid":
                return exchange.PostAsync("/emulator/account", new { key = "test-mirror", uid = 100001 });
            case "read only":
                return exchange.PostAsync("/emulator/account", new { key = "test-main", permissions = new[] { "ReadOnly" } });
            case "withdraw":
                return exchange.PostAsync("/emulator/account", new { key = "test-main", permissions = new[] { "Order", "Position", "Withdraw" } });
            case "clock":
                return exchange.PostAsync("/emulator/fault", new { match = new { count = -1 }, action = "clock", offsetMs = 10_500 });
            default:
                return Task.CompletedTask;
        }
    }

    private static async Task<List<string>> WritesAsync(EmulatedExchange exchange) =>
        [.. (await exchange.GetAsync("/emulator/requests")).GetProperty("requests").EnumerateArray()
            .Where(r => r.GetProperty("method").GetString() == "POST").Select(r => r.GetProperty("path").GetString()!)];

    private string Configure(EmulatedExchange exchange, string mode, string script = Busy, string? endpoints = null)
    {
        File.WriteAllText(Path.Combine(_folder, "busy.js"), script);
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            { "mode": "{{mode}}", "dataDirectory": {{JsonSerializer.Serialize(Path.Combine(_folder, "data"))}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(Path.Combine(_folder, "busy.js"))}} }],
              "endpoints": {{endpoints ?? exchange.Endpoints}} }
            """);
        return file;
    }
}
