using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Settings;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Each way in which a mirror may follow differently (contracts §2.2, §3), by configuration and per trade.</summary>
public sealed class MirrorOptionScenarios
{
    private static readonly string[] Quiet = ["100", "100", "100", "100", "100", "100"];
    private const string Buy = "buy quantity=1 stop_loss=95";

    [Fact]
    public void Signal_may_set_the_delay_of_its_trade()
    {
        var outcome = Scenario.Candles("100", "100", "100.1", "100.2", "100.2").WithMirror()
            .At(0, Sig.Of(Buy).And("mirror", ("delay_ms", 60_000))).Run();
        var entry = outcome.Mirror.Leaves("entry market buy 0.5 filled").IsCovered().Orders[0];
        Assert.Equal(60_000, entry.Time.Ms - outcome.Orders[0].Time.Ms);
    }

    [Fact]
    public void Signal_may_take_the_delay_away() =>
        Scenario.Candles(Quiet).WithMirror(new MirrorSettings { DelayMs = 600_000 })
            .At(0, Sig.Of(Buy).And("mirror", ("delay_ms", 0)))
            .Run().Mirror.Leaves("entry market buy 0.5 filled");

    [Fact]
    public void Signal_may_reverse_its_trade_alone()
    {
        var outcome = Scenario.Candles("100", "100", "100", "100", "100", "100").WithMirror()
            .At(0, Sig.Of(Buy).And("mirror", ("reverse", true))).At(2, "close").At(3, Buy).Run();
        outcome.Mirror.Closes("short 0.5 100>100 signal").IsOpen().IsCovered();
        Assert.Equal([Side.Sell, Side.Buy, Side.Buy], outcome.Mirror.Orders.Select(o => o.Side));
    }

    [Fact]
    public void Signal_may_set_everything_at_once() =>
        Scenario.Candles(Quiet).WithMirror()
            .At(0, Sig.Of(Buy).And("mirror", ("proportion", 0.2), ("delay_ms", 60_000), ("reverse", true)))
            .Run().Mirror.Leaves("entry market sell 0.2 filled").IsOpen().IsCovered();

    [Fact]
    public void Proportion_of_equity_multiplies_both_and_is_read_at_the_signal()
    {
        // With taker fees of 0.055 % each way main has 10,000 − 500 − 10.725 left, the mirror 2,500 − 62.5 − 1.340625.
        var outcome = Scenario.Candles("100", "100", "100 100 90 90", "90", "90", "90")
            .WithMirror(new MirrorSettings { Proportion = 0.5m, ProportionOf = ProportionOf.Equity }, balance: 2500m)
            .At(0, "buy quantity=100 stop_loss=95").At(3, "buy quantity=10 stop_loss=85").Run();
        Assert.Equal(["12.5", "1.283"], outcome.Mirror.Orders.Where(o => o.Role == "entry").Select(o => o.Quantity.ToString()));
    }

    [Fact]
    public void Mirror_may_be_conservative_while_main_is_fast()
    {
        var outcome = Scenario.Candles("100", "100", "100 100 97 98", "98")
            .With(StopScenarios.Settings("take_profit_percent", 4))
            .WithMirror(new MirrorSettings { Approach = Approach.Conservative, MaxDeviationPercent = 100m })
            .At(0, "buy quantity=0.9 stop_loss=94").Run();
        Assert.Equal(["market 0.9"], outcome.Orders.Where(o => o.Role == "entry").Select(o => $"{o.Type} {o.Quantity}"));
        var entries = outcome.Mirror.IsCovered().Orders.Where(o => o.Role == "entry");
        Assert.Equal(["limit 0.15 100", "limit 0.15 98", "limit 0.15 96"], entries.Select(o => $"{o.Type} {o.Quantity} {o.Price}"));
    }

    [Fact]
    public void Limits_of_the_mirrors_profile_are_its_own()
    {
        var two = Scenario.Candles(Quiet).WithMirror()
            .WithEngine(o => o with { MirrorRisk = new RiskSettings { AllowDca = false } })
            .At(0, Buy).At(1, "buy quantity=1 stop_loss=95 type=limit price=99 scale_in=true").Run();
        two.Refuses();
        two.Mirror.Leaves("entry market buy 0.5 filled").Warns("mirror_skipped");
    }

    [Theory]
    [InlineData("BTCUSDT", true)]
    [InlineData("ETHUSDT", false)]
    public void Only_named_symbols_are_mirrored(string symbol, bool isMirrored)
    {
        var outcome = Scenario.Candles(Quiet).WithMirror(new MirrorSettings { Symbols = [new Symbol(symbol)] }).At(0, Buy).Run();
        outcome.IsOpen();
        outcome.Mirror.Leaves(isMirrored ? ["entry market buy 0.5 filled"] : []);
    }

