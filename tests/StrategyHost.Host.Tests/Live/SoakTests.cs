using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Xunit.Abstractions;

namespace StrategyHost.Host.Tests.Live;

/// <summary>
/// A host that trades on both accounts while something goes wrong every second. When the faults stop, its positions, orders and wallets
/// must be the exchange's, on both accounts: nothing lost, nothing counted twice, nothing uncovered. Ten minutes:
/// <c>STRATEGYHOST_SOAK_SECONDS=600 dotnet test tests/StrategyHost.Host.Tests --filter Soak</c>.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>For failures only: on a busy machine everything takes longer.</summary>
    private const int PatienceSeconds = 300;

    /// <summary>Executions that each account must have had before the faults end.</summary>
    private const int ExecutionsMin = 11;

    /// <summary>
    /// Opens, adds, amends, tightens, cancels and closes by chance; while the market stands still it only makes sure to hold one position.
    /// </summary>
    private const string Restless = """
        var was = null, same = 0;
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 250, warmup: 20, pyramiding: 3 }; }
        function on_timer(time, ctx) {
          same = ctx.market.last === was ? same + 1 : 0;
          was = ctx.market.last;
          var p = ctx.position, r = Math.random(), market = ctx.market, side = Math.random() < 0.5 ? 'buy' : 'sell';
          if (market.last === null) { return; }
          if (same >= 20) {
            if (ctx.orders.some(function (o) { return o.role === 'entry'; })) { return { action: 'cancel', order: 'entries' }; }
            return p ? undefined : { action: 'buy', quantity: 0.2, stop_loss_percent: 2, take_profit_percent: 9, tag: 'last' };
          }
          if (!p) {
            if (r < 0.5) { return { action: side, quantity: 0.1, stop_loss_percent: 1, take_profit_percent: 2, trail_percent: 0.8 }; }
            if (r < 0.8) {
              return { action: side, type: 'limit', price: market.last * (side === 'buy' ? 0.9995 : 1.0005), quantity: 0.1,
                stop_loss_percent: 1, take_profit: [{ percent: 1, share: 50 }, { percent: 2, share: 50 }], expires_in: 5 };
            }
            return { action: 'cancel', order: 'entries' };
          }
          if (r < 0.3) { return { action: 'close', share: r < 0.15 ? 50 : 100 }; }
          if (r < 0.5) { return { action: p.side === 'long' ? 'buy' : 'sell', quantity: 0.05, stop_loss_percent: 1 }; }
          if (r < 0.7) { return { action: 'hold', stop_loss: p.stop_price + (p.side === 'long' ? 1 : -1) * market.last * 0.0002 }; }
          if (r < 0.8) { return { action: 'hold', take_profit_percent: 1 + Math.random() * 3 }; }
        }
        """;

    private static readonly string[] Accounts = ["test-main", "test-mirror"];
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-soak-").FullName;

    [Fact]
    public async Task Books_are_the_exchanges_after_a_fault_every_second()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("STRATEGYHOST_SOAK_SECONDS") ?? "60", CultureInfo.InvariantCulture);
        var chance = new Random(20261121);
        await using var exchange = await EmulatedExchange.StartAsync("--seed", "7");
        await using var host = HostProcess.Start(exchange.Keys, "run", "--config", Configure(exchange));
        var address = await host.ReadyAsync();
        using var client = Client();
        using var ticker = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var second = 0; second < seconds || !await HaveTradedAsync(exchange); second++)
        {
            if (second >= seconds + PatienceSeconds)
            {
                Assert.Fail("the soak traded too little to mean anything\n" + string.Join('\n', host.LogSoFar()));
            }

            await ticker.WaitForNextTickAsync();
            await ((second % 10) switch
            {
                8 => exchange.ClearFaultsAsync(), // where requests are rarer than faults all of them would fail
                9 => Task.CompletedTask,
                _ => exchange.PostAsync("/emulator/fault", Fault(chance)),
            });
        }

        await exchange.ClearFaultsAsync();
        await exchange.PostAsync("/emulator/market", new { paused = true });
        var difference = "not compared";
        for (var attempt = 0; attempt < PatienceSeconds && difference.Length > 0; attempt++)
        {
            await ticker.WaitForNextTickAsync();
            difference = await DifferenceAsync(exchange, client, address);
        }

        var log = string.Join('\n', host.LogSoFar());
        Assert.True(difference.Length == 0, difference + "\n" + log);
        foreach (var key in Accounts)
        {
            var truth = await exchange.TruthAsync(key);
            var executions = truth.GetProperty("executions").GetArrayLength();
            output.WriteLine($"{key}: {executions} executions");
            Assert.All(truth.GetProperty("positions").EnumerateArray(), p => Assert.True(
                p.GetProperty("uncoveredMs").GetInt64() == 0, $"{key} was uncovered for {p.GetProperty("uncoveredMs")} ms"));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<bool> HaveTradedAsync(EmulatedExchange exchange)
    {
        foreach (var key in Accounts)
        {
            if ((await exchange.TruthAsync(key)).GetProperty("executions").GetArrayLength() < ExecutionsMin)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>One of the faults of contracts §4; a ban is left out, for it rightly silences the host for ten minutes.</summary>
    private static object Fault(Random chance)
    {
        var account = Accounts[chance.Next(2)];
        string[] paths = ["/v5/order/*", "/v5/position/trading-stop", "/v5/*"];
        var path = paths[chance.Next(paths.Length)];
        object request = new { account, path, count = 1 + chance.Next(2) };
        return chance.Next(12) switch
        {
            0 => new { match = request, action = "drop_reply" },
            1 => new { match = request, action = "drop_request" },
            2 => new { match = request, action = "delay", ms = 200 + chance.Next(1500), where = chance.Next(2) == 0 ? "request" : "reply" },
            3 => new { match = request, action = "status", status = 503, body = "<html>busy</html>", contentType = "text/html" },
            4 => new { match = request, action = "truncate", bytes = 20 },
            5 => new { match = request, action = "ret_code", retCode = 10016, retMsg = "internal error", accept = chance.Next(2) == 0 },
            6 => new { match = request, action = "ret_code", retCode = 10006, retMsg = "Too many visits", accept = false },
            7 => (object)new { match = new { account, stream = "private" }, action = "close_stream" },
            8 => new { match = new { stream = "public" }, action = "close_stream" },
            9 => new { match = new { account, stream = "private", count = 1 + chance.Next(3) }, action = "drop_message" },
            10 => new { match = new { account, stream = "private", count = 2 }, action = "duplicate" },
            _ => new { match = new { account, stream = "private", count = 4 }, action = "reorder", window = 3 },
        };
    }

    /// <summary>Empty: host and exchange agree on both accounts.</summary>
    private static async Task<string> DifferenceAsync(EmulatedExchange exchange, HttpClient client, Uri address)
    {
        var positions = await client.GetFromAsync(new Uri(address, "positions"));
        var orders = await client.GetFromAsync(new Uri(address, "orders"));
        var status = await client.GetFromAsync(new Uri(address, "status"));
        var differences = new List<string>();
        for (var i = 0; i < Accounts.Length; i++)
        {
            var truth = await exchange.TruthAsync(Accounts[i]);
            var held = Rows(positions, i, "positions", p => $"{p.GetProperty("side")} {p.GetProperty("size")} stop {p.GetProperty("stopPrice")}");
            var real = truth.GetProperty("positions").EnumerateArray()
                .Select(p => $"{(p.GetProperty("side").GetString() == "Buy" ? "long" : "short")} {p.GetProperty("size")} stop {p.GetProperty("stopLoss")}");
            Compare(differences, $"{Accounts[i]} positions", held, real);
            Compare(differences, $"{Accounts[i]} orders", Rows(orders, i, "orders", o => $"{o.GetProperty("orderId")} {o.GetProperty("quantity")}"),
                truth.GetProperty("openOrders").EnumerateArray().Select(o => $"{o.GetProperty("orderId")} {o.GetProperty("qty")}"));
            // The mirror rightly stays out of an entry that comes while the faults have its breaker open; then the drift says why.
            if (truth.GetProperty("positions").GetArrayLength() != 1 && !(i == 1 && IsLeftOut(positions)))
            {
                differences.Add($"{Accounts[i]} has no position yet");
            }

            // The host's own fold of executions: one that was missed, counted twice or given a wrong profit shows here.
            Compare(differences, $"{Accounts[i]} wallet",
                [Text(status.GetProperty("accounts")[i].GetProperty("walletBalance"))], [Text(truth.GetProperty("walletBalance"))]);
        }

        return string.Join('\n', differences);
    }

    private static bool IsLeftOut(JsonElement positions) => positions.GetProperty("accounts")[1].TryGetProperty("mirrorDrift", out var drift)
        && drift.EnumerateArray().Any(d => d.GetProperty("actual").GetString() == "0" && d.GetProperty("reason").GetString() != "in_step");

    private static IEnumerable<string> Rows(JsonElement document, int account, string list, Func<JsonElement, string> text) =>
        document.GetProperty("accounts")[account].GetProperty(list).EnumerateArray().Select(text);

    private static void Compare(List<string> differences, string what, IEnumerable<string> host, IEnumerable<string> exchange)
    {
        var (ours, theirs) = (string.Join(", ", host.Order(StringComparer.Ordinal)), string.Join(", ", exchange.Order(StringComparer.Ordinal)));
        if (ours != theirs)
        {
            differences.Add($"{what}: the host says [{ours}], the exchange [{theirs}]");
        }
    }

    /// <summary>To a millionth: the exchange rounds its wallet, the host's fold does not.</summary>
    private static string Text(JsonElement amount) =>
        decimal.Round(decimal.Parse(amount.GetString()!, CultureInfo.InvariantCulture), 6).ToString("0.######", CultureInfo.InvariantCulture);

    private string Configure(EmulatedExchange exchange)
    {
        File.WriteAllText(Path.Combine(_folder, "restless.js"), Restless);
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            { "mode": "demo", "dataDirectory": {{JsonSerializer.Serialize(Path.Combine(_folder, "data"))}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(Path.Combine(_folder, "restless.js"))}} }],
              "globals": { "price_monitor_reconnect_delay": 1 }, "serilog": { "MinimumLevel": "Debug" },
              "endpoints": {{exchange.Endpoints}} }
            """);
        return file;
    }

    private HttpClient Client()
    {
        var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "data", "host.json"))).RootElement;
        var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.GetProperty("token").GetString());
        return client;
    }
}
