using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Exits of type trailing_stop: of all of a position they are its trail, of a part an order of their own.</summary>
public sealed class TrailingExitScenarios
{
    private const string Buy = "buy quantity=1 stop_loss=90";

    [Theory]
    [InlineData("share=40")]
    [InlineData("quantity=0.4")]
    public void Part_trails_and_the_rest_keeps_its_stop(string part)
    {
        var outcome = Scenario.Candles("100", "100", "100", "100 110 100 110", "110 110 107 107", "107 107 89 89", "89")
            .At(0, Buy)
            .At(1, "close type=trailing_stop trail_percent=2 tag=out " + part)
            .Run().Closes("long 0.4 100>107.8 trailing_stop", "long 0.6 100>90 stop_loss").IsFlat().IsCovered().NeverWarns();
        Assert.Equal(("trail", "trailing_stop"), outcome.Orders.Where(o => o.ReduceOnly).Select(o => (o.Role, o.Type)).First());
    }

    [Fact]
    public void All_of_the_position_trails_by_its_own_stop() =>
        Scenario.Candles("100", "100", "100", "100 110 100 110", "110 110 107 107", "107")
            .At(0, Buy)
            .At(1, "close type=trailing_stop trail_percent=2")
            .Run().Closes("long 1 100>107.8 trailing_stop").IsFlat().Leaves("entry market buy 1 filled", "trail stop_market sell 1 filled");

    [Fact]
    public void Part_of_a_short_trails_down() =>
        Scenario.Candles("100", "100", "100", "100 100 90 90", "90 92 90 92", "92")
            .At(0, "sell quantity=1 stop_loss=110")
            .At(1, "close type=trailing_stop trail_amount=1.5 share=50")
            .Run().Closes("short 0.5 100>91.5 trailing_stop").IsOpen().IsCovered().NeverWarns();

    [Fact]
    public void Part_whose_trail_is_passed_already_is_closed_at_market() =>
        Scenario.Candles("100", "100 110 100 105", "105", "105")
            .At(0, Buy)
            .At(1, "close type=trailing_stop trail_percent=1 share=50")
            .Run().Closes("long 0.5 100>105 trailing_stop").IsOpen().IsCovered().NeverWarns();

    [Fact]
    public void Part_whose_trail_is_passed_within_a_candle_is_closed_at_market() =>
        Scenario.Candles("100", "100", "100", "100 110 100 105", "105", "105")
            .At(0, Buy)
            .At(1, "close type=trailing_stop trail_percent=1 share=50")
            .Run().Closes("long 0.5 100>105 trailing_stop").IsOpen().IsCovered().NeverWarns();

    [Fact]
    public void Mirror_trails_its_own_part()
    {
        var outcome = Scenario.Candles("100", "100", "100", "100 110 100 110", "110 110 107 107", "107").WithMirror()
            .At(0, Buy)
            .At(1, "close type=trailing_stop trail_percent=2 share=40")
            .Run().Closes("long 0.4 100>107.8 trailing_stop");
        outcome.Mirror.Closes("long 0.2 100>107.8 trailing_stop").IsOpen().IsCovered();
    }

    [Fact]
    public void Trailing_part_goes_with_the_position_and_by_its_tag()
    {
        Scenario.Candles("100", "100", "100", "100", "100").At(0, Buy)
            .At(1, "close type=trailing_stop trail_percent=2 share=40").At(2, "close")
            .Run().Closes("long 1 100>100 signal").IsFlat();
        Scenario.Candles("100", "100", "100", "100", "100 100 97 97", "97").At(0, Buy)
            .At(1, "close type=trailing_stop trail_percent=2 share=40 tag=out").At(2, "cancel order=out")
            .Run().Closes().IsOpen();
    }
}
