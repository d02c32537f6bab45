using StrategyHost.Core.Kernel;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Orders that wait for a price before they begin to trail: held by the host, unknown to the exchange until then.</summary>
public sealed class TrailActivationScenarios
{
    private const string Buy = "buy quantity=1 type=trailing_stop trail_percent=2 trail_activation=95 stop_loss_percent=5 tag=t";

    [Fact]
    public void Entry_starts_to_trail_where_it_was_told() =>
        Scenario.Candles("100", "100 103 99 103", "103 103 94 94", "94 96 94 96", "96").At(0, Buy)
            .Run().IsOpen().IsCovered().NeverWarns().Leaves("entry trailing_stop buy 1 filled");

    [Fact]
    public void Nothing_is_sent_before()
    {
        var effects = Scenario.Candles("100", "100 103 96 103", "103").At(0, Buy).RunForEffects();
        Assert.DoesNotContain(effects, e => e is AccountEffect);
    }

    [Fact]
    public void First_trigger_is_counted_from_the_low_with_its_stop()
    {
        var sent = Scenario.Candles("100", "100 100 94 94", "94").At(0, Buy).RunForEffects().OfType<PlaceOrder>().Single().Request;
        Assert.Equal((95.8m, 91.1m), (sent.Trigger!.Value.Price.Value, sent.Protection!.StopLoss!.Value.Value));
    }

    [Fact]
    public void Activation_that_is_reached_already_holds_nothing() =>
        Scenario.Candles("94", "94 96 94 96", "96").At(0, Buy).Run().IsOpen().Leaves("entry trailing_stop buy 1 filled");

    [Fact]
    public void Turn_in_the_candle_of_the_activation_enters_at_the_next_open() =>
        Scenario.Candles("100", "100 100 94 99", "99", "99").At(0, Buy)
            .Run().IsOpen().IsCovered().Leaves("entry trailing_stop buy 1 cancelled", "entry market buy 1 filled");

    [Fact]
    public void Held_entry_counts_as_one_and_is_shown()
    {
        var outcome = Scenario.Candles("100", "100", "100").At(0, Buy).At(1, "buy quantity=1 stop_loss=95").Run().Refuses("already_in");
        Assert.Equal("pending", outcome.Script.Views[1].Orders.Single().Status);
    }

    [Fact]
    public void Held_entry_is_cancelled_at_once_and_told()
    {
        var outcome = Scenario.Candles("100", "100", "100 100 90 90", "90").At(0, Buy)
            .At(1, "cancel order=t", "buy quantity=1 stop_loss=80 tag=new").Run();
        outcome.IsOpen().Leaves("entry trailing_stop buy 1 cancelled", "entry market buy 1 filled");
        Assert.Contains(outcome.Script.Orders, o => o.Order is { Tag: "t", Status: "cancelled" });
    }

    [Fact]
    public void Held_entry_expires()
    {
        var outcome = Scenario.Candles("100", "100", "100", "100 100 90 90", "90 95 90 95", "95").At(0, Buy + " expires_candles=2").Run();
        outcome.IsFlat().Leaves("entry trailing_stop buy 1 cancelled");
        Assert.Equal("expired", Assert.Single(outcome.Script.Orders).Order.Status);
    }

    [Fact]
    public void Held_entry_goes_with_the_position()
    {
        var outcome = Scenario.Candles("100", "100", "100 101 100 101", "101").At(0, "buy quantity=1 stop_loss=90 take_profit=101")
            .At(1, Buy + " scale_in=true").Run();
        outcome.IsFlat().Closes("long 1 100>101 take_profit");
        Assert.Equal("cancelled", outcome.Orders.Single(o => o.Type == "trailing_stop").Status);
    }

    [Fact]
    public void Part_of_a_position_trails_from_the_activation_on() =>
        Scenario.Candles("100", "100", "100 104 96 104", "104 106 104 106", "106 106 103 103", "103")
            .At(0, "buy quantity=1 stop_loss=90")
            .At(1, "close type=trailing_stop trail_percent=2 trail_activation=105 share=40")
            .Run().Closes("long 0.4 100>103.9 trailing_stop").IsOpen().IsCovered().NeverWarns();

    [Fact]
    public void Part_of_a_short_trails_from_the_activation_on() =>
        Scenario.Candles("100", "100", "100 104 96 96", "96 96 94 94", "94 96 94 96", "96")
            .At(0, "sell quantity=1 stop_loss=110")
            .At(1, "close type=trailing_stop trail_amount=1 trail_activation=95 share=40")
            .Run().Closes("short 0.4 100>95 trailing_stop").IsOpen().IsCovered().NeverWarns();

    [Fact]
    public void Part_that_still_waits_goes_with_the_position() =>
        Scenario.Candles("100", "100", "100 100 89 89", "89")
            .At(0, "buy quantity=1 stop_loss=90")
            .At(1, "close type=trailing_stop trail_percent=2 trail_activation=105 share=40")
            .Run().Closes("long 1 100>90 stop_loss").IsFlat().NeverWarns();
}
