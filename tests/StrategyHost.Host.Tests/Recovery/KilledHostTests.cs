using System.Globalization;
using System.Text.Json;
using StrategyHost.Host.Tests.Live;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Tests.Recovery;

/// <summary>
/// The built host is killed, something happens at the emulator meanwhile, and it is started again: each fill is booked once, plans go on,
/// nothing is doubled, and the books are the wallet.
/// </summary>
public sealed class KilledHostTests : IDisposable
{
    private const string Main = "test-main";
    private const string Mirror = "test-mirror";

    /// <summary>One position with two targets, a trail and breakeven; closed by itself above 62,500.</summary>
    private const string Once = """
        let asked = false;
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 100 }; }
        function on_timer(time, ctx) {
          if (asked || ctx.position || ctx.orders.length > 0) { return; }
          asked = true;
          return { action: 'buy', quantity: 0.1, stop_loss_percent: 2, trail_percent: 2, breakeven: { after_percent: 1.5 },
            take_profit: [{ percent: 3, share: 50 }, { percent: 6, share: 50 }] };
        }
        function on_trade(trade, ctx) { if (ctx.position && trade.price > 62500) { return { action: 'close' }; } }
        """;

    private const string Resting = """
        let asked = false;
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 100 }; }
        function on_timer(time, ctx) {
          if (asked || ctx.position || ctx.orders.length > 0) { return; }
          asked = true;
          return { action: 'buy', type: 'limit', price: 59500, quantity: 0.1, stop_loss_percent: 2, take_profit_percent: 4 };
        }
        """;

    /// <summary>As the first, but it has asked already.</summary>
    private static readonly string Never = Once.Replace("asked = false", "asked = true", StringComparison.Ordinal);

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-killed-").FullName;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task Plans_go_on_and_the_trail_moves_on_and_never_loosens()
    {
        await using var exchange = await StartAsync();
        await KilledWithPositionsAsync(exchange);
        await using var host = await AgainAsync(exchange);
        await host.LogAllAsync("main recovered 1 plans", "mirror recovered 1 plans");
        await exchange.PriceAsync(61_500);
        var raised = await exchange.UntilAsync(Main, t => Stop(t) > 60_000); // 2 % below, and past breakeven
        await exchange.UntilAsync(Mirror, t => Stop(t) > 60_000);
        await exchange.PriceAsync(61_000);
        Assert.True(Stop(await exchange.TruthAsync(Main)) >= Stop(raised));
        Assert.Equal(2, Targets(raised).Length);
        await EndsWellAsync(exchange, host);
    }

    [Fact]
    public async Task Target_that_filled_meanwhile_is_a_fill_of_its_plan()
    {
        await using var exchange = await StartAsync();
        await KilledWithPositionsAsync(exchange);
        await exchange.PriceAsync(61_850);
        await exchange.UntilAsync(Main, t => Text(Position(t), "size") == "0.05");
        await using var host = await AgainAsync(exchange, Never);
        await host.LogAllAsync("main recovered 1 plans", "mirror recovered 1 plans");
        await exchange.UntilAsync(Main, t => Targets(t).Length == 1 && Stop(t) > 60_000);
        await exchange.PriceAsync(62_600); // the strategy closes main, and the mirror follows
        await exchange.UntilAsync(Main, IsFlat);
        await exchange.UntilAsync(Mirror, IsFlat);
        await exchange.UntilAsync(Mirror, t => Orders(t).Length == 0);
        await EndsWellAsync(exchange, host);
    }

    [Fact]
    public async Task Stop_that_fired_meanwhile_ends_the_plan_and_its_targets()
    {
        await using var exchange = await StartAsync();
        await KilledWithPositionsAsync(exchange);
        await exchange.PriceAsync(58_500);
        await exchange.UntilAsync(Main, IsFlat);
        await using var host = await AgainAsync(exchange, Never);
        await host.LogAllAsync("main recovered 1 plans", "mirror recovered 1 plans");
        await exchange.UntilAsync(Main, t => Orders(t).Length == 0);
        await exchange.UntilAsync(Mirror, t => Orders(t).Length == 0);
        await EndsWellAsync(exchange, host);
    }