    [Fact]
    public void Rounded_up_entry_is_not_sold_down_later()
    {
        var outcome = Scenario.Candles(Quiet).WithMirror(new MirrorSettings { BelowMinimum = BelowMinimum.RoundUp })
            .At(0, "buy quantity=0.08 stop_loss=95").At(1, "buy quantity=1 stop_loss=95 scale_in=true").At(3, "close").Run();
        outcome.Mirror.Leaves("entry market buy 0.05 filled", "entry market buy 0.5 filled", "signal market sell 0.55 filled").IsFlat();
    }

    [Fact]
    public void Entry_that_is_not_done_in_its_time_is_skipped()
    {
        // Main has all of it at 100; the lower two parts of the mirror's entry have 30 s from then on.
        var outcome = Scenario.Trades("1000 100", "2000 100", "31000 99.9", "33000 99.9", "40000 96.5")
            .WithMirror(new MirrorSettings { Approach = Approach.Conservative, MaxDeviationPercent = 100m })
            .At(0, "buy quantity=0.9 stop_loss=94").Run();
        outcome.Mirror.Leaves("entry limit buy 0.15 filled", "entry limit buy 0.15 cancelled", "entry limit buy 0.15 cancelled");
        outcome.Mirror.Warns("mirror_skipped");
        Assert.Contains(outcome.Result.Warnings, w => w.EndsWith("entry_ttl", StringComparison.Ordinal));
    }

    [Fact]
    public void Close_is_followed_however_late_the_mirror_entered()
    {
        var outcome = Scenario.Candles("100", "100", "100.1", "100.2", "110", "110").WithMirror(new MirrorSettings { DelayMs = 60_000 })
            .At(0, Buy).At(4, "close").Run();
        outcome.Mirror.Closes("long 0.5 100.1>110 signal").IsFlat();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mirror_goes_to_its_own_breakeven_with_main_also_inside_a_quiet_run(bool oneByOne)
    {
        // Main at 100, the mirror a minute later at 100.8; main's breakeven at 101 moves the mirror's stop to 100.8, not to 100.
        var outcome = Scenario.Candles("100", "100 100.8 100 100.8", "100.8", "100.8 101.5 100.8 101.2", "101.2", "101.2 101.2 100.7 100.7", "100.7")
            .WithMirror(new MirrorSettings { DelayMs = 60_000, MaxDeviationPercent = 2m })
            .WithOptions(o => o with { OneByOne = oneByOne })
            .At(0, Sig.Of(Buy).And("breakeven", ("after_percent", 1))).Run();
        outcome.Closes().IsOpen().IsCovered();
        outcome.Mirror.Closes("long 0.5 100.8>100.8 breakeven").IsCovered();
    }

    [Fact]
    public void Mirror_in_one_way_mode_takes_one_leg_of_a_hedged_main()
    {
        var outcome = Hedged("100", "100", "100", "100", "100")
            .At(0, "buy quantity=1 stop_loss=95 position_side=long", "sell quantity=2 stop_loss=105 position_side=short")
            .At(2, "close position_side=short").At(3, "close position_side=long").Run();
        outcome.Closes("short 2 100>100 signal", "long 1 100>100 signal").IsFlat();
        outcome.Mirror.Closes("long 0.5 100>100 signal").IsFlat().IsCovered().Warns("mirror_skipped");
        Assert.Contains(outcome.Result.Warnings, w => w.EndsWith("opposite_position", StringComparison.Ordinal));
    }

    [Fact]
    public void Mirror_in_one_way_mode_takes_the_other_leg_once_the_first_is_closed()
    {
        var outcome = Hedged("100", "100", "100", "100", "100", "100")
            .At(0, "buy quantity=1 stop_loss=95 position_side=long").At(2, "close position_side=long")
            .At(3, "sell quantity=2 stop_loss=105 position_side=short").Run();
        outcome.Mirror.Closes("long 0.5 100>100 signal").IsOpen().IsCovered();
    }

    private static Scenario Hedged(params string[] candles) => Scenario.Candles(candles)
        .WithEngine(o => o with { Main = o.Main with { PositionMode = PositionMode.Hedge } })
        .WithMirror()
        .WithEngine(o => o with { Mirror = o.Mirror! with { PositionMode = PositionMode.OneWay } }); // WithMirror made it
}
