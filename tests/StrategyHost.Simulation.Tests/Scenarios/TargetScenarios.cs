using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Target ladders and what a partly closed position keeps.</summary>
public sealed class TargetScenarios
{
    private static Sig Three => Sig.Of("buy quantity=1 stop_loss=95").Ladder((1, 50), (2, 30), (3, 20));

    [Fact]
    public void Targets_rest_as_reduce_only_limits_and_close_the_position_part_by_part() =>
        Scenario.Candles("100", "100", "100 101.5 100 101.5", "101 102.5 101 102", "102 104 102 103")
            .At(0, Three)
            .Run()
            .Closes("long 0.5 100>101 take_profit", "long 0.3 100>102 take_profit", "long 0.2 100>103 take_profit")
            .IsFlat().IsCovered().NeverWarns();

    [Fact]
    public void Breakeven_after_the_first_target_keeps_the_rest_without_loss() =>
        Scenario.Candles("100", "100", "100 101.5 100 101.5", "101 101 99 99", "99")
            .At(0, Three.And("breakeven", ("after_tp", 1)))
            .Run().Closes("long 0.5 100>101 take_profit", "long 0.5 100>100 breakeven").IsFlat().IsCovered();

    [Fact]
    public void Close_of_a_share_shrinks_the_targets_to_the_rest() => Scenario.Candles("100", "100", "100", "100 104 100 104", "104")
        .At(0, Three)
        .At(1, "close share=50 tag=half")
        .Run()
        .Closes(
            "long 0.5 100>100 signal",
            "long 0.25 100>101 take_profit",
            "long 0.15 100>102 take_profit",
            "long 0.1 100>103 take_profit")
        .IsFlat().NeverWarns();

    [Fact]
    public void Hold_moves_a_target_either_way() => Scenario.Candles("100", "100", "100", "100 106 100 104", "104")
        .At(0, "buy quantity=1 stop_loss=95 take_profit=103")
        .At(1, "hold take_profit=105")
        .Run().Closes("long 1 100>105 take_profit");

    [Fact]
    public void Hold_with_fewer_targets_takes_the_others_away() =>
        Scenario.Candles("100", "100", "100", "100 104 100 104", "104 106 104 105")
        .At(0, Three)
        .At(1, "hold take_profit=105")
        .Run().Closes("long 1 100>105 take_profit").IsFlat().NeverWarns();

    [Fact]
    public void Hold_with_null_takes_all_targets_away() => Scenario.Candles("100", "100", "100", "100 104 100 104", "104")
        .At(0, Three)
        .At(1, "hold take_profit=null")
        .Run().Closes().IsOpen().IsCovered();

    [Fact]
    public void New_ladder_after_the_first_target_covers_what_is_left() =>
        Scenario.Candles("100", "100", "100 101.5 100 101.5", "101.5", "101.5 107 101 107")
            .At(0, Three)
            .At(2, Sig.Of("hold").Ladder((5, 50), (6, 50)))
            .Run().Closes("long 0.5 100>101 take_profit", "long 0.25 100>105 take_profit", "long 0.25 100>106 take_profit").IsFlat();

    [Fact]
    public void Hold_with_a_target_behind_the_market_is_refused() => Scenario.Candles("100", "100", "100")
        .At(0, "buy quantity=1 stop_loss=95 take_profit=103")
        .At(1, "hold take_profit=99")
        .Run().Refuses("target_wrong_side").Closes();

    [Fact]
    public void Stop_takes_the_rest_and_the_targets_go() =>
        Scenario.Candles("100", "100", "100 101.5 100 101.5", "101 101 94 94", "94 104 94 104")
        .At(0, Three)
        .Run().Closes("long 0.5 100>101 take_profit", "long 0.5 100>95 stop_loss").IsFlat();
}
