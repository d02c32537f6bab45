using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>With <c>use_position_monitor: false</c> a position has the stop that its entry carried, and nothing else of the host's.</summary>
public sealed class UnmanagedScenarios
{
    private static Scenario Candles(params string[] candles) =>
        Scenario.Candles(candles).WithEngine(o => o with { ManagesPositions = false });

    [Fact]
    public void Entry_keeps_its_stop_alone_and_says_what_was_left_out()
    {
        var outcome = Candles("100", "100", "100 110 100 110", "110", "110 110 94 94", "94")
            .At(0, Sig.Of("buy quantity=1 stop_loss=95 take_profit=105 trail_percent=6 close_after=60").And("breakeven", ("after_percent", 2)))
            .Run();
        outcome.Closes("long 1 100>95 stop_loss").IsFlat().IsCovered().Notes("not_managed: take_profit, trail, breakeven, time exit");
        Assert.DoesNotContain(outcome.Orders, o => o.Role == "target");
    }

    [Fact]
    public void Settings_are_left_out_too() => Candles("100", "100", "100 110 100 110", "110")
        .With(StopScenarios.Settings("take_profit_percent", 4)).At(0, "buy quantity=1 stop_loss=95")
        .Run().IsOpen().Notes("not_managed").ShowsStops("-", "95", "95", "95");

    [Theory]
    [InlineData("trail_percent=2")]
    [InlineData("trail_amount=2")]
    [InlineData("stop_loss=90 trail_percent=2")]
    public void Trail_that_the_entry_would_carry_as_a_stop_stays_as_one(string protection) =>
        Candles("100", "100", "100 110 100 110", "110").At(0, "buy quantity=1 " + protection)
            .Run().IsOpen().IsCovered().ShowsStops("-", "98", "98", "98");

    [Fact]
    public void Stop_counts_from_the_fill_as_ever() => Candles("100", "110", "110")
        .At(0, "buy quantity=1 stop_loss_percent=2")
        .Run().IsCovered().ShowsStops("-", "107.8", "107.8");

    [Fact]
    public void Mirror_is_not_managed_either()
    {
        var outcome = Candles("100", "100", "100 110 100 110", "110 110 94 94", "94").WithMirror()
            .At(0, "buy quantity=1 stop_loss=95 take_profit=105").Run();
        outcome.Mirror.Closes("long 0.5 100>95 stop_loss").IsFlat().IsCovered();
    }

    [Fact]
    public void Script_still_tightens_and_closes() => Candles("100", "100", "100", "100", "100", "100")
        .At(0, "buy quantity=1 stop_loss=95").At(1, "hold stop_loss=97").At(3, "close")
        .Run().Closes("long 1 100>100 signal").IsFlat().ShowsStops("-", "95", "97", "97", "-", "-");

    [Theory]
    [InlineData("hold trail_percent=1")]
    [InlineData("hold take_profit=105")]
    [InlineData("close type=trailing_stop trail_percent=1 share=50")]
    [InlineData("close type=trailing_stop trail_percent=1")]
    public void What_would_have_to_be_managed_later_is_refused(string signal) => Candles("100", "100", "100")
        .At(0, "buy quantity=1 stop_loss=95").At(1, signal).Run().Refuses("not_managed").IsOpen();

    [Fact]
    public void Entry_that_trails_is_refused() => Candles("100", "100")
        .At(0, "buy quantity=1 type=trailing_stop trail_percent=1 stop_loss=95").Run().Refuses("not_managed");
}
