using StrategyHost.Core.Kernel;
using StrategyHost.Core.Settings;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Stops, trails, breakeven and hold of an open position (contracts §2.1 rules 4 to 7).</summary>
public sealed class StopScenarios
{
    [Fact]
    public void Market_entry_is_covered_from_its_first_fill() => Scenario.Candles("100", "100", "101")
        .At(0, "buy quantity=1 stop_loss=95")
        .Run().IsOpen().IsCovered().NeverWarns().ShowsStops("-", "95", "95");

    [Fact]
    public void Stop_closes_at_its_price() => Scenario.Candles("100", "100", "99 99 94 96", "96")
        .At(0, "buy quantity=1 stop_loss=95")
        .Run().Closes("long 1 100>95 stop_loss").IsFlat().IsCovered();

    [Fact]
    public void Stop_behind_a_gap_closes_at_the_open() => Scenario.Candles("100", "100", "107 108 106 107", "107")
        .At(0, "sell quantity=1 stop_loss_percent=6")
        .Run().Closes("short 1 100>107 stop_loss").IsFlat().IsCovered();

    [Fact]
    public void Percent_stop_counts_from_the_fill_and_not_from_the_price_before_it() => Scenario.Candles("100", "110", "110")
        .At(0, "buy quantity=1 stop_loss_percent=2")
        .Run().IsCovered().ShowsStops("-", "107.8", "107.8");

    [Fact]
    public void Trail_follows_and_closes_where_it_stands() => Scenario.Candles("100", "100 110 100 110", "109 109 107 108", "108")
        .At(0, "buy quantity=1 trail_percent=2")
        .Run().Closes("long 1 100>107.8 trailing_stop").IsCovered();

    [Fact]
    public void Trail_that_is_tighter_than_the_stop_protects_from_the_entry_on() => Scenario.Candles("100", "100 100 97 97", "97")
        .At(0, "buy quantity=1 stop_loss=90 trail_percent=2")
        .Run().Closes("long 1 100>98 trailing_stop").IsCovered();

    [Fact]
    public void Hold_tightens_and_never_loosens() => Scenario.Candles("100", "100", "100", "100", "100")
        .At(0, "buy quantity=1 stop_loss=95")
        .At(1, "hold stop_loss=97")
        .At(2, "hold stop_loss=96")
        .Run().IsCovered().ShowsStops("-", "95", "97", "97", "97").NeverWarns();

    [Fact]
    public void Hold_tightens_a_trail_and_a_wider_one_changes_nothing() => Scenario.Candles("100", "100", "100", "100", "100")
        .At(0, "buy quantity=1 trail_percent=5")
        .At(1, "hold trail_percent=2")
        .At(2, "hold trail_percent=4")
        .Run().ShowsStops("-", "95", "98", "98", "98");

    [Fact]
    public void Trail_in_quote_units_does_not_replace_a_tighter_one_in_percent() =>
        Scenario.Candles("100", "100", "100", "100 110 100 110", "110")
            .At(0, "buy quantity=1 trail_percent=2")
            .At(1, "hold trail_amount=9")
            .Run().ShowsStops("-", "98", "98", "107.8", "107.8");

    [Fact]
    public void Trail_that_a_hold_adds_waits_for_its_activation() =>
        Scenario.Candles("100", "100", "100 103 100 103", "103 105 103 105", "105")
        .At(0, "buy quantity=1 stop_loss=90")
        .At(1, "hold trail_percent=1 trail_activation=104")
        .Run().ShowsStops("-", "90", "90", "104", "104");

    [Fact]
    public void Trail_that_is_passed_when_tightened_closes_at_market() => Scenario.Candles("100", "100 110 100 105", "105", "105")
        .At(0, "buy quantity=1 trail_percent=10")
        .At(1, "hold trail_percent=1")
        .Run().Closes("long 1 100>105 trailing_stop").IsFlat();

    [Fact]
    public void Hold_with_a_stop_beyond_the_market_is_refused() => Scenario.Candles("100", "100", "100", "100")
        .At(0, "buy quantity=1 stop_loss=95")
        .At(1, "hold stop_loss=101")
        .Run().Refuses("stop_wrong_side").Closes().ShowsStops("-", "95", "95", "95");

