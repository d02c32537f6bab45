using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Expiry, time exits, oco, groups, cancel and modify of resting orders.</summary>
public sealed class OrderScenarios
{
    private const string Limit = "buy quantity=1 stop_loss=90 type=limit price=95 tag=a";

    [Fact]
    public void Entry_expires_after_its_seconds_and_is_counted()
    {
        var outcome = Scenario.Candles("100", "100", "100", "100 100 94 94")
            .At(0, Limit + " expires_in=90")
            .Run().Leaves("entry limit buy 1 cancelled");
        Assert.Equal(1, outcome.Result.Signals.Expired);
        Assert.Contains(outcome.Script.Orders, o => o.Order is { Tag: "a", Status: "expired" });
    }

    [Fact]
    public void Entry_lives_for_its_candles() => Scenario.Candles("100", "100", "100 100 94.5 94.5", "94")
        .At(0, Limit + " expires_candles=2")
        .Run().IsOpen();

    [Fact]
    public void Entry_is_gone_after_its_candles() => Scenario.Candles("100", "100", "100", "100 100 94.5 94.5")
        .At(0, Limit + " expires_candles=2")
        .Run().Leaves("entry limit buy 1 cancelled");

    [Theory]
    [InlineData("close_after=120")]
    [InlineData("close_after_candles=2")]
    [InlineData("close_at=180000")]
    public void Time_exit_closes_when_due(string field) => Scenario.Candles("100", "100", "101", "102", "103")
        .At(0, "buy quantity=1 stop_loss=90 " + field)
        .Run().Closes("long 1 100>102 time").IsFlat().IsCovered();

    [Fact]
    public void First_of_an_oco_pair_cancels_the_other() => Scenario.Candles("100", "100", "100 102 100 102", "102 102 97 97", "97")
        .At(0,
            "buy quantity=1 type=stop_market stop_price=101 stop_loss=90 oco=break",
            "sell quantity=1 type=stop_market stop_price=99 stop_loss=110 oco=break")
        .Run().IsOpen().IsCovered().Leaves("entry stop_market buy 1 filled", "entry stop_market sell 1 cancelled");

    [Fact]
    public void Same_side_oco_entries_are_allowed_together_and_one_remains() =>
        Scenario.Candles("100", "100", "100 102 100 102", "102 104 102 104", "104")
        .At(0,
            "buy quantity=1 type=stop_market stop_price=101 stop_loss=90 oco=break",
            "buy quantity=2 type=stop_market stop_price=103 stop_loss=90 oco=break")
        .Run().IsOpen().Leaves("entry stop_market buy 1 filled", "entry stop_market buy 2 cancelled");

    [Fact]
    public void Oco_order_that_fills_meanwhile_is_closed_at_once() =>
        Scenario.Trades("1000 100", "1010 100", "1200 103.5", "1210 103.5", "1220 103.6", "1400 104", "1500 104")
        .WithOptions(o => o with { LatencyMs = 100 })
        .At(0,
            "buy quantity=1 type=stop_market stop_price=101 stop_loss=90 oco=break",
            "buy quantity=2 type=stop_market stop_price=103 stop_loss=90 oco=break")
        .Run().Closes("long 2 103.5>104 group").IsOpen().IsCovered();

    [Fact]
    public void Exit_that_leaves_flat_cancels_the_resting_entries() => Scenario.Candles("100", "100", "100", "100", "100 100 94 94")
        .At(0, "buy quantity=1 stop_loss=90")
        .At(1, Limit + " scale_in=true")
        .At(2, "close")
        .Run().Closes("long 1 100>100 signal").IsFlat();

    [Fact]
    public void Kept_entries_outlive_the_exit_and_open_with_their_own_stop() =>
        Scenario.Candles("100", "100", "100", "100", "100 100 94 94", "94 94 88 88", "88")
            .At(0, "buy quantity=1 stop_loss=92 keep_entries=true")
            .At(1, "buy quantity=1 stop_loss=90 type=limit price=95 scale_in=true")
            .At(2, "close")
            .Run().Closes("long 1 100>100 signal", "long 1 95>90 stop_loss").IsFlat().IsCovered().NeverWarns();

    [Theory]
    [InlineData("entries")]
    [InlineData("all")]
    [InlineData("a")]
    [InlineData("S1M0000-000-0000001-E00")]
    public void Cancel_finds_its_order(string order)
    {
        var scenario = Scenario.Candles("100", "100", "100", "100 100 94 94").At(0, Limit);
        var id = order.StartsWith("S1", StringComparison.Ordinal) ? scenario.Run().Orders[0].OrderLinkId : order;
        Scenario.Candles("100", "100", "100", "100 100 94 94").At(0, Limit).At(1, "cancel order=" + id).Run()
            .Refuses().Leaves("entry limit buy 1 cancelled");
    }

    [Fact]
    public void Cancel_of_everything_leaves_protection_alone() => Scenario.Candles("100", "100", "100", "100 104 100 104")
        .At(0, "buy quantity=1 stop_loss=90 take_profit=103")
        .At(1, "cancel order=all")
        .Run().Refuses("no_such_order").Closes("long 1 100>103 take_profit").IsCovered();

