using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Limits that keep entries out while exits and protection go on; each account has its own.</summary>
public sealed class RiskScenarios
{
    private const string Buy = "buy quantity=100 stop_loss=90";
    private static readonly string[] Quiet = ["100", "100", "100", "100"];

    private static Scenario With(Scenario scenario, RiskSettings risk) => scenario.WithEngine(o => o with { Risk = risk });

    [Fact]
    public void Entry_in_a_no_entry_window_is_refused_and_a_close_is_not()
    {
        var window = new EventNoEntry
        {
            From = new Timestamp(120_000),
            To = new Timestamp(180_000),
            Reason = "FOMC",
        };
        var outcome = With(Scenario.Candles("100", "100", "100", "100", "100"), new RiskSettings { NoEntry = [window] })
            .At(0, "buy quantity=1 stop_loss=90")
            .At(1, "close", "buy quantity=1 stop_loss=90 scale_in=true")
            .At(2, "buy quantity=2 stop_loss=90")
            .Run().Refuses("risk:no_entry").Closes("long 1 100>100 signal").IsOpen();
        Assert.Contains(outcome.Result.SignalLedger, s => s.Text.Contains("FOMC", StringComparison.Ordinal));
    }

    [Fact]
    public void Daily_loss_stops_entries_until_the_day_ends_and_leaves_the_stop()
    {
        const string Day = "86400000";
        var scenario = Scenario.Trades(
            "1000 100", "2000 100", "3000 96.9", "4000 99", "5000 99", "86399000 99", Day + " 99", "86401000 99", "86402000 89", "86403000 89");
        var outcome = With(scenario, new RiskSettings { MaxOrderNotionalPercent = 1000m, DailyLossPercent = 3m })
            .At(0, Buy, "buy quantity=1 stop_loss=90 type=limit price=95 scale_in=true tag=rest")
            .At(3, "buy quantity=1 stop_loss=90 scale_in=true")
            .At(5, "buy quantity=1 stop_loss=90 scale_in=true")
            .At(6, "buy quantity=1 stop_loss=90 scale_in=true")
            .Run().Refuses("risk:daily_loss", "risk:daily_loss").IsFlat().IsCovered().Warns("risk:daily_loss");

        Assert.Equal(["filled", "cancelled", "filled"], outcome.Orders.Where(o => o.Role == "entry").Select(o => o.Status));
        Assert.All(outcome.Trades, t => Assert.Equal(ExitReason.StopLoss, t.ExitReason));
    }

    [Fact]
    public void Drawdown_stops_entries_for_good_and_exits_go_on() =>
        With(Scenario.Candles("100", "100", "100 100 94 94", "94 99 94 99", "99", "99", "99"),
            new RiskSettings { MaxOrderNotionalPercent = 1000m, DrawdownPercent = 5m })
        .At(0, Buy)
        .At(3, "buy quantity=1 stop_loss=90 scale_in=true", "close share=50")
        .At(4, "close")
        .At(5, Buy)
        .Run().Refuses("risk:drawdown", "risk:drawdown").Closes("long 50 100>99 signal", "long 50 100>99 signal").IsFlat();

    [Fact]
    public void Amendment_that_grows_an_entry_is_an_entry()
    {
        var window = new EventNoEntry
        {
            From = new Timestamp(120_000),
            To = Timestamp.MaxValue,
            Reason = "",
        };
        With(Scenario.Candles(Quiet), new RiskSettings { NoEntry = [window] })
            .At(0, "buy quantity=1 stop_loss=90 type=limit price=95 tag=a")
            .At(1, "modify order=a quantity=2", "modify order=a price=94 quantity=0.5")
            .Run().Refuses("risk:no_entry").Leaves("entry limit buy 0.5 cancelled");
    }