    [Fact]
    public async Task Stop_that_somebody_took_away_meanwhile_is_put_back()
    {
        await using var exchange = await StartAsync();
        await KilledWithPositionsAsync(exchange);
        await exchange.ByHandAsync(Main, "/v5/position/trading-stop",
            """{"category":"linear","symbol":"BTCUSDT","positionIdx":0,"tpslMode":"Full","stopLoss":"0"}""");
        await using var host = await AgainAsync(exchange);
        await exchange.UntilAsync(Main, t => Stop(t) > 0);
        await EndsWellAsync(exchange, host);
    }

    [Fact]
    public async Task Entry_that_rested_stays_and_one_that_filled_meanwhile_is_a_position_with_its_protection()
    {
        await using var exchange = await StartAsync();
        await using (var first = HostProcess.Start(exchange.Keys, "run", "--config", Configure(exchange, Resting)))
        {
            await exchange.UntilAsync(Main, t => Orders(t).Length == 1);
            await exchange.UntilAsync(Mirror, t => Orders(t).Length == 1);
            await first.StopAsync("KILL");
        }

        await using (var second = await AgainAsync(exchange, Resting))
        {
            await second.LogAllAsync("main recovered 1 plans", "mirror recovered 1 plans");
            await second.StopAsync("KILL");
        }

        Assert.Single(Orders(await exchange.TruthAsync(Main)));
        await exchange.PriceAsync(59_450);
        await exchange.UntilAsync(Mirror, t => !IsFlat(t));
        await using var host = await AgainAsync(exchange, Resting);
        await exchange.UntilAsync(Main, t => Targets(t).Length == 1 && Stop(t) > 0);
        await exchange.UntilAsync(Mirror, t => Targets(t).Length == 1 && Stop(t) > 0);
        Assert.DoesNotContain(host.LogSoFar(), l => l.Contains("position_found", StringComparison.Ordinal));
        await EndsWellAsync(exchange, host);
    }

    [Theory]
    [InlineData("drop_request", false)]
    [InlineData("drop_reply", true)]
    public async Task Order_in_doubt_is_found_or_said_as_missed_and_never_sent_again(string fault, bool isThere)
    {
        await using var exchange = await StartAsync();
        foreach (var path in (string[])["/v5/order/create", "/v5/order/create-batch"])
        {
            await exchange.PostAsync("/emulator/fault", new { match = new { account = Main, path, count = -1 }, action = fault });
        }

        await using (var first = HostProcess.Start(exchange.Keys, "run", "--config", Configure(exchange, Once)))
        {
            await exchange.RequestsAsync(Main, "/v5/order/create");
            await first.StopAsync("KILL");
        }

        await exchange.ClearFaultsAsync();
        await using var host = await AgainAsync(exchange, Never);
        if (isThere)
        {
            await exchange.UntilAsync(Main, t => Targets(t).Length == 2 && Stop(t) > 0);
        }
        else
        {
            await host.LogAsync("entry_missed");
        }

        Assert.Equal(isThere ? "0.1" : "", Positions(await exchange.TruthAsync(Main)) is [var one] ? Text(one, "size") : "");
        await EndsWellAsync(exchange, host);
    }

    [Fact]
    public async Task Main_starts_while_the_mirror_does_not_answer_and_the_mirror_joins_with_its_plans()
    {
        await using var exchange = await StartAsync();
        await KilledWithPositionsAsync(exchange);
        await exchange.PostAsync("/emulator/fault", new { match = new { account = Mirror, path = "/v5/*", count = -1 }, action = "status", status = 503 });
        await using var host = await AgainAsync(exchange);
        await host.LogAllAsync("main starts without it", "main recovered 1 plans");
        await exchange.PriceAsync(61_850);
        await exchange.UntilAsync(Main, t => Text(Position(t), "size") == "0.05" && Stop(t) > 60_000);
        await exchange.ClearFaultsAsync();
        await host.LogAllAsync("mirror is ready now and joins", "mirror recovered 1 plans");
        await exchange.UntilAsync(Mirror, t => Text(Position(t), "size") == "0.025" && Stop(t) > 60_000);
        await EndsWellAsync(exchange, host);
    }

