using StrategyHost.Core.Kernel;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>
/// Entries of type trailing_stop: they wait behind the market for it to turn. Their trail is the entry's own; the position's comes from
/// the settings.
/// </summary>
public sealed class TrailingEntryScenarios
{
    private const string Buy = "buy quantity=1 type=trailing_stop trail_percent=2 stop_loss_percent=5";

    [Fact]
    public void Buy_follows_the_market_down_and_enters_when_it_turns() =>
        Scenario.Candles("100", "100 100 90 90", "90 92 90 92", "92 92 80 80", "80")
            .At(0, Buy)
            .Run().Closes("long 1 91.8>87.3 stop_loss").IsFlat().IsCovered().NeverWarns()
            .Leaves("entry trailing_stop buy 1 filled", "stop stop_market sell 1 filled");

    [Fact]
    public void Sell_follows_the_market_up() =>
        Scenario.Candles("100", "100 110 100 110", "110 110 107 107", "107 120 107 120", "120")
            .At(0, "sell quantity=1 type=trailing_stop trail_amount=2 stop_loss=115")
            .Run().Closes("short 1 108>115 stop_loss").IsFlat().IsCovered().NeverWarns();

    [Fact]
    public void Trigger_never_moves_away_from_the_market() =>
        Scenario.Candles("100", "100 101 100 101", "101 102.5 101 102", "102").At(0, Buy)
            .Run().IsOpen().Leaves("entry trailing_stop buy 1 filled");

    [Fact]
    public void Turn_within_a_candle_enters_at_the_next_open() =>
        Scenario.Candles("100", "100 100 90 95", "96 96 91 91", "91 91 80 80", "80").At(0, Buy)
            .Run().Closes("long 1 96>91.2 stop_loss").IsFlat().IsCovered().NeverWarns()
            .Leaves("entry trailing_stop buy 1 cancelled", "entry market buy 1 filled", "stop stop_market sell 1 filled");

    [Fact]
    public void Turn_below_an_absolute_stop_is_not_entered_before_the_stop_protects()
    {
        var outcome = Scenario.Candles("100", "100 100 97 97", "97 97 80 80", "80 95 80 95", "95 97 95 97", "97", "97")
            .At(0, "buy quantity=1 type=trailing_stop trail_percent=2 stop_loss=96").Run();
        outcome.IsOpen().IsCovered().NeverWarns();
        Assert.Equal(("market", 97m), outcome.Orders.Where(o => o.Status == "filled").Select(o => (o.Type, o.AveragePrice!.Value)).Single());
    }

    [Fact]
    public void Position_trails_by_the_settings_and_not_by_the_entry() =>
        Scenario.Candles("100", "100 100 90 90", "90 92 90 92", "92 100 92 100", "100 100 90 90", "90")
            .With(StopScenarios.Settings("trail_percent", 4))
            .At(0, "buy quantity=1 type=trailing_stop trail_percent=2")
            .Run().Closes("long 1 91.8>96 trailing_stop").IsFlat().IsCovered();

    [Fact]
    public void Without_a_stop_of_the_position_it_is_refused() =>
        Scenario.Candles("100", "100").At(0, "buy quantity=1 type=trailing_stop trail_percent=2").Run().Refuses("stop_required");

    [Fact]
    public void Sale_whose_trail_reaches_below_zero_is_refused() =>
        Scenario.Candles("100", "100").At(0, "sell quantity=1 type=trailing_stop trail_amount=100 stop_loss=120").Run().Refuses("trail_too_wide");

    [Fact]
    public void Trail_below_a_tick_enters_now() =>
        Scenario.Candles("100", "100", "100").At(0, "buy quantity=1 type=trailing_stop trail_amount=0.01 stop_loss=95")
            .Run().IsOpen().Leaves("entry market buy 1 filled");

    [Fact]
    public void Waiting_entry_counts_as_one() =>
        Scenario.Candles("100", "100", "100").At(0, Buy).At(1, "buy quantity=1 stop_loss=95").Run().Refuses("already_in");

