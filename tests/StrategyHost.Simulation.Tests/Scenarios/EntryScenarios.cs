using StrategyHost.Core.Settings;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Opening, adding, reducing, turning (contracts §2.1 rules 1 to 5 and 8).</summary>
public sealed class EntryScenarios
{
    private const string Buy = "buy quantity=1 stop_loss=95";

    [Fact]
    public void Opposite_signal_only_reduces_and_says_what_it_dropped() => Scenario.Candles("100", "100", "100", "100")
        .At(0, Buy)
        .At(1, "sell quantity=3")
        .Run().Closes("long 1 100>100 signal").IsFlat().Notes("remainder_dropped");

    [Fact]
    public void Smaller_opposite_signal_closes_a_part() => Scenario.Candles("100", "100", "100", "100")
        .At(0, Buy)
        .At(1, "sell quantity_usd=40")
        .Run().Closes("long 0.4 100>100 signal").IsOpen().IsCovered().NeverWarns();

    [Fact]
    public void Opposite_limit_rests_and_closes_at_its_price() => Scenario.Candles("100", "100", "100", "100 103 100 103", "103")
        .At(0, Buy)
        .At(1, "sell quantity=1 type=limit price=102")
        .Run().Closes("long 1 100>102 signal").IsFlat().NeverWarns();

    [Fact]
    public void Resting_exit_goes_when_the_position_is_flat() => Scenario.Candles("100", "100", "100", "100 100 94 94", "94 103 94 103")
        .At(0, Buy)
        .At(1, "close type=limit price=102")
        .Run().Closes("long 1 100>95 stop_loss").IsFlat();

    [Fact]
    public void Stop_market_of_the_closing_side_is_an_exit_for_its_part() => Scenario.Candles("100", "100", "100", "100 100 97 97", "97")
        .At(0, Buy)
        .At(1, "sell type=stop_market stop_price=98 quantity=0.4 tag=out")
        .Run().Closes("long 0.4 100>98 stop_loss").IsOpen().IsCovered().NeverWarns();

    [Fact]
    public void Exit_can_be_cancelled_by_its_tag() => Scenario.Candles("100", "100", "100", "100", "100 100 97 97", "97")
        .At(0, Buy)
        .At(1, "sell type=stop_market stop_price=98 quantity=0.4 tag=out")
        .At(2, "cancel order=out")
        .Run().Closes().IsOpen();

    [Fact]
    public void Flip_closes_and_opens_the_other_way_with_its_own_stop() =>
        Scenario.Candles("100", "100", "100", "100", "100 106 100 106", "106")
        .At(0, Buy)
        .At(1, "sell quantity=2 flip=true stop_loss=105")
        .Run().Closes("long 1 100>100 signal", "short 2 100>105 stop_loss").IsFlat().IsCovered().NeverWarns();

    [Fact]
    public void Flip_of_a_large_position_finds_the_margin_that_the_close_sets_free() => Scenario.Candles("100", "100", "100", "100")
        .At(0, "buy quantity=400 stop_loss=95")
        .At(1, "sell quantity=400 flip=true stop_loss=105")
        .Run().Closes("long 400 100>100 signal").IsOpen().IsCovered().NeverWarns();

    [Fact]
    public void Flip_that_cannot_open_does_not_close_either() => Scenario.Candles("100", "100", "100")
        .At(0, Buy)
        .At(1, "sell quantity=2 flip=true stop_loss=99")
        .Run().Refuses("stop_wrong_side").Closes().IsOpen();

    [Fact]
    public void Close_twice_closes_once() => Scenario.Candles("100", "100", "100", "100")
        .At(0, Buy)
        .At(1, "close", "close")
        .Run().Closes("long 1 100>100 signal").Refuses("already_closing");

    [Fact]
    public void Second_entry_is_refused() => Scenario.Candles("100", "100", "100")
        .At(0, Buy)
        .At(1, Buy + " tag=again")
        .Run().Refuses("already_in").Leaves("entry market buy 1 filled");