    [Fact]
    public void Hold_with_the_same_values_sends_nothing_again()
    {
        var once = Trace(1);
        Assert.Equal(once, Trace(3));

        static int Trace(int holds)
        {
            var scenario = Scenario.Candles("100", "100", "100", "100", "100")
                .At(0, Sig.Of("buy quantity=1 stop_loss=95").Ladder((2, 50), (3, 50)));
            for (var i = 1; i <= holds; i++)
            {
                scenario.At(i, Sig.Of("hold stop_loss=96 trail_percent=3").Ladder((2, 50), (4, 50)));
            }

            return scenario.RunForEffects().Count(e => e is AccountEffect);
        }
    }

    [Fact]
    public void Hold_when_flat_does_nothing() => Scenario.Candles("100", "100").At(0, "hold stop_loss=95").Run().Refuses().Leaves();

    [Fact]
    public void Breakeven_after_a_profit_in_percent() => Scenario.Candles("100", "100 102 100 102", "101 101 99 99", "99")
        .At(0, Sig.Of("buy quantity=1 stop_loss=95").And("breakeven", ("after_percent", 2)))
        .Run().Closes("long 1 100>100 breakeven");

    [Fact]
    public void Entry_without_any_stop_is_refused() =>
        Scenario.Candles("100", "100").At(0, "buy quantity=1").Run().Refuses("stop_required").Leaves();

    [Fact]
    public void Settings_give_the_stop_where_the_signal_says_nothing() => Scenario.Candles("100", "100", "100")
        .With(Settings("stop_loss_percent", 4))
        .At(0, "buy quantity=1")
        .Run().ShowsStops("-", "96", "96");

    [Fact]
    public void Null_of_the_signal_ends_the_search() => Scenario.Candles("100", "100")
        .With(Settings("stop_loss_percent", 4))
        .At(0, "buy quantity=1 stop_loss=null")
        .Run().Refuses("stop_required");

    [Theory]
    [InlineData("buy quantity=1 stop_loss=101", "stop_wrong_side")]
    [InlineData("sell quantity=1 stop_loss=99", "stop_wrong_side")]
    [InlineData("buy quantity=1 stop_loss=95 take_profit=99", "target_wrong_side")]
    [InlineData("sell quantity=1 stop_loss=105 take_profit=101", "target_wrong_side")]
    [InlineData("buy quantity=0.0001 stop_loss=95", "below_min_qty")]
    [InlineData("buy quantity=0.01 stop_loss=95", "below_min_notional")]
    [InlineData("buy quantity=600 stop_loss=95", "insufficient_margin")]
    [InlineData("buy risk_percent=1 stop_loss=null trail_percent=null", "risk_without_stop")]
    [InlineData("buy quantity=1 stop_loss_atr=2", "not_ready")]
    [InlineData("buy type=trailing_stop quantity=1 trail_percent=1", "stop_required")]
    [InlineData("close", "nothing_open")]
    [InlineData("cancel order=nothing", "no_such_order")]
    [InlineData("buy quantity=1 stop_loss=95 stop_loss_percent=2", "exclusive")]
    public void Signal_that_cannot_be_is_refused_and_nothing_is_sent(string signal, string code)
    {
        var outcome = Scenario.Candles("100", "100").At(0, signal).Run().Refuses(code).Leaves();
        var told = Assert.Single(outcome.Script.Orders);
        Assert.Equal((code, "refused"), (told.Code, told.Order.Status));
    }

    [Fact]
    public void Clipped_entry_takes_what_the_margin_allows()
    {
        var outcome = Scenario.Candles("100", "100", "100").At(0, "buy quantity=600 allow_clip=true stop_loss=95 tag=big").Run().IsOpen()
            .NeverWarns();
        Assert.InRange(outcome.Orders[0].Quantity.Value, 450m, 499m);
    }

    [Fact]
    public void Risk_percent_loses_that_percent_at_the_stop()
    {
        var outcome = Scenario.Candles("100", "100", "100 100 90 90").At(0, "buy risk_percent=1 stop_loss=95").Run();
        Assert.InRange(outcome.Trades.Sum(t => t.NetPnl), -100m, -99m);
    }

    internal static StrategySettings Settings(string name, double value) =>
        SettingsParser.Parse(Core.Strategies.ScriptValue.Of([KeyValuePair.Create(name, Core.Strategies.ScriptValue.Of(value))])).Value;
}