    [Theory]
    [InlineData("cancel order=t")]
    [InlineData("cancel order=entries")]
    public void Cancel_takes_it_back(string cancel) =>
        Scenario.Candles("100", "100 100 90 90", "90 92 90 92", "92").At(0, Buy + " tag=t").At(1, cancel)
            .Run().IsFlat().Leaves("entry trailing_stop buy 1 cancelled");

    [Fact]
    public void Expiry_takes_it_back() =>
        Scenario.Candles("100", "100 100 90 90", "90", "90 95 90 95", "95").At(0, Buy + " expires_candles=2")
            .Run().IsFlat().Leaves("entry trailing_stop buy 1 cancelled");

    [Fact]
    public void Other_order_of_its_oco_takes_it_back() =>
        Scenario.Candles("100", "100 100 90 90", "90 92 90 92", "92")
            .At(0, Buy + " oco=x", "buy quantity=1 type=limit price=95 stop_loss=80 oco=x")
            .Run().IsOpen().Leaves("entry trailing_stop buy 1 cancelled", "entry limit buy 1 filled");

    [Fact]
    public void Flip_closes_now_and_trails_into_the_other_side() =>
        Scenario.Candles("100", "100", "100 110 100 110", "110 110 107 107", "107")
            .At(0, "buy quantity=1 stop_loss=95")
            .At(1, "sell quantity=2 type=trailing_stop trail_percent=2 stop_loss_percent=5 flip=true")
            .Run().Closes("long 1 100>100 signal").IsOpen().IsCovered()
            .Leaves("entry market buy 1 filled", "signal market sell 1 filled", "entry trailing_stop sell 2 filled");

    [Fact]
    public void Attached_stop_goes_down_with_the_trigger_in_the_same_request()
    {
        var amended = Amended(Scenario.Candles("100", "100 100 90 90", "90", "90 90 89 89", "89").At(0, Buy));
        Assert.Equal([(91.8m, 87.3m), (90.7m, 86.2m)], amended);
    }

    [Fact]
    public void Scale_in_keeps_the_positions_stop_where_that_is_tighter()
    {
        var amended = Amended(Scenario.Candles("100", "100", "100 100 96 96", "96")
            .At(0, "buy quantity=1 stop_loss=95")
            .At(1, Buy + " scale_in=true"));
        Assert.Equal([(97.9m, 95m)], amended); // from 96.9, and not to 93.1
    }

    [Fact]
    public void Modify_gives_another_distance_from_the_same_low()
    {
        var amended = Amended(Scenario.Candles("100", "100 100 90 90", "90 91 90 91", "91")
            .At(0, Buy + " tag=t").At(1, "modify order=t trail_percent=4"));
        Assert.Equal([(91.8m, 87.3m), (93.6m, 89m)], amended);
    }

    [Fact]
    public void Modify_to_a_distance_that_the_market_has_turned_already_enters_now() =>
        Scenario.Candles("100", "100 100 90 90", "90 91 90 91", "91", "91").At(0, Buy + " tag=t").At(2, "modify order=t trail_percent=1")
            .Run().IsOpen().IsCovered().Leaves("entry trailing_stop buy 1 cancelled", "entry market buy 1 filled");

    [Theory]
    [InlineData("modify order=t stop_price=95")]
    [InlineData("modify order=t trail_percent=null")]
    public void Modify_of_what_makes_it_a_trail_is_refused(string modify) =>
        Scenario.Candles("100", "100", "100").At(0, Buy + " tag=t").At(1, modify).Run().Refuses("not_with_type");

    [Fact]
    public void Ticks_move_it_at_most_once_a_second_and_by_the_least_step()
    {
        var effects = Scenario.Trades(
            [.. Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{1000 + (i * 100)} {1000 - i}"))])
            .At(0, Buy).RunForEffects();
        Assert.InRange(effects.OfType<AmendOrder>().Count(), 3, 4);
    }

    private static (decimal?, decimal?)[] Amended(Scenario scenario) =>
        [.. scenario.RunForEffects().OfType<AmendOrder>().Select(a => (a.Amendment.TriggerPrice?.Value, a.Amendment.StopLoss?.Value))];
}