    [Fact]
    public void Modify_moves_price_quantity_and_protection() => Scenario.Candles("100", "100", "100", "100 100 97 97", "97 97 93 93")
        .At(0, Limit)
        .At(1, "modify order=a price=98 quantity=2 stop_loss=94")
        .Run().Refuses().Closes("long 2 98>94 stop_loss").IsCovered().NeverWarns();

    [Fact]
    public void Modify_moves_a_percent_stop_with_the_price() => Scenario.Candles("100", "100", "100", "100 100 97 97", "97")
        .At(0, "buy quantity=1 stop_loss_percent=10 type=limit price=95 tag=a")
        .At(1, "modify order=a price=98")
        .Run().ShowsStops("-", "-", "-", "88.2", "88.2").IsCovered();

    [Fact]
    public void Modify_to_a_price_behind_the_stop_is_refused() => Scenario.Candles("100", "100", "100")
        .At(0, Limit)
        .At(1, "modify order=a price=89")
        .Run().Refuses("stop_wrong_side");

    [Fact]
    public void Modify_beyond_the_margin_is_refused() => Scenario.Candles("100", "100", "100")
        .At(0, Limit)
        .At(1, "modify order=a quantity=600")
        .Run().Refuses("insufficient_margin").NeverWarns();

    [Fact]
    public void Modify_keeps_the_expiry() => Scenario.Candles("100", "100", "100", "100 100 94 94")
        .At(0, Limit + " expires_candles=2")
        .At(1, "modify order=a price=96")
        .Run().Leaves("entry limit buy 1 cancelled");

    [Fact]
    public void Exit_is_gone_after_its_candles() => Scenario.Candles("100", "100", "100", "100", "100 103 100 103", "103")
        .At(0, "buy quantity=1 stop_loss=90")
        .At(1, "close type=limit price=102 expires_candles=2 tag=out")
        .Run().Closes().IsOpen().Leaves("entry market buy 1 filled", "signal limit sell 1 cancelled");

    [Fact]
    public void Exit_lives_for_its_candles() => Scenario.Candles("100", "100", "100", "100 103 100 103", "103")
        .At(0, "buy quantity=1 stop_loss=90")
        .At(1, "close type=limit price=102 expires_candles=2")
        .Run().Closes("long 1 100>102 signal").IsFlat();

    [Theory]
    [InlineData("expires_in=90 expires_candles=3")]
    [InlineData("expires_in=1000 expires_candles=2")]
    public void Earlier_of_two_expiries_counts(string expiry) => Scenario.Candles("100", "100", "100", "100 100 94 94")
        .At(0, Limit + " " + expiry)
        .Run().Leaves("entry limit buy 1 cancelled");

    [Theory]
    [InlineData("close_after=120 close_at=600000")]
    [InlineData("close_after=600 close_at=180000")]
    [InlineData("close_after=600 close_after_candles=2")]
    public void Earliest_of_several_time_exits_counts(string fields) => Scenario.Candles("100", "100", "101", "102", "103")
        .At(0, "buy quantity=1 stop_loss=90 " + fields)
        .Run().Closes("long 1 100>102 time").IsFlat();

    [Fact]
    public void Closing_one_leg_of_a_group_closes_the_others() => Pair("").Closes("long 1 100>100 signal", "short 2 100>100 group").IsFlat();

    [Fact]
    public void Leg_that_leaves_its_group_closes_alone() => Pair(" group_exit=false").Closes("long 1 100>100 signal").IsOpen().IsCovered();

    [Fact]
    public void Order_is_told_once_for_each_change()
    {
        var outcome = Scenario.Candles("100", "100", "100", "100 100 97 97", "97", "97")
            .At(0, Limit).At(1, "modify order=a price=98").At(4, "close tag=out").Run();
        Assert.Equal(
            ["a open 95", "a open 98", "a filled 98", "out open NaN", "out filled NaN"],
            outcome.Script.Orders.Select(o => FormattableString.Invariant($"{o.Order.Tag} {o.Order.Status} {o.Order.Price}")));
    }

    /// <summary>Two legs of hedge mode in one group; the long one is closed, and says whether it takes the other along.</summary>
    private static Outcome Pair(string more) => Scenario.Candles("100", "100", "100", "100", "100")
        .WithEngine(o => o with { Main = o.Main with { PositionMode = Core.Domain.PositionMode.Hedge } })
        .At(0,
            "buy quantity=1 stop_loss=95 position_side=long group=g" + more,
            "sell quantity=2 stop_loss=105 position_side=short group=g" + more)
        .At(2, "close position_side=long")
        .Run();

    [Fact]
    public void Group_with_one_bad_leg_is_refused_whole() => Scenario.Candles("100", "100")
        .At(0,
            "buy quantity=1 stop_loss=95 type=limit price=98 group=g scale_in=true",
            "buy quantity=1 stop_loss=99 type=limit price=97 group=g scale_in=true")
        .Run().Refuses("group_refused", "group_refused").Leaves();

    [Fact]
    public void Group_counts_the_margin_of_all_its_legs() => Scenario.Candles("100", "100")
        .At(0,
            "buy quantity=300 stop_loss=95 type=limit price=98 group=g scale_in=true",
            "buy quantity=300 stop_loss=95 type=limit price=97 group=g scale_in=true")
        .Run().Refuses("group_refused", "group_refused").Leaves();
}