    [Fact]
    public async Task Stopped_host_goes_on_with_its_plans_too()
    {
        await using var exchange = await StartAsync();
        await using (var first = HostProcess.Start(exchange.Keys, "run", "--config", Configure(exchange, Once)))
        {
            await exchange.UntilAsync(Main, t => Targets(t).Length == 2);
            await exchange.UntilAsync(Mirror, t => Targets(t).Length == 2);
            Assert.Equal(0, await first.StopAsync());
        }

        await using var host = await AgainAsync(exchange);
        await host.LogAllAsync("main recovered 1 plans", "mirror recovered 1 plans");
        await exchange.PriceAsync(61_500);
        await exchange.UntilAsync(Main, t => Stop(t) > 60_000);
        await EndsWellAsync(exchange, host);
    }

    [Fact]
    public async Task Position_of_a_strategy_that_is_gone_is_said_and_left_as_it_is()
    {
        await using var exchange = await StartAsync();
        await KilledWithPositionsAsync(exchange);
        await using var host = HostProcess.Start(exchange.Keys, "run", "--config", Configure(exchange, Never, "another"));
        await host.ReadyAsync();
        await host.LogAllAsync("main no_strategy", "position_found");
        var truth = await exchange.TruthAsync(Main);
        Assert.Equal(("0.1", 2, true), (Text(Position(truth), "size"), Targets(truth).Length, Stop(truth) > 0));
        await EndsWellAsync(exchange, host);
    }

    [Fact]
    public async Task Data_directory_of_another_account_is_refused_with_one_line()
    {
        await using var exchange = await StartAsync();
        await KilledWithPositionsAsync(exchange);
        await exchange.PostAsync("/emulator/account", new { key = Main, uid = 100_009 });
        var (code, _, error) = await HostProcess.RunAsync(exchange.Keys, "run", "--config", Configure(exchange, Once));
        Assert.Equal(2, code);
        Assert.Contains("it is about the account with UID 100001", error, StringComparison.Ordinal);
    }