    [Fact]
    public void Positions_and_entries_together_stay_within_the_leverage() =>
        With(Scenario.Candles(Quiet), new RiskSettings { MaxOrderNotionalPercent = 1000m, MaxLeverage = 2m })
            .At(0, "buy quantity=150 stop_loss=90")
            .At(1, "buy quantity=51 stop_loss=90 scale_in=true", "buy quantity=49 stop_loss=90 scale_in=true")
            .Run().Refuses("risk:max_leverage").IsOpen();

    [Theory]
    [InlineData(50, 1000, 50)]
    [InlineData(1000, 2, 200)]
    public void Clipped_entry_stays_within_the_caps(int notionalPercent, int leverage, int quantity)
    {
        var risk = new RiskSettings { MaxOrderNotionalPercent = notionalPercent, MaxLeverage = leverage };
        With(Scenario.Candles(Quiet), risk).At(0, "buy quantity=600 stop_loss=90 allow_clip=true")
            .Run().Refuses().Leaves($"entry market buy {quantity} filled");
        With(Scenario.Candles(Quiet), risk).At(0, "buy quantity=201 stop_loss=90")
            .Run().Refuses(notionalPercent == 50 ? "risk:max_order_notional" : "risk:max_leverage");
    }

    public static TheoryData<string, RiskSettings, string> MirrorLimits => new()
    {
        { "positions", new RiskSettings { MaxPositions = 0 }, "risk:max_positions" },
        { "value of an order", new RiskSettings { MaxOrderNotionalPercent = 40m }, "risk:max_order_notional" },
        { "leverage", new RiskSettings { MaxLeverage = 0.4m }, "risk:max_leverage" },
        { "a stop farther off", new RiskSettings { MinStopPercent = 11m }, "stop_too_near" },
        {
            "no entry",
            new RiskSettings { NoEntry = [new EventNoEntry { From = default, To = Timestamp.MaxValue, Reason = "" }] },
            "risk:no_entry"
        },
    };

    [Theory]
    [MemberData(nameof(MirrorLimits))]
    public void Mirror_keeps_its_own_limits_and_main_trades(string name, RiskSettings risk, string reason)
    {
        Assert.NotEmpty(name);
        var effects = Scenario.Candles(Quiet).WithMirror().WithEngine(o => o with { MirrorRisk = risk }).At(0, Buy).RunForEffects();
        var skip = Assert.Single(effects.OfType<Alert>(), a => a.Code == "mirror_skipped");
        Assert.EndsWith(reason, skip.Text, StringComparison.Ordinal);
        Assert.Single(effects.OfType<PlaceOrder>(), p => p.Account == AccountId.Main);
        Assert.DoesNotContain(effects, e => e is PlaceOrder place && place.Account == AccountId.Mirror);
    }

    [Fact]
    public void Mirror_counts_its_own_equity_for_the_loss_of_the_day()
    {
        var outcome = Scenario.Candles("100", "100", "100 100 96 96", "96", "96", "96", "96").WithMirror(balance: 5000m)
            .WithEngine(o => o with
            {
                MirrorRisk = new RiskSettings
                {
                    MaxOrderNotionalPercent = 1000m,
                    DailyLossPercent = 3m,
                },
            })
            .At(0, Buy).At(3, "close").At(4, Buy).Run();
        outcome.Refuses().IsOpen();
        outcome.Mirror.Closes("long 50 100>96 signal").IsFlat().Warns("risk:daily_loss").Warns("mirror_skipped");
    }

    [Fact]
    public void Delayed_entry_of_the_mirror_is_judged_again_when_its_time_comes()
    {
        var window = new EventNoEntry
        {
            From = new Timestamp(90_000),
            To = Timestamp.MaxValue,
            Reason = "",
        };
        var outcome = Scenario.Candles(Quiet).WithMirror(new MirrorSettings { DelayMs = 60_000 })
            .WithEngine(o => o with { MirrorRisk = new RiskSettings { NoEntry = [window] } })
            .At(0, "buy quantity=1 stop_loss=90").Run().IsOpen();
        outcome.Mirror.Leaves().Warns("mirror_skipped");
    }
}
