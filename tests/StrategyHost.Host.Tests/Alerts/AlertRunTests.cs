using System.Text.Json;
using StrategyHost.Host.Tests.Live;

namespace StrategyHost.Host.Tests.Alerts;

/// <summary>The built host against the built emulator: what it finds reaches people, what they write reaches it, and silence means trouble.</summary>
public sealed class AlertRunTests : IDisposable
{
    private const long Friend = 77;
    private const string Never = "function settings() { return { symbols: ['BTCUSDT'], interval: '1m', stop_loss_percent: 1 }; }";
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-alerts-").FullName;

    [Fact]
    public async Task Uncovered_position_reaches_webhook_and_chat_and_stops_the_heartbeat_until_it_is_covered()
    {
        await using var stub = await AlertStub.StartAsync();
        await using var exchange = await EmulatedExchange.StartAsync();
        await exchange.PriceAsync(60000);
        await exchange.PostAsync("/emulator/market", new { paused = true });
        await exchange.ByHandAsync("test-main", "/v5/order/create", """
            {"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Market","qty":"0.2"}
            """);
        await using var host = HostProcess.Start(Keys(exchange), "run", "--config", Configure(stub, exchange.Endpoints, Never));
        await host.ReadyAsync();
        await UntilAsync(() => Codes(stub).Contains("position_found") && Codes(stub).Contains("uncovered"));
        var uncovered = stub.Hooks.First(h => h.GetProperty("code").GetString() == "uncovered");
        Assert.Equal(("main", "BTCUSDT", "risk"), (Text(uncovered, "account"), Text(uncovered, "symbol"), Text(uncovered, "severity")));
        await UntilAsync(() => stub.Sent.Any(s => s.Chat == Friend && s.Text.Contains("MONEY AT RISK main uncovered", StringComparison.Ordinal)));
        Assert.Equal(0, stub.Beats);

        await exchange.ByHandAsync("test-main", "/v5/position/trading-stop", """
            {"category":"linear","symbol":"BTCUSDT","positionIdx":0,"tpslMode":"Full","stopLoss":"59000"}
            """);
        await UntilAsync(() => stub.Beats > 0 && Codes(stub).Contains("uncovered_over"));
        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task Chat_is_answered_for_both_accounts_apart_and_a_stranger_is_not()
    {
        await using var stub = await AlertStub.StartAsync();
        await using var host = HostProcess.Start(
            new Dictionary<string, string> { ["TELEGRAM_BOT_TOKEN"] = AlertStub.Token }, "run", "--config", Configure(stub, null, Never));
        await host.ReadyAsync();
        stub.Write(1, 666, "/positions", Soon);
        stub.Write(2, Friend, "/status", Soon);
        stub.Write(3, Friend, "/verify", Soon);
        stub.Write(4, Friend, "/positions", Soon);
        await UntilAsync(() => stub.Sent.Count == 3);
        Assert.All(stub.Sent, s => Assert.Equal(Friend, s.Chat));
        var status = stub.Sent.First().Text;
        Assert.Contains("main: running, equity 100000,", status, StringComparison.Ordinal);
        Assert.Contains("mirror: running, equity 50000,", status, StringComparison.Ordinal);
        Assert.DoesNotContain("150000", status, StringComparison.Ordinal);
        Assert.Equal("main: 0 positions\n\nmirror: 0 positions", stub.Sent.Last().Text);
        await host.LogAsync("666");
        Assert.Equal(0, await host.StopAsync());
        Assert.DoesNotContain(
            AlertStub.Token, await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(_folder, "data", "log")).Single()), StringComparison.Ordinal);
    }

    /// <summary>Enters and closes as fast as it can; a halt ends the entries, and the last position is still closed.</summary>
    [Fact]
    public async Task Halt_from_a_chat_stops_entries_on_both_accounts_and_resume_lets_them_go_on()
    {
        const string Restless = """
            function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 200, stop_loss_percent: 1 }; }
            function on_timer(time, ctx) {
              if (ctx.position) { return { action: 'close' }; }
              if (ctx.orders.length === 0) { return { action: 'buy', quantity: 0.1 }; }
            }
            """;
        await using var stub = await AlertStub.StartAsync();
        await using var host = HostProcess.Start(
            new Dictionary<string, string> { ["TELEGRAM_BOT_TOKEN"] = AlertStub.Token }, "run", "--config", Configure(stub, null, Restless));
        await host.ReadyAsync();
        stub.Write(1, Friend, "/resume", Soon - 86_400); // of yesterday
        await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
        stub.Write(2, Friend, "/halt", Soon);
        await UntilAsync(() => stub.Sent.Any(s => s.Text.Contains("HALTED", StringComparison.Ordinal)));
        var answer = stub.Sent.First(s => s.Text.Contains("HALTED", StringComparison.Ordinal)).Text;
        Assert.Contains("main: HALTED, nothing is entered", answer, StringComparison.Ordinal);
        Assert.Contains("mirror: HALTED, nothing is entered", answer, StringComparison.Ordinal);
        Assert.Contains("by telegram 77", answer, StringComparison.Ordinal);
        Assert.Contains(stub.Sent, s => s.Text.Contains("before this host started: not done", StringComparison.Ordinal));
        host.LogSoFar();
        Assert.Contains("halted", await host.LogAsync("strategy buy BTCUSDT: "), StringComparison.Ordinal); // those behind it are counted

        stub.Write(3, Friend, "/positions", Soon);
        await UntilAsync(() => stub.Sent.Any(s => s.Text == "main: 0 positions\n\nmirror: 0 positions"));
        stub.Write(4, Friend, "/halt BTCUSDT 2h", Soon);
        await UntilAsync(() => stub.Sent.Any(s => s.Text.Contains("halted: BTCUSDT from", StringComparison.Ordinal)));
        var lines = stub.Sent.SelectMany(s => s.Text.Split('\n')).Where(l => l.Contains("halted: BTCUSDT", StringComparison.Ordinal));
        Assert.All(lines, l => Assert.DoesNotContain("somebody resumes", l, StringComparison.Ordinal));
        stub.Write(5, Friend, "/resume", Soon);
        await UntilAsync(() => stub.Sent.Any(s => s.Text.Contains("entries are on", StringComparison.Ordinal)));
        await host.LogAsync("main entry Buy 0.1 BTCUSDT filled");
        await host.KillAsync();
    }

    [Fact]
    public async Task Way_out_without_its_secret_is_said_before_anything_runs()
    {
        await using var stub = await AlertStub.StartAsync();
        var (code, text, error) = await HostProcess.RunAsync("run", "--config", Configure(stub, null, Never));
        Assert.Equal((2, ""), (code, text));
        Assert.Contains("TELEGRAM_BOT_TOKEN is not set", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Later than the start of a host that has just become ready, by Telegram's whole seconds.</summary>
    private static long Soon => DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 2;

    private static Dictionary<string, string> Keys(EmulatedExchange exchange) =>
        new(exchange.Keys) { ["TELEGRAM_BOT_TOKEN"] = AlertStub.Token };

    private static string[] Codes(AlertStub stub) => [.. stub.Hooks.Select(h => Text(h, "code"))];

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    /// <summary>Waits for another process; a deadline is for failures only.</summary>
    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(150));
        while (!holds())
        {
            await Task.Delay(50, patience.Token);
        }
    }

    private string Configure(AlertStub stub, string? endpoints, string script)
    {
        var file = Path.Combine(_folder, "strategy.js");
        File.WriteAllText(file, script);
        var config = Path.Combine(_folder, "config.json");
        File.WriteAllText(config, $$"""
            { "mode": "{{(endpoints is null ? "simulated" : "demo")}}", "foreignPositions": "alert",
              "dataDirectory": {{JsonSerializer.Serialize(Path.Combine(_folder, "data"))}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(file)}} }], {{(endpoints is null ? "" : $"\"endpoints\": {endpoints},")}}
              "alerts": { "webhook": { "url": "{{stub.Address}}hook" }, "heartbeat": { "url": "{{stub.Address}}beat", "seconds": 5 },
                "telegram": { "chatIds": [77], "address": "{{stub.Address}}" } } }
            """);
        return config;
    }
}