    [Fact]
    public void Second_resting_entry_is_refused() => Scenario.Candles("100", "100", "100")
        .At(0, "buy quantity=1 stop_loss=95 type=limit price=99", "buy quantity=1 stop_loss=95 type=limit price=98")
        .Run().Refuses("already_in");

    [Fact]
    public void Pyramiding_allows_as_many_further_entries() => Scenario.Candles("100", "100", "100", "100", "100")
        .With(new StrategySettings { Pyramiding = 1 })
        .At(0, Buy)
        .At(1, Buy)
        .At(2, Buy)
        .Run().Refuses("already_in").IsOpen().IsCovered()
        .Leaves("entry market buy 1 filled", "entry market buy 1 filled");

    [Fact]
    public void Resting_entries_that_fill_one_after_the_other_are_one_position() =>
        Scenario.Candles("100", "100", "100 100 98.5 98.5", "98.5 98.5 97.5 97.5", "97 97 94 94", "94")
            .With(new StrategySettings { Pyramiding = 1 })
            .At(0, "buy quantity=1 stop_loss=95 type=limit price=99", "buy quantity=1 stop_loss=95 type=limit price=98")
            .Run().Closes("long 2 98.5>95 stop_loss").IsFlat().IsCovered().NeverWarns();

    [Fact]
    public void Scale_in_recomputes_the_targets_from_the_new_average() =>
        Scenario.Candles("100", "100", "104", "104", "104 107.5 104 107.5", "107")
        .At(0, "buy quantity=1 stop_loss=95 take_profit_percent=5")
        .At(1, "buy quantity=1 scale_in=true stop_loss=95")
        .Run().Closes("long 2 102>107.1 take_profit").NeverWarns();

    [Fact]
    public void Scale_in_moves_the_stop_only_when_its_own_is_tighter()
    {
        Scenario.Candles("100", "100", "100", "100").At(0, Buy).At(1, "buy quantity=1 scale_in=true stop_loss=90")
            .Run().IsCovered().ShowsStops("-", "95", "95", "95");
        Scenario.Candles("100", "100", "100", "100").At(0, Buy).At(1, "buy quantity=1 scale_in=true stop_loss=97")
            .Run().IsCovered().ShowsStops("-", "95", "97", "97");
    }

    [Fact]
    public void Scale_in_beyond_the_present_stop_is_refused() => Scenario.Candles("100", "100", "100")
        .At(0, Buy)
        .At(1, "buy quantity=1 scale_in=true type=limit price=94 stop_loss=90")
        .Run().Refuses("beyond_stop");

    [Fact]
    public void New_entry_after_a_cancel_in_one_array_is_sent_when_the_cancel_is_confirmed() =>
        Scenario.Candles("100", "100", "100", "100 100 97 97", "97")
            .At(0, "buy quantity=1 stop_loss=90 type=limit price=95 tag=a")
            .At(1, "cancel order=a", "buy quantity=2 stop_loss=90 type=limit price=98 tag=b")
            .Run().Refuses().IsOpen()
            .Leaves("entry limit buy 1 cancelled", "entry limit buy 2 filled");

    [Theory]
    [InlineData("buy quantity=1 stop_loss=90 type=stop_market stop_price=99")]
    [InlineData("buy quantity=1 stop_loss=90 type=stop_market stop_price=100")]
    [InlineData("buy quantity=1 stop_loss=90 type=stop_limit stop_price=99 price=99.5")]
    [InlineData("sell quantity=1 stop_loss=110 type=stop_market stop_price=101")]
    [InlineData("sell quantity=1 stop_loss=110 type=stop_limit stop_price=100 price=99.5")]
    public void Stop_entry_whose_trigger_is_passed_is_refused(string signal) => Scenario.Candles("100", "100", "100 102 98 100", "100")
        .At(0, signal)
        .Run().Refuses("trigger_wrong_side").Leaves();

