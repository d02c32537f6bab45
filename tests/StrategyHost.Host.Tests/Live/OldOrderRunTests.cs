using System.Text.Json;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Tests.Live;

/// <summary>
/// Mission 004's tests that take hours (S004-T3 clean-up, S004-T6 stale orders) with the built host, in a simulated run and over the wire
/// against the emulator: a host stops with an entry left waiting on each account and is started again, 25 hours later for main and half an
/// hour later for the mirror.
/// </summary>
public sealed class OldOrderRunTests : IDisposable
{
    /// <summary>Opens and closes twice, then leaves a limit far below the market.</summary>
    private const string Script = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 200, warmup: 5 }; }
        let closed = 0;
        function on_timer(time, ctx) {
          if (ctx.position) { closed++; return { action: 'close' }; }
          if (ctx.orders.length > 0) { return; }
          if (closed < 2) { return { action: 'buy', quantity: 0.1, stop_loss_percent: 5 }; }
          return { action: 'buy', type: 'limit', price: ctx.market.last * 0.9, quantity: 0.1, stop_loss_percent: 1, tag: 'rest' };
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-old-").FullName;
    private Dictionary<string, string> _environment = [];

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Simulated_host_that_was_off_for_a_day_says_its_stale_entry_at_once_and_purges_the_lists_but_not_the_journal()
    {
        var config = Configure("""{ "mode": "simulated",""");
        await StopsWithAnEntryAsync(config);
        await StartsADayLaterAsync(config, foreign: null);
    }

    [Fact]
    public async Task Host_on_the_emulator_that_was_off_for_a_day_does_so_too_and_says_a_persons_order_that_is_hours_old()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        _environment = exchange.Keys;
        var config = Configure($$"""{ "mode": "demo", "endpoints": {{exchange.Endpoints}},""");
        await StopsWithAnEntryAsync(config);
        await exchange.ByHandAsync("test-mirror", "/v5/order/create", """
            {"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Limit","qty":"0.01","price":"1000.00","timeInForce":"GTC"}
            """);
        var order = (await exchange.TruthAsync("test-mirror")).GetProperty("openOrders").EnumerateArray()
            .Single(o => o.GetProperty("symbol").GetString() == "ETHUSDT").GetProperty("orderId").GetString()!;
        await exchange.PostAsync("/emulator/age", new { account = "test-main", minutes = 25 * 60 });
        await exchange.PostAsync("/emulator/age", new { account = "test-mirror", symbol = "BTCUSDT", minutes = 30 });
        await exchange.PostAsync("/emulator/age", new { account = "test-mirror", symbol = "ETHUSDT", minutes = 61 });
        await StartsADayLaterAsync(config, order);
    }

    private async Task StopsWithAnEntryAsync(string config)
    {
        await using var host = HostProcess.Start(_environment, "run", "--config", config);
        await host.ReadyAsync();
        await WaitsAsync(config, a => a.Length == 2 && a.All(x => Entries(x).Length == 1));
        Assert.Equal(0, await host.StopAsync());
    }

    private async Task StartsADayLaterAsync(string config, string? foreign)
    {
        OlderData.Age(Data, AccountId.Main, TimeSpan.FromHours(25));
        OlderData.Age(Data, AccountId.Mirror, TimeSpan.FromMinutes(30));
        var old = OlderData.EndedInJournal(Data, AccountId.Main);
        var young = OlderData.EndedInJournal(Data, AccountId.Mirror);
        Assert.True(old.Count >= 2 && young.Count >= 2);
        Assert.Equal(old, OlderData.InTables(Data, AccountId.Main, old));

        await using var host = HostProcess.Start(_environment, "run", "--config", config);
        string[] said = ["main stale_entry: entry ", .. foreign is null ? [] : new[] { $"mirror stale_entry: foreign entry {foreign}" }];
        await host.LogAllAsync(said);
        await host.ReadyAsync();
        var accounts = await WaitsAsync(config, a => a.All(x => Entries(x).Length == 1)
            && OlderData.InTables(Data, AccountId.Main, old).Count == 0);

        Assert.Equal([1, foreign is null ? 0 : 1], accounts.Select(a => Codes(a).Count(c => c == "stale_entry")));
        Assert.Equal(young, OlderData.InTables(Data, AccountId.Mirror, young));
        Assert.Equal(0, await host.StopAsync());
        Assert.DoesNotContain(host.LogSoFar(), l => l.Contains("mirror stale_entry: entry", StringComparison.Ordinal));
        Assert.Equal(old, OlderData.EndedInJournal(Data, AccountId.Main).Take(old.Count));
    }

    private async Task<JsonElement[]> WaitsAsync(string config, Func<JsonElement[], bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(150));
        while (true)
        {
            var accounts = await HostQuestion.AccountsAsync(_environment, config, "orders"); // a process of its own: pause enough
            if (isSo(accounts))
            {
                return accounts;
            }

            Assert.False(patience.IsCancellationRequested, string.Join('\n', accounts));
        }
    }

    private static JsonElement[] Entries(JsonElement account) =>
        [.. account.GetProperty("orders").EnumerateArray().Where(o => o.GetProperty("role").GetString() == "entry"
            && o.GetProperty("type").GetString() == "limit" && o.GetProperty("symbol").GetString() == "BTCUSDT")];

    private static string[] Codes(JsonElement account) =>
        [.. account.GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("code").GetString()!)];

    private string Configure(string head)
    {
        var script = Path.Combine(_folder, "waits.js");
        File.WriteAllText(script, Script);
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            {{head}} "dataDirectory": {{JsonSerializer.Serialize(Data)}}, "retentionHours": 24, "onStop": { "entries": "keep" },
              "accounts": { "mirror": { "alerts": true } },
              "strategies": [{ "file": {{JsonSerializer.Serialize(script)}} }] }
            """);
        return file;
    }
}
