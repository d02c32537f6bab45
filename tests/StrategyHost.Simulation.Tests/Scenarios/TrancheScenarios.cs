using StrategyHost.Core.Kernel;
using StrategyHost.Core.Settings;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Entries with a protection of their own within one position of the exchange (contracts §2.1, tranche and rule 9).</summary>
public sealed class TrancheScenarios
{
    /// <summary>Ten conditional orders of a symbol, less the one that is kept free.</summary>
    private const int TrancheStopsMax = 9;

    private static Scenario Two(string second, params string[] more) => Scenario.Candles(["100", "100", "102", .. more])
        .At(0, "buy quantity=1 stop_loss=95 tranche=a").At(1, $"buy quantity=2 tranche=b scale_in=true {second}");

    [Fact]
    public void Tighter_second_stop_closes_its_tranche_alone() =>
        Two("stop_loss=98", "102 102 97 97", "97 97 94 94", "94").Run()
            .Closes("long 2 102>98 stop_loss", "long 1 100>95 stop_loss").IsFlat().IsCovered().NeverWarns();

    [Fact]
    public void Looser_second_stop_leaves_the_first_one_where_it_was() =>
        Two("stop_loss=93", "102 102 94 94", "94 94 92 92", "92").Run()
            .Closes("long 1 100>95 stop_loss", "long 2 102>93 stop_loss").IsFlat().IsCovered().NeverWarns();

    [Fact]
    public void One_candle_through_both_stops_closes_both() =>
        Two("stop_loss=98", "102 102 90 90", "90").Run()
            .Closes("long 2 102>98 stop_loss", "long 1 100>95 stop_loss").IsFlat().IsCovered();

    [Fact]
    public void Short_tranches_are_the_same_the_other_way_round() =>
        Scenario.Candles("100", "100", "98", "98 103 98 103", "103 107 103 107", "107")
            .At(0, "sell quantity=1 stop_loss=106 tranche=a").At(1, "sell quantity=2 stop_loss=102 scale_in=true tranche=b").Run()
            .Closes("short 2 98>102 stop_loss", "short 1 100>106 stop_loss").IsFlat().IsCovered().NeverWarns();

    [Fact]
    public void Each_tranche_has_its_own_targets_and_trail() =>
        Scenario.Candles("100", "100", "102", "102 106 102 106", "106 106 103 103", "103 103 94 94", "94")
            .At(0, "buy quantity=1 stop_loss=95 take_profit=120 tranche=a")
            .At(1, "buy quantity=2 trail_percent=2 tranche=b scale_in=true").Run()
            .Closes("long 2 102>103.9 trailing_stop", "long 1 100>95 stop_loss").IsFlat().IsCovered().NeverWarns();

    [Fact]
    public void Closing_a_named_tranche_leaves_the_other_covered() =>
        Two("stop_loss=98", "102", "102", "102 102 94 94", "94").At(4, "close tranche=b").Run()
            .Closes("long 2 102>102 signal", "long 1 100>95 stop_loss").IsFlat().IsCovered().NeverWarns();

    [Fact]
    public void Closing_without_a_name_closes_each_by_its_share() =>
        Two("stop_loss=98", "102", "102", "102").At(3, "close share=50").At(4, "close").Run()
            .Closes("long 0.5 100>102 signal", "long 1 102>102 signal", "long 0.5 100>102 signal", "long 1 102>102 signal").IsFlat().IsCovered();

    [Fact]
    public void Opposite_quantity_closes_the_oldest_tranche_first_and_drops_the_rest() =>
        Two("stop_loss=98", "102", "102", "102").At(3, "sell quantity=1.5").At(4, "sell quantity=9").Run()
            .Closes("long 1 100>102 signal", "long 0.5 102>102 signal", "long 1.5 102>102 signal").IsFlat().Notes("remainder_dropped");

    [Fact]
    public void Hold_with_a_name_tightens_that_tranche_only() =>
        Two("stop_loss=98", "102", "102", "102 102 99 99", "99 99 94 94", "94").At(3, "hold stop_loss=100 tranche=b").Run()
            .Closes("long 2 102>100 stop_loss", "long 1 100>95 stop_loss").IsFlat().IsCovered();

    [Fact]
    public void Script_sees_one_position_with_its_tranches()
    {
        var outcome = Two("stop_loss=98", "102", "102").Run();
        var position = Assert.Single(outcome.Script.Views[^1].Positions);
        Assert.Equal((3.0, (100 + 204) / 3.0, 95.0), (position.Size, position.EntryPrice, position.StopPrice));
        Assert.Equal([("a", 1.0, 100.0, 95.0), ("b", 2.0, 102.0, 98.0)],
            position.Tranches.Select(t => (t.Name, t.Size, t.EntryPrice, t.StopPrice)));
    }

