using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Signals;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Tests.Backtest;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>
/// What a backtest finds about orders and results of each account by itself (mission 004), and that looking changes nothing. Leverage 5.
/// </summary>
public sealed class FindingScenarios
{
    private const long Minute = 60_000;

    private static Scenario Standing(int candles) => Watched(Scenario.Candles([.. Enumerable.Repeat("100", candles)]));

    private static Scenario Watched(Scenario scenario) => scenario.WithEngine(o => o with { WatchesAccounts = true });

    private static string[] Found(Outcome outcome) =>
        [.. outcome.Account.Findings.Select(f => FormattableString.Invariant($"{f.Code} {f.Count} {f.First.Ms / Minute} {f.Last.Ms / Minute}"))];

    [Fact]
    public void Entries_that_hold_more_than_thirty_percent_are_found_at_their_placement_on_the_account_that_it_is_true_of()
    {
        // Main holds 150 × 99 / 5 = 2,970 of 10,000, then 3,002; the mirror half of it: 1,501 of 10,000.
        var main = Standing(8).WithMirror().At(1, "buy type=limit price=99 quantity=150 stop_loss=90")
            .At(3, "buy type=limit price=100 quantity=1.6 stop_loss=90 scale_in=true").Run();
        Assert.Equal(["fragmented 1 4 4"], Found(main));
        Assert.Empty(Found(main.Mirror));
        Assert.Contains("3002 of a balance of 10000: more than 30 %", main.Account.Findings[0].Firsts[0].Text, StringComparison.Ordinal);

        // The mirror's 1,485 are more than 30 % of 4,900, and main's 2,970 are less than 30 % of its 10,000.
        var mirror = Standing(8).WithMirror(balance: 4_900m).At(1, "buy type=limit price=99 quantity=150 stop_loss=90").Run();
        Assert.Empty(Found(mirror));
        Assert.Equal(["fragmented 1 2 2"], Found(mirror.Mirror));
    }

    [Fact]
    public void Fragmentation_is_found_again_only_after_it_was_over()
    {
        var outcome = Standing(10).At(0, "buy type=limit price=99 quantity=160 stop_loss=90")
            .At(2, "cancel order=all").At(5, "buy type=limit price=99 quantity=160 stop_loss=90")
            .At(7, "buy type=limit price=98 quantity=1 stop_loss=90 scale_in=true").Run();
        Assert.Equal(["fragmented 2 1 6"], Found(outcome));
    }

