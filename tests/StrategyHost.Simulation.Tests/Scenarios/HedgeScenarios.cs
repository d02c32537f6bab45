using StrategyHost.Core.Domain;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Hedge mode: two legs on one symbol, each with orders and stops of its own.</summary>
public sealed class HedgeScenarios
{
    private const string Long = "buy quantity=1 stop_loss=95 position_side=long";
    private const string Short = "sell quantity=2 stop_loss=105 position_side=short";

    [Fact]
    public void Hedge_mode_holds_both_legs_and_closes_the_named_one()
    {
        var outcome = Hedged("100", "100", "100", "100", "100", "100", "100")
            .At(0, Long, Short)
            .At(2, "close position_side=short")
            .At(4, "sell quantity=0.4 position_side=long")
            .Run();
        outcome.Refuses().Closes("short 2 100>100 signal", "long 0.4 100>100 signal").IsOpen().IsCovered();
    }

    [Fact]
    public void Hedge_legs_have_stops_of_their_own() => Hedged("100", "100", "100 106 100 104", "104 104 94 94", "94")
        .At(0, Long, Short)
        .Run().Closes("short 2 100>105 stop_loss", "long 1 100>95 stop_loss").IsFlat().IsCovered().NeverWarns();

    [Fact]
    public void Close_without_a_side_closes_both_legs() => Hedged("100", "100", "100", "100", "100")
        .At(0, Long, Short)
        .At(2, "close")
        .Run().Refuses().Closes("long 1 100>100 signal", "short 2 100>100 signal").IsFlat();

    [Fact]
    public void Close_without_a_side_closes_the_leg_that_there_is() => Hedged("100", "100", "100", "100")
        .At(0, Short)
        .At(2, "close")
        .Run().Refuses().Closes("short 2 100>100 signal").IsFlat();

    [Fact]
    public void Close_of_a_share_takes_it_from_both_legs_and_both_followers()
    {
        var outcome = Hedged("100", "100", "100", "100", "100").WithMirror()
            .At(0, Long, Short)
            .At(2, "close share=50")
            .Run().Refuses().Closes("long 0.5 100>100 signal", "short 1 100>100 signal");
        outcome.Mirror.Closes("long 0.25 100>100 signal", "short 0.5 100>100 signal");
    }

    [Fact]
    public void Context_shows_the_larger_leg_and_fills_the_leg_that_filled()
    {
        var outcome = Hedged("100", "100", "100", "100", "100")
            .At(0, Short, Long)
            .At(2, "close position_side=short")
            .Run();

        Assert.Equal(["short 2", "long 1", "short 0"], outcome.Script.Fills.Select(f => $"{f.Position!.Side.Text()} {f.Position.Size}"));
        Assert.Equal(
            ["", "short 2", "short 2", "long 1", "long 1"],
            outcome.Script.Views.Select(v => v.Positions.Count == 0 ? "" : $"{v.Positions[0].Side.Text()} {v.Positions[0].Size}"));
    }

    [Fact]
    public void Hold_without_a_side_is_for_the_larger_leg() => Hedged("100", "100", "100", "100 103.5 100 103", "103")
        .At(0, Long, Short)
        .At(1, "hold stop_loss=103")
        .Run().Refuses().Closes("short 2 100>103 stop_loss").IsOpen().IsCovered();

    private static Scenario Hedged(params string[] candles) => Scenario.Candles(candles)
        .WithEngine(o => o with { Main = o.Main with { PositionMode = PositionMode.Hedge } });
}