    [Fact]
    public void Second_tranche_without_scale_in_is_refused() =>
        Scenario.Candles("100", "100", "100").At(0, "buy quantity=1 stop_loss=95 tranche=a").At(1, "buy quantity=1 stop_loss=95 tranche=b")
            .Run().Refuses("already_in");

    [Fact]
    public void Tranche_beyond_the_positions_stop_is_refused() =>
        Scenario.Candles("100", "100", "100").At(0, "buy quantity=1 stop_loss=95 tranche=a")
            .At(1, "buy quantity=1 type=limit price=94 stop_loss=90 scale_in=true tranche=b").Run().Refuses("beyond_stop");

    [Fact]
    public void Tranches_past_breakeven_become_one_with_the_tightest_stop_and_all_targets() =>
        Two("stop_loss=98 take_profit=130", "102", "110", "110", "110", "110 110 104 104", "104")
            .At(2, "hold take_profit=120 tranche=a").At(4, "hold stop_loss=105").Run()
            .Closes("long 3 101.3333>105 stop_loss").IsFlat().IsCovered().Warns("tranches_merged");

    [Fact]
    public void Targets_of_merged_tranches_keep_their_sizes()
    {
        var outcome = Two("stop_loss=98 take_profit=130", "102", "110", "110", "110", "110 121 110 121", "121", "121 131 121 131", "131")
            .At(2, "hold take_profit=120 tranche=a").At(4, "hold stop_loss=105").Run()
            .Closes("long 1 101.3333>120 take_profit", "long 2 101.3333>130 take_profit").IsFlat();
        Assert.Equal(2, outcome.Orders.Count(o => o.Role == "target")); // amended, not replaced
    }

    [Fact]
    public void Tranches_stay_apart_where_the_strategy_wants_it() =>
        Two("stop_loss=98", "102", "110", "110", "110 110 104 104", "104").With(new StrategySettings { MergeTranches = false })
            .At(4, "hold stop_loss=105").Run()
            .Closes("long 1 100>105 stop_loss", "long 2 102>105 stop_loss").IsFlat().IsCovered();

    [Fact]
    public void Tranche_with_a_time_exit_stays_apart_and_keeps_it() =>
        Two("stop_loss=98 close_after=240", "102", "110", "110", "110", "110", "110 110 104 104", "104").At(4, "hold stop_loss=105").Run()
            .Closes("long 2 102>110 time", "long 1 100>105 stop_loss").IsFlat().IsCovered();

    [Fact]
    public void Mirror_has_the_same_tranches_in_its_proportion()
    {
        var outcome = Two("stop_loss=98", "102 102 97 97", "97 97 94 94", "94").WithMirror(new MirrorSettings { Proportion = 0.5m }).Run();
        outcome.Mirror.Closes("long 1 102>98 stop_loss", "long 0.5 100>95 stop_loss").IsFlat().IsCovered();
    }

    [Fact]
    public void Mirror_merges_when_main_does()
    {
        var outcome = Two("stop_loss=98", "102", "110", "110", "110", "110 110 104 104", "104").WithMirror()
            .At(4, "hold stop_loss=105").Run();
        outcome.IsFlat().Closes("long 3 101.3333>105 stop_loss");
        outcome.Mirror.IsFlat().Closes("long 1.5 101.3333>105 stop_loss").IsCovered();
    }

    [Fact]
    public void More_tranches_than_conditional_orders_are_consolidated_toward_the_tighter_stop()
    {
        var scenario = Scenario.Candles([.. Enumerable.Repeat("100", 16), "100 100 80 80", "80"]).With(new StrategySettings { Pyramiding = 20 });
        for (var i = 0; i < 12; i++)
        {
            scenario.At(i, $"buy quantity=1 stop_loss={85 + i} tranche=t{i}");
        }

        var outcome = scenario.Run().IsFlat().IsCovered().Warns("consolidated");
        Assert.Equal(12m, outcome.Trades.Sum(t => t.Quantity.Value));
        var stops = outcome.Orders.Where(o => o is { Role: "stop", Status: "filled" });
        Assert.Equal(TrancheStopsMax + 1, stops.Count()); // and the position's own
        Assert.All(outcome.Trades, t => Assert.True(t.ExitPrice >= 85m));
    }

    [Fact]
    public void Stop_entries_leave_room_for_protective_orders() =>
        Scenario.Candles("100", "100", "100").With(new StrategySettings { Pyramiding = 20 })
            .At(0, [.. Enumerable.Range(0, 11).Select(i => (Sig)$"buy quantity=1 type=stop_market stop_price={110 + i} stop_loss=90 oco=o")])
            .Run().Refuses("conditional_limit", "conditional_limit");
}