    /// <summary>Placed at minute 5, of an hour at 65, looked for at 70.</summary>
    [Theory]
    [InlineData(AccountScope.Main)]
    [InlineData(AccountScope.Mirror)]
    [InlineData(AccountScope.Both)]
    public void Entry_that_waits_for_an_hour_is_found_at_the_next_ten_minutes_on_its_account(AccountScope scope)
    {
        var outcome = Standing(140).WithMirror().With(new StrategySettings { Accounts = scope })
            .At(4, "buy type=limit price=90 quantity=1 stop_loss=80").Run();
        string[] expected = ["stale_entry 1 70 70"];
        Assert.Equal(scope == AccountScope.Mirror ? [] : expected, Found(outcome));
        Assert.Equal(scope == AccountScope.Main ? [] : expected, Found(outcome.Mirror));
        var text = (scope == AccountScope.Mirror ? outcome.Mirror : outcome).Account.Findings[0].Firsts[0].Text;
        Assert.Contains("BTCUSDT at 90, waits for 65 min", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Entry_that_fills_or_is_taken_back_within_the_hour_is_none()
    {
        var candles = Enumerable.Repeat("100", 140).ToArray();
        candles[50] = "100 100 95 100";
        var outcome = Watched(Scenario.Candles(candles))
            .At(0, "buy type=limit price=96 quantity=1 stop_loss=80", "buy type=limit price=90 quantity=1 stop_loss=80 scale_in=true tag=low")
            .At(55, "cancel order=low").Run().IsOpen();
        Assert.Empty(Found(outcome));
    }

    [Fact]
    public void Entries_each_count_and_the_first_twenty_keep_their_texts()
    {
        var scenario = Standing(200).With(new StrategySettings { Pyramiding = 100 });
        for (var i = 0; i < 25; i++)
        {
            scenario.At(i, "buy type=limit price=90 quantity=1 stop_loss=80 scale_in=true");
        }

        var finding = Assert.Single(scenario.Run().Account.Findings); // sent at minutes 1 to 25, of an hour at 61 to 85
        Assert.Equal(("stale_entry", 25L, 70L, 90L), (finding.Code, finding.Count, finding.First.Ms / Minute, finding.Last.Ms / Minute));
        Assert.Equal(20, finding.Firsts.Count);
    }

    [Fact]
    public void Ten_losing_trades_and_a_fall_of_over_ten_percent_are_found_on_the_account_that_has_them()
    {
        // Each trade loses 2 % of 70 × 100, so 140 of main's 10,000, and fees; the mirror is too large for ten percent.
        var scenario = Watched(Scenario.Candles([.. Enumerable.Range(0, 60).Select(i => i % 4 == 2 ? "100 100 98 98" : i % 4 == 3 ? "98" : "100")]))
            .WithMirror(balance: 100_000m);
        for (var i = 0; i < 10; i++)
        {
            scenario.At(i * 4, "buy quantity=70 stop_loss=90").At((i * 4) + 2, "close");
        }

        var outcome = scenario.Run();
        Assert.Equal((10, 10), (outcome.Trades.Count, outcome.Mirror.Trades.Count));
        Assert.Equal(["drawdown", "expectancy_negative"], outcome.Account.Findings.Select(f => f.Code));
        Assert.Equal(["expectancy_negative"], outcome.Mirror.Account.Findings.Select(f => f.Code));
        Assert.Empty(outcome.Result.Warnings);
    }

    [Fact]
    public void Nothing_is_found_where_nobody_asked()
    {
        var outcome = Scenario.Candles([.. Enumerable.Repeat("100", 140)]).At(4, "buy type=limit price=90 quantity=170 stop_loss=80").Run();
        Assert.Empty(outcome.Account.Findings);
    }

    /// <summary>Looking changes no order, trade or figure, and runs find the same at the same times as one event after the other.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Looking_changes_nothing_and_runs_find_the_same(int seed)
    {
        var tape = new SymbolTape { Symbol = Scenario.Btc, Klines = [RandomMarket.Klines(Scenario.Btc, seed, 4000)] };
        var (watched, single, blind) = (Run(true, false), Run(true, true), Run(false, false));

        Assert.Contains(watched.Accounts[0].Findings, f => f.Code == "stale_entry");
        Assert.Contains(watched.Accounts[1].Findings, f => f.Code == "stale_entry");
        Assert.Equal(Text(single), Text(watched));
        Assert.Equal(blind.Orders, watched.Orders);
        Assert.Equal(blind.Trades, watched.Trades);
        Assert.Equal(blind.SignalLedger, watched.SignalLedger);
        Assert.Equal(blind.Warnings, watched.Warnings);
        Assert.Equal(Figures(blind), Figures(watched));

        BacktestResult Run(bool watches, bool oneByOne)
        {
            var options = Backtests.Options(new Waiting(seed), instrument: Scenario.Instrument) with { OneByOne = oneByOne };
            return Backtests.Run(options with { Engine = options.Engine with { WatchesAccounts = watches } }, tape);
        }

        static string Text(BacktestResult run) => JsonSerializer.Serialize(run.Accounts.Select(a => a.Findings));
        static object[] Figures(BacktestResult run) =>
            [.. run.Accounts.Select(a => (object)(a.EndEquity, a.Fees, a.Funding, a.MaxDrawdown, a.Coverage, a.ExposureMs))];
    }

    /// <summary>Leaves limits below the market, some for long, some until they fill.</summary>
    private sealed class Waiting(int seed) : TestKit.CSharpScript
    {
        private readonly Random _random = new(seed);

        public override Core.Strategies.ScriptCallbacks Callbacks => Core.Strategies.ScriptCallbacks.Kline;

        protected override Core.Strategies.ScriptValue OnKline(Kline kline, double stop)
        {
            var close = new Price(kline.Close).ToDouble();
            return _random.Next(200) switch
            {
                0 => Signal(("action", "buy"), ("type", "limit"), ("price", close * 0.99), ("quantity", 3), ("stop_loss_percent", 3)),
                1 => Signal(("action", "buy"), ("type", "limit"), ("price", close * 0.6), ("quantity", 2), ("stop_loss_percent", 3)),
                2 => Signal(("action", "cancel"), ("order", "all")),
                3 => Signal(("action", "close")),
                _ => default,
            };
        }
    }
}