    [Fact]
    public void Stop_entry_may_not_be_amended_to_a_trigger_that_is_passed() => Scenario.Candles("100", "100", "100 100 98 100", "100")
        .At(0, "buy quantity=1 stop_loss=90 type=stop_market stop_price=101 tag=a")
        .At(1, "modify order=a stop_price=99")
        .Run().Refuses("trigger_wrong_side").Leaves("entry stop_market buy 1 cancelled");

    [Fact]
    public void Post_only_that_would_take_is_refused_with_its_code()
    {
        var outcome = Scenario.Candles("100", "100", "100")
            .At(0, "buy quantity=1 stop_loss=95 type=limit price=101 post_only=true tag=maker")
            .Run().Closes();
        Assert.Equal(0, outcome.Account.OpenPositions);
        Assert.Contains(outcome.Script.Orders, o => o.Code == "post_only_would_take" && o.Order.Tag == "maker");
    }

    [Fact]
    public void Fill_callback_sees_the_position_with_the_fill_in_it()
    {
        var outcome = Scenario.Candles("100", "100", "100", "100")
            .At(0, Buy + " tag=in")
            .At(1, "close tag=out")
            .Run();

        Assert.Equal(["in entry 1", "out signal "], outcome.Script.Fills.Select(f => $"{f.Fill.Tag} {f.Fill.Role} {f.Position?.Size}"));
    }

    [Fact]
    public void Fill_callback_may_answer_with_a_signal() => Scenario.Candles("100", "100", "100")
        .At(0, Buy)
        .OnFill(f => f.Role == "entry" ? Sig.Of("hold stop_loss=97") : null)
        .Run().ShowsStops("-", "97", "97");

    [Fact]
    public void Accepted_order_is_shown_before_the_exchange_has_answered()
    {
        var outcome = Scenario.Trades("1000 100", "1010 100", "1200 100", "1300 100")
            .WithOptions(o => o with { LatencyMs = 100 })
            .At(0, "buy quantity=1 stop_loss=90 type=limit price=95 tag=a")
            .Run();

        Assert.Equal("a pending", outcome.Script.Views[1].Orders.Select(o => $"{o.Tag} {o.Status}").Single());
        Assert.Equal("a open", outcome.Script.Views[2].Orders.Select(o => $"{o.Tag} {o.Status}").Single());
    }

    [Fact]
    public void Conservative_approach_enters_in_thirds_and_leaves_in_three_targets()
    {
        var outcome = Scenario.Candles("100", "100 100 99.9 100", "100 100 97 98", "98 98 97 98", "98 110 98 110", "110")
            .With(StopScenarios.Settings("take_profit_percent", 4) with { Approach = Approach.Conservative })
            .At(0, "buy quantity=0.9 stop_loss=94")
            .Run().IsCovered().NeverWarns();
        Assert.Equal(["100 0.3", "98 0.3", "96 0.3"], outcome.Orders.Where(o => o.Role == "entry").Select(o => $"{o.Price} {o.Quantity}"));

        // Filled at 100 and 98 (the candle's low of 96 does not trade through the third): targets 4, 6 and 8 % above 99.
        outcome.Closes("long 0.3 99>103 take_profit", "long 0.15 99>105 take_profit", "long 0.15 99>107 take_profit").IsFlat();
    }

    [Theory]
    [InlineData("several entries off", false, true, 101, "risk:multiple_entries")]
    [InlineData("averaging down off, above the entry", true, false, 101, null)]
    [InlineData("averaging down off, below the entry", true, false, 99, "risk:dca")]
    [InlineData("both on", true, true, 99, null)]
    public void Switches_of_the_configuration_bound_scale_ins(string what, bool entries, bool dca, int price, string? refusal)
    {
        var outcome = Scenario.Candles("100", "100", FormattableString.Invariant($"{price}"), "100", "100")
            .WithEngine(o => o with { Risk = o.Risk with { AllowMultipleEntries = entries, AllowDca = dca } })
            .At(0, Buy)
            .At(2, "buy quantity=1 scale_in=true stop_loss=95")
            .Run();
        Assert.True(outcome.Result.Signals.Refused.Keys.SingleOrDefault() == refusal, what);
    }
}
