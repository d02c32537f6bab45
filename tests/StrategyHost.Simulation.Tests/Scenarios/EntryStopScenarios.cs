using StrategyHost.Core.Kernel;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>A resting entry beside an open position: its attached stop goes along with the position's (architecture §4).</summary>
public sealed class EntryStopScenarios
{
    private const string Buy = "buy quantity=1 stop_loss=95";
    private const string Rest = "buy quantity=1 stop_loss=90 type=limit price=99 scale_in=true tag=rest";

    private static decimal[] Amended(IEnumerable<Effect> effects) =>
        [.. effects.OfType<AmendOrder>().Where(a => a.Amendment.StopLoss is not null).Select(a => a.Amendment.StopLoss!.Value.Value)];

    [Fact]
    public void Attached_stop_follows_a_hold()
    {
        var scenario = Scenario.Candles("100", "100", "100", "100", "100 100 98 98", "98").At(0, Buy).At(1, Rest).At(2, "hold stop_loss=97");
        Assert.Equal([97m], Amended(scenario.RunForEffects()));
    }

    [Fact]
    public void Position_keeps_its_stop_when_the_entry_fills() =>
        Scenario.Candles("100", "100", "100", "100", "100 100 98 98", "98 98 96 96", "96").At(0, Buy).At(1, Rest).At(2, "hold stop_loss=97")
            .Run().ShowsStops("-", "95", "95", "97", "97", "-", "-").Closes("long 2 99.5>97 stop_loss").IsFlat().IsCovered().NeverWarns();

    [Fact]
    public void Attached_stop_follows_a_trail_and_stays_before_its_own_price() => Assert.Equal(
        [97m, 98m],
        Amended(Scenario.Candles("100", "100", "100", "100 102 100 102", "102 103 102 103", "103 110 103 110", "110")
            .At(0, "buy quantity=1 trail_amount=5")
            .At(1, Rest)
            .RunForEffects()));

    [Fact]
    public void Stop_of_a_short_goes_down() => Assert.Equal(
        [103m],
        Amended(Scenario.Candles("100", "100", "100", "100", "100")
            .At(0, "sell quantity=1 stop_loss=105")
            .At(1, "sell quantity=1 stop_loss=110 type=limit price=101 scale_in=true")
            .At(2, "hold stop_loss=103")
            .RunForEffects()));

    [Fact]
    public void Tighter_stop_of_the_entry_itself_stays() => Assert.Empty(
        Amended(Scenario.Candles("100", "100", "100", "100", "100")
            .At(0, Buy)
            .At(1, "buy quantity=1 stop_loss=98 type=limit price=99 scale_in=true")
            .At(2, "hold stop_loss=97")
            .RunForEffects()));

    [Fact]
    public void Entry_of_another_plan_that_would_join_the_position_goes_along() => Assert.Equal(
        [97m],
        Amended(Scenario.Candles("100", "100", "100 100 98.9 100", "100", "100")
            .With(new Core.Settings.StrategySettings { Pyramiding = 1 })
            .At(0, "buy quantity=1 stop_loss=95 type=limit price=99", "buy quantity=1 stop_loss=95 type=limit price=98")
            .At(2, "hold stop_loss=97")
            .RunForEffects()));

    [Fact]
    public void Modify_does_not_loosen_the_stop_that_the_entry_carries() =>
        Assert.Empty(Amended(Scenario.Candles("100", "100", "100", "100").At(0, Buy).At(1, Rest).At(2, "modify order=rest price=98").RunForEffects()));

    [Fact]
    public void Modify_to_a_price_beyond_the_positions_stop_is_refused() => Scenario.Candles("100", "100", "100", "100")
        .At(0, Buy).At(1, Rest).At(2, "modify order=rest price=94")
        .Run().Refuses("beyond_stop");

    [Fact]
    public void Script_is_not_told_of_a_stop_that_only_went_along()
    {
        var outcome = Scenario.Candles("100", "100", "100", "100", "100").At(0, Buy).At(1, Rest).At(2, "hold stop_loss=97").Run();
        Assert.Equal(["open"], outcome.Script.Orders.Where(o => o.Order.Tag == "rest").Select(o => o.Order.Status)); // nothing after on_stop
    }
}
