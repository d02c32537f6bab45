using System.Globalization;
using System.Text.Json;

namespace StrategyHost.Host.Tests.Live;

/// <summary>
/// Mission 004 with input that should not be, over the wire: a wallet below zero, and a closing execution whose entry the host never saw.
/// Neither stops the host, neither keeps an order of the other account or of another symbol from going out.
/// </summary>
public sealed class BadInputRunTests : IDisposable
{
    private const string Busy = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 300, warmup: 5 }; }
        let events = 0;
        function on_timer(time, ctx) {
          events++;
          if (events % 4 === 0 && !ctx.position) { return { action: 'buy', quantity: 0.01, stop_loss_percent: 2 }; }
          if (events % 4 === 2 && ctx.position) { return { action: 'close' }; }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-bad-input-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Wallet_below_zero_and_a_close_without_an_entry_stop_nothing()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        var config = Configure(exchange);
        await using (var host = HostProcess.Start(exchange.Keys, "run", "--config", config))
        {
            await host.ReadyAsync();
            await UntilAsync(exchange, config, a => a.All(x => Trades(x) >= 1));

            // Somebody opens and closes a position of his own; the host sees executions of no order of its own.
            foreach (var (side, closes) in ((string, string)[])[("Buy", "false"), ("Sell", "true")])
            {
                await exchange.ByHandAsync("test-main", "/v5/order/create", $$"""
                    {"category":"linear","symbol":"ETHUSDT","side":"{{side}}","orderType":"Market","qty":"0.5","reduceOnly":{{closes}}}
                    """);
            }

            await exchange.PostAsync("/emulator/account", new { key = "test-mirror", balance = "-50" });
            var before = Trades((await AskAsync(exchange, config, "performance"))[0]);
            var accounts = await UntilAsync(exchange, config, a => Trades(a[0]) >= before + 3);
            Assert.All(accounts, Balances);
            var orders = await AskAsync(exchange, config, "orders");
            Assert.Equal(["main", "mirror"], orders.Select(o => o.GetProperty("account").GetString()));
            var mirror = (await AskAsync(exchange, config, "status"))[1];
            Assert.Equal("mirror", mirror.GetProperty("account").GetString());
            await HostQuestion.TextAsync(exchange.Keys, "halt", "--config", config); // closes go on
            await exchange.UntilAsync("test-main", t => t.GetProperty("positions").GetArrayLength() == 0);
            var wallet = Number(await exchange.TruthAsync("test-main"), "walletBalance");
            await UntilAsync(exchange, config, a => Number(a[0], "walletBalance") == wallet);
            await host.StopAsync();
        }

        var main = (await AskAsync(exchange, config, "performance", "--by", "symbol"))[0];
        Assert.Equal(["BTCUSDT"], main.GetProperty("by").EnumerateArray().Select(r => r.GetProperty("symbol").GetString()));
        Balances(main);
        Assert.Equal(Number(await exchange.TruthAsync("test-main"), "walletBalance"), Number(main, "walletBalance"));
    }

    [Fact]
    public async Task Main_starts_beside_a_mirror_without_margin_which_joins_when_it_has_some()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        await exchange.PostAsync("/emulator/account", new { key = "test-mirror", balance = "-50" });
        await using var host = HostProcess.Start(exchange.Keys, "run", "--config", Configure(exchange));
        await host.ReadyAsync();
        await host.LogAsync("main starts without it");
        await exchange.UntilAsync("test-main", t => t.GetProperty("executions").GetArrayLength() > 0);
        Assert.Equal(0, (await exchange.TruthAsync("test-mirror")).GetProperty("executions").GetArrayLength());

        await exchange.PostAsync("/emulator/account", new { key = "test-mirror", balance = "50000" });
        await host.LogAsync("mirror is ready now and joins");
        await exchange.UntilAsync("test-mirror", t => t.GetProperty("executions").GetArrayLength() > 0);
    }

    private static int Trades(JsonElement account) => account.GetProperty("trades").GetInt32();

    private static void Balances(JsonElement account) => Assert.Equal(
        Number(account, "walletBalance"),
        Number(account, "startBalance") + Number(account, "realisedPnl") - Number(account, "fees") - Number(account, "funding")
            + Number(account, "transfers"));

    private static async Task<JsonElement[]> UntilAsync(EmulatedExchange exchange, string config, Func<JsonElement[], bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        while (true)
        {
            var accounts = await AskAsync(exchange, config, "performance"); // a process of its own: pause enough
            if (isSo(accounts))
            {
                return accounts;
            }

            Assert.False(patience.IsCancellationRequested, string.Join('\n', accounts));
        }
    }

    private static Task<JsonElement[]> AskAsync(EmulatedExchange exchange, string config, string view, params string[] more) =>
        HostQuestion.AccountsAsync(exchange.Keys, config, view, more);

    private static decimal Number(JsonElement block, string name) =>
        decimal.Parse(block.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private string Configure(EmulatedExchange exchange)
    {
        var script = Path.Combine(_folder, "busy.js");
        File.WriteAllText(script, Busy);
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            {
              "mode": "demo",
              "endpoints": {{exchange.Endpoints}},
              "dataDirectory": {{JsonSerializer.Serialize(Path.Combine(_folder, "data"))}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(script)}} }]
            }
            """);
        return file;
    }
}
