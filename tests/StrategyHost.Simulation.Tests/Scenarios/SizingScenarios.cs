using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>
/// Sizes and volatility-based protection from the signal to the order. Candles have a range of 2 and close at 100, so ATR(14) is 2 from the
/// fourteenth on. Equity 10,000, leverage 5, taker fee 0.055 %, lot 0.001.
/// </summary>
public sealed class SizingScenarios
{
    private static readonly string[] Calm = [.. Enumerable.Repeat("100 101 99 100", 18)];

    /// <summary>Signal → quantity that is bought.</summary>
    public static TheoryData<string, string> Sizes { get; } = new()
    {
        { "quantity=1.2349 stop_loss=95", "1.234" },
        { "quantity_usd=250 stop_loss=95", "2.5" },
        { "quantity_usd=250.19 stop_loss=95", "2.501" },
        { "quantity_percent=12.5 stop_loss=95", "12.5" },
        { "risk_percent=1 stop_loss=95", "19.58" }, // 100 / (5 + 195 × 0.00055)
        { "risk_percent=1 stop_loss_percent=5", "19.58" },
        { "risk_percent=1 stop_loss_atr=1.5", "32.171" }, // 100 / (3 + 197 × 0.00055)
        { "risk_percent=0.5 trail_percent=2", "23.709" }, // 50 / (2 + 198 × 0.00055)
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Size_is_that_of_the_equity_and_the_stop(string signal, string quantity)
    {
        var bought = Scenario.Candles(Calm).At(15, "buy " + signal).Run().Refuses().Orders[0].Quantity.ToString();
        Assert.Equal(quantity, bought);
    }

    [Fact]
    public void Stop_and_targets_are_multiples_of_the_range() => Scenario.Candles([.. Calm[..16], "100", "100 104.1 100 104", "104 108.2 103.9 108", "108"])
        .At(15, "buy quantity=1 stop_loss_atr=1.5 take_profit_atr=2")
        .Run().Closes("long 1 100>104 take_profit").IsFlat();

    [Fact]
    public void Stop_of_a_multiple_is_where_it_says() => Scenario.Candles([.. Calm[..16], "100", "100 100 96.9 97", "97"])
        .At(15, "buy quantity=1 stop_loss_atr=1.5")
        .Run().Closes("long 1 100>97 stop_loss").IsFlat();

    [Fact]
    public void What_is_held_is_not_spent_twice() => Scenario.Candles("100", "100", "100")
        .At(0, "buy quantity=400 stop_loss=90 type=limit price=99 tag=rests") // holds 7,920
        .At(1, "buy quantity=110 stop_loss=90 scale_in=true", "buy quantity=102 stop_loss=90 scale_in=true")
        .Run().Refuses("insufficient_margin");

    [Fact]
    public void Group_counts_the_positions_of_all_its_legs()
    {
        var hedge = Scenario.Candles("100", "100").WithEngine(o => o with
        {
            Main = o.Main with { PositionMode = Core.Domain.PositionMode.Hedge },
            Risk = new RiskSettings { MaxPositions = 1 },
        });
        hedge.At(0,
            "buy quantity=1 stop_loss=95 position_side=long group=g",
            "sell quantity=2 stop_loss=105 position_side=short group=g")
            .Run().Refuses("group_refused", "group_refused").Leaves();
    }

    [Fact]
    public void Group_that_the_mirror_cannot_pay_whole_is_left_out_there_whole()
    {
        var outcome = Scenario.Candles("100", "100", "100").WithMirror(new MirrorSettings { Proportion = 1m }, balance: 3000m).At(0,
            "buy quantity=100 stop_loss=95 type=limit price=98 group=g scale_in=true",
            "buy quantity=100 stop_loss=95 type=limit price=97 group=g scale_in=true").Run();
        Assert.Equal(2, outcome.Orders.Count);
        outcome.Mirror.Leaves().Warns("mirror_skipped");
    }
}
