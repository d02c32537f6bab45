using System.Globalization;
using System.Text.Json;

namespace StrategyHost.Host.Tests.Live;

/// <summary>
/// Mission 004 on a running host and on a stopped one: orders, results and money of each account by itself, in a simulated run and over the
/// wire against the emulator.
/// </summary>
public sealed class PerformanceRunTests : IDisposable
{
    /// <summary>Trades again and again; from the twentieth event on it also leaves one limit far below the market.</summary>
    private const string Busy = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 200, warmup: 5, pyramiding: 3 }; }
        let events = 0;
        function on_timer(time, ctx) {
          events++;
          if (events % 4 === 0 && !ctx.position) {
            return { action: 'buy', quantity: 0.1, stop_loss_percent: 1, take_profit_percent: 3, tag: events % 8 ? 'odd' : 'even', scale_in: true };
          }
          if (events % 4 === 2 && ctx.position) { return { action: 'close', keep_entries: true }; }
          if (events > 20 && !ctx.orders.some(o => o.tag === 'rest')) {
            return { action: 'buy', type: 'limit', price: ctx.market.last * 0.9, quantity: 3, stop_loss_percent: 1, tag: 'rest', scale_in: true };
          }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-performance-").FullName;
    private Dictionary<string, string> _environment = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Simulated_run_shows_orders_and_results_of_each_account_while_it_runs_and_after()
    {
        var config = Configure("""{ "mode": "simulated",""", "}");
        await using (var host = HostProcess.Start("run", "--config", config))
        {
            await host.ReadyAsync();
            await ShowsOrdersAndResultsAsync(config, isMirrorFragmented: true);
            Assert.Equal(0, await host.StopAsync());
        }

        var stopped = await AskAsync(config, "performance");
        Assert.Equal("journal", stopped.GetProperty("source").GetString());
        Assert.All(Accounts(stopped), Balances);
        Assert.All(Accounts(stopped), a => Assert.True(a.GetProperty("trades").GetInt32() > 5));
        Assert.Equal(2, (await HostProcess.RunAsync("performance", "--by", "account", "--config", config)).Code);
    }

    [Fact]
    public async Task Run_on_the_emulator_has_the_exchanges_wallet_to_the_last_decimal_and_sees_what_is_paid_in()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        _environment = exchange.Keys;
        var config = Configure($$"""{ "mode": "demo", "endpoints": {{exchange.Endpoints}},""", "}");
        await using (var host = HostProcess.Start(exchange.Keys, "run", "--config", config))
        {
            await host.ReadyAsync();
            await ShowsOrdersAndResultsAsync(config, isMirrorFragmented: false); // it has 100,000 there
            await exchange.ByHandAsync("test-main", "/v5/order/create", """
                {"category":"linear","symbol":"BTCUSDT","side":"Sell","orderType":"Limit","qty":"0.01","price":"90000.0","timeInForce":"GTC"}
                """);
            var doubled = await UntilAsync(config, "orders", a => a.Any(x => Codes(x).Contains("double_reservation")));
            Assert.DoesNotContain("double_reservation", Codes(doubled[1]));
            Assert.Equal(0, await host.StopAsync());
        }

        foreach (var account in Accounts(await AskAsync(config, "performance")))
        {
            Balances(account);
            var truth = await exchange.TruthAsync("test-" + account.GetProperty("account").GetString());
            Assert.Equal(Number(truth, "walletBalance"), Number(account, "walletBalance"));
            Assert.Equal(truth.GetProperty("executions").GetArrayLength(), account.GetProperty("executions").GetInt64());
        }

        var before = Number(await exchange.TruthAsync("test-main"), "walletBalance");
        await exchange.PostAsync("/emulator/account", new { key = "test-main", balance = (before + 1000m).ToString(CultureInfo.InvariantCulture) });
        await using var again = HostProcess.Start(exchange.Keys, "run", "--config", config);
        await again.LogAllAsync("wallet_moved");
        var (main, mirror) = (Accounts(await AskAsync(config, "performance"))[0], Accounts(await AskAsync(config, "performance"))[1]);
        Assert.Equal(("1000", "0"), (main.GetProperty("transfers").GetString(), mirror.GetProperty("transfers").GetString()));
        Balances(main);

        await exchange.PostAsync("/emulator/account", new { key = "test-mirror", balance = "77000" });
        await UntilAsync(config, "status", a => a[1].TryGetProperty("walletDifference", out var d) && d.GetString()!.Length > 1);
        await again.StopAsync();
    }

    /// <summary>What runs is asked until there is enough to see; then its figures are looked at.</summary>
    private async Task ShowsOrdersAndResultsAsync(string config, bool isMirrorFragmented)
    {
        var accounts = await UntilAsync(config, "performance", a => a.All(x => x.GetProperty("trades").GetInt32() >= 10));
        foreach (var account in accounts)
        {
            Assert.NotNull(account.GetProperty("expectancyInterval").GetProperty("low").GetString());
            Assert.Equal("fewer than 14 days", account.GetProperty("nulls").GetProperty("sharpe").GetString());
            Assert.Equal("busy", account.GetProperty("by")[0].GetProperty("strategy").GetString());
            Assert.True(account.GetProperty("executions").GetInt64() >= 20);
            Balances(account);
        }

        var byTag = Accounts(await AskAsync(config, "performance", "--by", "tag", "--account", "mirror"));
        Assert.Equal("mirror", Assert.Single(byTag).GetProperty("account").GetString());
        Assert.Equal(["even", "odd"], byTag[0].GetProperty("by").EnumerateArray().Select(r => r.GetProperty("tag").GetString()).Take(2));

        // 3 × 0.9 of the price at leverage 5, and half of it on the mirror.
        var orders = await UntilAsync(config, "orders", a => a.All(x => Number(x, "heldCapital") > 1000m));
        Assert.All(orders, a => Assert.True(a.GetProperty("byType").GetProperty("limit").GetInt32() >= 1));
        Assert.All(orders, a => Assert.Equal(Number(a, "heldCapital"), Rows(a, "orders").Sum(o => Number(o, "heldCapital"))));
        Assert.All(orders.SelectMany(a => Rows(a, "orders")).Where(o => o.GetProperty("role").GetString() != "entry"), o =>
            Assert.Equal("0", o.GetProperty("heldCapital").GetString()));
        Assert.Equal([true, isMirrorFragmented], orders.Select(a => Codes(a).Contains("fragmented")));

        var status = await UntilAsync(config, "status", a => a.All(x => x.GetProperty("summary").GetProperty("trades").GetInt32() >= 10));
        Assert.All(status, a => Assert.NotNull(a.GetProperty("summary").GetProperty("maxDrawdownPercent").GetString()));
        Assert.Contains(Rows(status[0].GetProperty("health"), "errors"), e => e.GetString()!.Contains("fragmented", StringComparison.Ordinal));
        var text = await HostQuestion.TextAsync(_environment, "performance", "--config", config);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));
        Assert.Contains("expectancy per trade", text, StringComparison.Ordinal);
    }

    /// <summary>Start + realised − fees − funding + transfers is the wallet, in decimal.</summary>
    private static void Balances(JsonElement account) => Assert.Equal(
        Number(account, "walletBalance"),
        Number(account, "startBalance") + Number(account, "realisedPnl") - Number(account, "fees") - Number(account, "funding")
            + Number(account, "transfers"));

    private async Task<JsonElement[]> UntilAsync(string config, string view, Func<JsonElement[], bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            var accounts = Accounts(await AskAsync(config, view)); // a process of its own: pause enough
            if (isSo(accounts))
            {
                return accounts;
            }

            Assert.False(patience.IsCancellationRequested, string.Join('\n', accounts));
        }
    }

    private Task<JsonElement> AskAsync(string config, string view, params string[] more) =>
        HostQuestion.AskAsync(_environment, config, view, more);

    private static string[] Codes(JsonElement orders) => [.. Rows(orders, "problems").Select(p => p.GetProperty("code").GetString()!)];

    private static JsonElement[] Accounts(JsonElement document) => [.. document.GetProperty("accounts").EnumerateArray()];

    private static JsonElement[] Rows(JsonElement block, string name) => [.. block.GetProperty(name).EnumerateArray()];

    private static decimal Number(JsonElement block, string name) =>
        decimal.Parse(block.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private string Configure(string head, string tail)
    {
        var script = Path.Combine(_folder, "busy.js");
        File.WriteAllText(script, Busy);
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            {{head}} "dataDirectory": {{JsonSerializer.Serialize(Path.Combine(_folder, "data"))}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(script)}} }] {{tail}}
            """);
        return file;
    }
}