    /// <summary>Who it is was found out before its leverage is asked for, so nothing is changed in the other account.</summary>
    [Fact]
    public async Task Mirror_of_another_account_is_refused_although_its_set_up_is_slow()
    {
        await using var exchange = await StartAsync();
        await KilledWithPositionsAsync(exchange);
        await exchange.PostAsync("/emulator/account", new { key = Mirror, uid = 100_010 });
        await SlowAsync(exchange, Mirror, "/v5/position/set-leverage", 4000);
        await SlowAsync(exchange, Main, "/v5/account/wallet-balance", 4000);
        var (code, _, error) = await HostProcess.RunAsync(exchange.Keys, "run", "--config", Configure(exchange, Once));
        Assert.Equal(2, code);
        Assert.Contains("it is about the account with UID 100002", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A market that stands still: only what the test does moves anything.</summary>
    private static async Task<EmulatedExchange> StartAsync()
    {
        var exchange = await EmulatedExchange.StartAsync();
        await exchange.PriceAsync(60_000);
        await exchange.PostAsync("/emulator/market", new { paused = true });
        return exchange;
    }

    /// <summary>Both accounts hold a position with stop and targets, and their host is dead.</summary>
    private async Task KilledWithPositionsAsync(EmulatedExchange exchange)
    {
        await using var first = HostProcess.Start(exchange.Keys, "run", "--config", Configure(exchange, Once));
        await exchange.UntilAsync(Main, t => Targets(t).Length == 2);
        await exchange.UntilAsync(Mirror, t => Targets(t).Length == 2);
        await first.StopAsync("KILL");
    }

    private static Task SlowAsync(EmulatedExchange exchange, string account, string path, int ms) => exchange.PostAsync(
        "/emulator/fault", new { match = new { account, path, count = -1 }, action = "delay", where = "reply", ms });

    private async Task<HostProcess> AgainAsync(EmulatedExchange exchange, string script = Once)
    {
        var host = HostProcess.Start(exchange.Keys, "run", "--config", Configure(exchange, script));
        await host.ReadyAsync();
        return host;
    }

    /// <summary>The books are the wallet, and each execution of the exchange stands in the ledger once, over all runs.</summary>
    private async Task EndsWellAsync(EmulatedExchange exchange, HostProcess host)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(150));
        while (await DifferenceAsync(exchange) is { } difference)
        {
            Assert.False(patience.IsCancellationRequested, difference + "\n" + string.Join('\n', host.LogSoFar()));
            await Task.Delay(100);
        }

        Assert.Equal(0, await host.StopAsync());
        foreach (var (account, key) in (IEnumerable<(string, string)>)[("main", Main), ("mirror", Mirror)])
        {
            var truth = await exchange.TruthAsync(key);
            using var journal = JournalReader.Open(JournalFile.PathOf(Data, account)).Value;
            var counted = journal.Memory().Value;
            Assert.Equal(Text(truth, "walletBalance"), counted.Account!.Books.Balance.ToString("0.########", CultureInfo.InvariantCulture));
            var start = counted.Account.Books.StartBalance;
            Assert.Equal(100_000m, start); // nothing was taken for a payment
        }
    }

    private async Task<string?> DifferenceAsync(EmulatedExchange exchange)
    {
        var (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "status", "--json", "--config", Path.Combine(_folder, "config.json"));
        Assert.True(code == 0, error);
        foreach (var account in JsonDocument.Parse(text).RootElement.GetProperty("accounts").EnumerateArray())
        {
            var truth = await exchange.TruthAsync(Text(account, "account") == "main" ? Main : Mirror);
            var (booked, held) = (decimal.Parse(Text(account, "walletBalance"), CultureInfo.InvariantCulture),
                decimal.Parse(Text(truth, "walletBalance"), CultureInfo.InvariantCulture));
            if (booked != held || account.GetProperty("recovery").GetProperty("state").GetString() != "recovered")
            {
                return $"{account}: {held} at the exchange";
            }
        }

        return null;
    }

    private static JsonElement[] Orders(JsonElement truth) =>
        [.. truth.GetProperty("openOrders").EnumerateArray().Where(o => Text(o, "orderLinkId").Length > 0)];

    private static JsonElement[] Targets(JsonElement truth) =>
        [.. Orders(truth).Where(o => o.GetProperty("reduceOnly").GetBoolean() && Text(o, "orderType") == "Limit")];

    private static JsonElement[] Positions(JsonElement truth) => [.. truth.GetProperty("positions").EnumerateArray()];

    private static JsonElement Position(JsonElement truth) => Positions(truth).Single();

    private static bool IsFlat(JsonElement truth) => Positions(truth).Length == 0;

    private static decimal Stop(JsonElement truth) => Positions(truth) is [var one] && Text(one, "stopLoss") is { Length: > 0 } stop
        ? decimal.Parse(stop, CultureInfo.InvariantCulture) : 0;

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString() ?? "";

    private string Configure(EmulatedExchange exchange, string script, string name = "once")
    {
        var file = Path.Combine(_folder, name + ".js");
        File.WriteAllText(file, script);
        var config = Path.Combine(_folder, "config.json");
        File.WriteAllText(config, $$"""
            { "mode": "demo", "dataDirectory": {{JsonSerializer.Serialize(Data)}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(file)}} }], "endpoints": {{exchange.Endpoints}} }
            """);
        return config;
    }
}
