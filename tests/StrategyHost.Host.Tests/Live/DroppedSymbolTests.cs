using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Alerts;

namespace StrategyHost.Host.Tests.Live;

/// <summary>A strategy no longer names a symbol on which it has a position: the next run follows its market, or says that it cannot judge.</summary>
public sealed class DroppedSymbolTests : IDisposable
{
    private const string Both = """
        function settings() { return { symbols: ['BTCUSDT', 'ETHUSDT'], interval: '1m' }; }
        function on_trade(trade, ctx) {
          if (trade.symbol === 'ETHUSDT' && ctx.orders.length === 0) { return { action: 'buy', symbol: 'ETHUSDT', quantity: 1, stop_loss_percent: 5 }; }
        }
        """;

    private const string One = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m' }; }
        function on_trade(trade, ctx) { return { action: 'buy', type: 'limit', price: 90, quantity: 1, stop_loss_percent: 1 }; }
        """;

    private const string HoldsEth = """
        function settings() { return { symbols: ['BTCUSDT', 'ETHUSDT'], interval: '1m', timer_ms: 200 }; }
        function on_timer(time, ctx) {
          if (!ctx.positions.ETHUSDT && ctx.orders.length === 0) {
            return { action: 'buy', symbol: 'ETHUSDT', quantity: 10, stop_loss_percent: 20, accounts: 'main' };
          }
        }
        """;

    private static readonly Symbol Eth = new("ETHUSDT");
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-dropped-").FullName;

    [Fact]
    public async Task Market_of_a_dropped_symbol_is_followed_and_nothing_is_entered_before_its_price_is_known()
    {
        await HoldEthAsync();
        var venue = new PlayedVenue
        {
            Positions = [Position()],
        };
        await using var run = await PlayedRun.StartAsync(_folder, One, venue);
        var followed = Assert.Single(venue.Followed, f => f.Symbol == Eth);
        Assert.True(followed.Ticker && followed.Trades);
        venue.Trades(100m);
        await run.UntilAsync(() => run.Log.Lines.Any(l => l.Contains("not_ready", StringComparison.Ordinal)));
        Assert.Contains(run.Log.Lines, l => l.Contains("no price of ETHUSDT", StringComparison.Ordinal));
        Assert.DoesNotContain(venue.Sent, e => e is PlaceOrder { Request.ReduceOnly: false });
        var problem = Assert.Single(await LookAsync(run));
        Assert.Equal(("no_price", "ETHUSDT", true), (problem.Code, problem.Symbol, problem.IsAtRisk));

        venue.Trades(3000m, Eth);
        venue.Trades(100m);
        await run.UntilAsync(() => venue.Sent.Any(e => e is PlaceOrder { Request.ReduceOnly: false }));
        Assert.DoesNotContain(await LookAsync(run), p => p.Code == "no_price");
    }

    /// <summary>By the wire: what ETHUSDT loses is seen although no strategy names it any more.</summary>
    [Fact]
    public async Task Loss_on_a_dropped_symbol_reaches_the_limit_of_the_account()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        await exchange.PostAsync("/emulator/market", new { paused = true });
        await exchange.PostAsync("/emulator/price", new { symbol = "ETHUSDT", price = "3000" });
        var more = $"\"mode\": \"demo\", \"risk\": {{ \"dailyLossPercent\": 1 }}, \"endpoints\": {exchange.Endpoints},";
        await using (var host = HostProcess.Start(exchange.Keys, "run", "--config", Configure(HoldsEth, more)))
        {
            await host.LogAsync("main entry Buy 10 ETHUSDT filled");
            Assert.Equal(0, await host.StopAsync());
        }

        await using var again = HostProcess.Start(exchange.Keys, "run", "--config", Configure(One, more));
        await again.ReadyAsync();
        await again.LogAsync("main recovered 1 plans");
        await exchange.PostAsync("/emulator/price", new { symbol = "ETHUSDT", price = "2700" });
        await again.LogAsync("risk:daily_loss");
        Assert.Equal(0, await again.StopAsync());
    }

    [Fact]
    public async Task Simulated_account_goes_on_with_a_position_on_a_dropped_symbol()
    {
        await using (var host = HostProcess.Start("run", "--config", Configure(HoldsEth)))
        {
            await host.LogAsync("main entry Buy 10 ETHUSDT filled");
            Assert.Equal(0, await host.StopAsync());
        }

        await using var again = HostProcess.Start("run", "--config", Configure(One));
        await again.ReadyAsync();
        await again.LogAsync("main recovered 1 plans");
        await again.LogAsync("strategy buy BTCUSDT: accepted");
        Assert.Equal(0, await again.StopAsync());
    }

    /// <summary>Between two runs one strategy drops a symbol and another takes it; the first one's position is still open.</summary>
    [Fact]
    public async Task Newcomer_on_a_symbol_with_a_position_of_another_strategy_enters_nothing_and_the_host_starts()
    {
        var newcomer = Path.Combine(_folder, "newcomer.js");
        await using (var host = HostProcess.Start("run", "--config", Configure(HoldsEth)))
        {
            await host.LogAsync("main entry Buy 10 ETHUSDT filled");
            Assert.Equal(0, await host.StopAsync());
        }

        await File.WriteAllTextAsync(newcomer, """
            function settings() { return { symbols: ['ETHUSDT'], interval: '1m', timer_ms: 200 }; }
            function on_timer(time, ctx) { return { action: 'buy', symbol: 'ETHUSDT', quantity: 1, stop_loss_percent: 20 }; }
            """);
        var config = Configure(One);
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace(
            "\"strategies\": [", $"\"strategies\": [{{ \"file\": {JsonSerializer.Serialize(newcomer)} }}, ", StringComparison.Ordinal));
        await using var again = HostProcess.Start("run", "--config", config);
        await again.ReadyAsync();
        await again.LogAsync("newcomer enters nothing on ETHUSDT for now: strategy still has plan 1 on ETHUSDT (main: long 10)");
        await again.LogAsync("newcomer buy ETHUSDT: not_ready strategy still has plan 1 on ETHUSDT");
        Assert.Equal(0, await again.StopAsync());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<IReadOnlyList<HealthProblem>> LookAsync(PlayedRun run) =>
        SessionHealth.LookAsync(run.Session, new StrategyHost.TestKit.ManualTime(), CancellationToken.None);

    private string Configure(string script, string more = "")
    {
        var file = Path.Combine(_folder, "strategy.js");
        File.WriteAllText(file, script);
        var config = Path.Combine(_folder, "config.json");
        File.WriteAllText(config, $$"""
            { {{more}} "dataDirectory": {{JsonSerializer.Serialize(Path.Combine(_folder, "data"))}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(file)}} }] }
            """);
        return config;
    }

    private async Task HoldEthAsync()
    {
        await using var run = await PlayedRun.StartAsync(_folder, Both);
        run.Venue.Trades(3000m, Eth);
        var entry = Assert.IsType<PlaceOrder>(await run.Venue.FirstAsync()).Request;
        run.Venue.Fills(entry, 3000m);
        await run.UntilAsync(() => run.Log.Lines.Any(l => l.Contains("\"ETHUSDT\" \"filled\"", StringComparison.Ordinal)));
    }

    private static PositionReport Position() => new()
    {
        Account = AccountId.Main,
        At = default,
        Symbol = Eth,
        Side = PositionSide.Long,
        Size = Quantity.Of(1m),
        AveragePrice = 3000m,
        StopLoss = Price.Of(2850m),
    };
}
