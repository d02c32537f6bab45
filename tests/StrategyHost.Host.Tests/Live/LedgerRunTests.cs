using System.Globalization;
using System.Text.Json;

namespace StrategyHost.Host.Tests.Live;

/// <summary>
/// The ledger of each account over the wire, exact in decimal: start balance + realised profit − fees − funding + transfers = the emulated
/// exchange's wallet, with funding in both directions, a position that is still open, and a liquidation.
/// </summary>
public sealed class LedgerRunTests : IDisposable
{
    /// <summary>Enters once; its stop lies behind the level of liquidation.</summary>
    private const string Once = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 200, warmup: 5 }; }
        let wasIn = false;
        function on_timer(time, ctx) {
          if (ctx.position) { wasIn = true; }
          if (!wasIn) { return { action: 'buy', quantity: 0.08, stop_loss_percent: 40 }; }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-ledger-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Wallets_of_both_accounts_are_their_ledgers_after_funding_and_after_a_liquidation()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        await exchange.PostAsync("/emulator/market", new { paused = true });
        await exchange.PriceAsync(60_000m);
        await exchange.PostAsync("/emulator/account", new { key = "test-main", balance = "1000" });
        await exchange.PostAsync("/emulator/account", new { key = "test-mirror", balance = "500" });
        var config = Configure(exchange);
        await using (var host = HostProcess.Start(exchange.Keys, "run", "--config", config))
        {
            await host.ReadyAsync();
            foreach (var key in (string[])["test-main", "test-mirror"])
            {
                await exchange.UntilAsync(key, t => t.GetProperty("positions").GetArrayLength() == 1 && Rows(t, "openOrders").Length > 0);
            }

            await exchange.PostAsync("/emulator/funding", new { symbol = "BTCUSDT", rate = "0.00013" });
            await exchange.PostAsync("/emulator/funding", new { symbol = "BTCUSDT", rate = "-0.00007" });
            await exchange.PriceAsync(58_123.4m);
            await exchange.PostAsync("/emulator/funding", new { symbol = "BTCUSDT", rate = "0.0001" });
            foreach (var account in await AgreesAsync(exchange, config))
            {
                Assert.NotEqual(0m, Number(account, "funding"));
                Assert.Equal(0, account.GetProperty("trades").GetInt32());
            }

            await exchange.PriceAsync(45_000m);
            await AgreesAsync(exchange, config, a => a.GetProperty("exitReasons").GetProperty("liquidation").GetInt32() == 1);
            await host.StopAsync(); // its code is another test's: a busy machine may cut the stop short
        }

        foreach (var account in await AgreesAsync(exchange, config))
        {
            Assert.Equal("0", account.GetProperty("transfers").GetString());
            Assert.True(Number(account, "netProfit") < -0.9m * Number(account, "startBalance"), "the position took the wallet with it");
            var change = Number(account, "walletBalance") - Number(account, "startBalance"); // a record has 8 decimals, the ledger all
            Assert.InRange(Math.Abs(change - Number(account, "netProfit")), 0m, 0.00000004m);
        }
    }

    /// <summary>Waits until what happened on the exchange has arrived at the host, and holds both sides together.</summary>
    private static async Task<JsonElement[]> AgreesAsync(EmulatedExchange exchange, string config, Func<JsonElement, bool>? isSo = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            var accounts = await HostQuestion.AccountsAsync(exchange.Keys, config, "performance");
            var truths = new[] { await exchange.TruthAsync("test-main"), await exchange.TruthAsync("test-mirror") };
            Assert.All(accounts, a => Assert.Equal(
                Number(a, "walletBalance"),
                Number(a, "startBalance") + Number(a, "realisedPnl") - Number(a, "fees") - Number(a, "funding") + Number(a, "transfers")));
            var isThere = accounts.Zip(truths).All(p => Number(p.First, "walletBalance") == Number(p.Second, "walletBalance")
                && p.First.GetProperty("executions").GetInt64() == Rows(p.Second, "executions").Count(e => e.GetProperty("execType").GetString() != "Funding"));
            if (isThere && accounts.All(isSo ?? (_ => true)))
            {
                return accounts;
            }

            Assert.False(patience.IsCancellationRequested, string.Join('\n', accounts.Concat(truths)));
        }
    }

    private static JsonElement[] Rows(JsonElement block, string name) => [.. block.GetProperty(name).EnumerateArray()];

    private static decimal Number(JsonElement block, string name) =>
        decimal.Parse(block.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private string Configure(EmulatedExchange exchange)
    {
        var script = Path.Combine(_folder, "once.js");
        File.WriteAllText(script, Once);
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            {
              "mode": "demo",
              "endpoints": {{exchange.Endpoints}},
              "risk": { "maxOrderNotionalPercent": 1000 },
              "dataDirectory": {{JsonSerializer.Serialize(Path.Combine(_folder, "data"))}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(script)}} }]
            }
            """);
        return file;
    }
}
