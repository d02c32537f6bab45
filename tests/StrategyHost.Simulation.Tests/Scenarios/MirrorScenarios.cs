using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Signals;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>The second account (contracts §2.2): plans of its own in main's proportion, and nothing that flows back.</summary>
public sealed class MirrorScenarios
{
    private static readonly string[] Quiet = ["100", "100", "100", "100", "100", "100"];
    private const string Buy = "buy quantity=1 stop_loss=95";

    [Fact]
    public void Mirror_takes_half_and_closes_with_main()
    {
        var outcome = Scenario.Candles(Quiet).WithMirror().At(0, Buy).At(2, "close").Run();
        outcome.Closes("long 1 100>100 signal").IsFlat();
        outcome.Mirror.Closes("long 0.5 100>100 signal").IsFlat().IsCovered();
    }

    [Fact]
    public void Mirror_has_stops_and_targets_of_its_own()
    {
        var outcome = Scenario.Candles("100", "100", "100 103 100 103", "103 103 94 94", "94").WithMirror()
            .At(0, Sig.Of("buy quantity=1 stop_loss=95").Ladder((2, 50), (9, 50))).Run();
        outcome.Mirror.Closes("long 0.25 100>102 take_profit", "long 0.25 100>95 stop_loss").IsFlat().IsCovered();
    }

    [Fact]
    public void Entry_below_the_minimum_is_skipped_with_an_alert()
    {
        var outcome = Scenario.Candles(Quiet).WithMirror().At(0, "buy quantity=0.08 stop_loss=95").Run().IsOpen();
        outcome.Mirror.Leaves().Warns("mirror_skipped");
    }

    [Fact]
    public void Entry_below_the_minimum_is_rounded_up_where_wanted() =>
        Scenario.Candles(Quiet).WithMirror(new MirrorSettings { BelowMinimum = BelowMinimum.RoundUp })
            .At(0, "buy quantity=0.08 stop_loss=95")
            .Run().Mirror.Leaves("entry market buy 0.05 filled");

    [Fact]
    public void Reverse_mirror_keeps_each_distance_in_percent()
    {
        var outcome = Scenario.Candles("100", "100", "100 103 97 100", "100 106 100 106", "106")
            .WithMirror(new MirrorSettings { Reverse = true })
            .At(0, "buy quantity=1 stop_loss=96").Run();
        outcome.IsOpen();
        outcome.Mirror.Closes("short 0.5 100>104 stop_loss").IsCovered();
    }

    [Fact]
    public void Reverse_mirror_follows_holds_and_closes()
    {
        var outcome = Scenario.Candles("100", "100", "100", "100 100 96.5 97", "97").WithMirror(new MirrorSettings { Reverse = true })
            .At(0, "buy quantity=1 stop_loss=90").At(1, "hold stop_loss=96").At(3, "close share=50").Run();
        outcome.Mirror.Closes("short 0.25 100>97 signal").IsOpen().IsCovered();
        Assert.Equal(0, outcome.Account.Coverage.NakedMs);
    }

    [Fact]
    public void Delayed_entry_comes_later_and_only_while_main_is_in()
    {
        Scenario.Candles("100", "100", "100.1", "100.2", "100.2").WithMirror(new MirrorSettings { DelayMs = 60_000 }).At(0, Buy)
            .Run().Mirror.Leaves("entry market buy 0.5 filled").IsOpen().IsCovered();
        Scenario.Candles(Quiet).WithMirror(new MirrorSettings { DelayMs = 150_000 }).At(0, Buy).At(1, "close")
            .Run().Mirror.Leaves().Warns("mirror_skipped");
        Scenario.Candles(Quiet).WithMirror(new MirrorSettings { DelayMs = 90_000 }).At(0, "buy quantity=1 type=limit price=96 stop_loss=90")
            .At(1, "cancel order=all")
            .Run().Mirror.Leaves().Warns("mirror_skipped");
    }

    [Fact]
    public void Delayed_stop_entry_whose_trigger_main_had_comes_at_market() =>
        Scenario.Candles("100", "100", "100 101.2 100 101.2", "101.2", "101.2", "101.2")
            .WithMirror(new MirrorSettings { DelayMs = 150_000, EntryTtlMs = 120_000 })
            .At(0, "buy quantity=1 stop_loss=95 type=stop_market stop_price=101")
            .Run().Mirror.Leaves("entry market buy 0.5 filled").IsOpen().IsCovered();

    [Fact]
    public void Delayed_entry_too_far_from_mains_fill_is_skipped() =>
        Scenario.Candles("100", "100", "101", "101", "101").WithMirror(new MirrorSettings { DelayMs = 150_000 }).At(0, Buy)
            .Run().Mirror.Leaves().Warns("mirror_skipped");

    [Fact]
    public void Signal_may_set_the_proportion_of_its_trade() =>
        Scenario.Candles(Quiet).WithMirror().At(0, Sig.Of(Buy).And("mirror", ("proportion", 0.25)))
            .Run().Mirror.Leaves("entry market buy 0.25 filled");

    [Fact]
    public void Proportion_of_equity_counts_both_equities() =>
        Scenario.Candles(Quiet).WithMirror(new MirrorSettings { Proportion = 1m, ProportionOf = ProportionOf.Equity }, balance: 2500m)
            .At(0, Buy)
            .Run().Mirror.Leaves("entry market buy 0.25 filled");

    [Fact]
    public void Symbol_that_is_not_mirrored_is_left_out() =>
        Scenario.Candles(Quiet).WithMirror(new MirrorSettings { Symbols = [new Symbol("ETHUSDT")] }).At(0, Buy)
            .Run().Mirror.Leaves().Warns("mirror_skipped");

    [Fact]
    public void Signal_may_be_for_one_account_only()
    {
        var forMain = Scenario.Candles(Quiet).WithMirror().At(0, Buy + " accounts=main").Run();
        forMain.IsOpen();
        forMain.Mirror.Leaves();

        var forMirror = Scenario.Candles(Quiet).WithMirror().At(0, Buy + " accounts=mirror").Run();
        forMirror.Leaves();
        forMirror.Mirror.Leaves("entry market buy 1 filled").IsOpen().IsCovered();

        Scenario.Candles(Quiet).At(0, Buy + " accounts=mirror").Run().Refuses("mirror_disabled").Leaves();
    }

    [Fact]
    public void Strategy_for_main_alone_has_nothing_on_the_mirror()
    {
        var outcome = Scenario.Candles(Quiet).WithMirror().With(new StrategySettings { Accounts = AccountScope.Main })
            .At(0, Buy).At(2, "close").Run().Closes("long 1 100>100 signal");
        outcome.Mirror.Leaves();
    }

    [Fact]
    public void Strategy_for_the_mirror_alone_sees_the_mirror_and_trades_its_full_size()
    {
        var outcome = Scenario.Candles(Quiet).WithMirror(balance: 7000m).With(new StrategySettings { Accounts = AccountScope.Mirror })
            .At(0, Buy + " tag=in").At(2, "close tag=out").Run().Leaves();
        outcome.Mirror.Closes("long 1 100>100 signal").IsFlat().IsCovered();

        Assert.Equal(7000.0, outcome.Script.Views[0].WalletBalance);
        Assert.Equal(["in", "out"], outcome.Script.Fills.Select(f => f.Fill.Tag));
        Assert.Equal(["in filled", "out filled"], outcome.Script.Orders.Where(o => o.Order.Status == "filled")
            .Select(o => $"{o.Order.Tag} {o.Order.Status}"));
    }

    [Fact]
    public void Modify_that_the_mirror_cannot_follow_is_skipped_there()
    {
        var outcome = Scenario.Candles(Quiet).WithMirror(balance: 100m)
            .At(0, "buy quantity=1 stop_loss=90 type=limit price=95 tag=a").At(1, "modify order=a quantity=20")
            .Run().Refuses().Leaves("entry limit buy 20 cancelled");
        outcome.Mirror.Leaves("entry limit buy 0.5 cancelled").Warns("mirror_skipped");
    }

    [Fact]
    public void Modify_moves_a_reversed_entry_to_the_other_side()
    {
        var outcome = Scenario.Candles("100", "100", "100", "100 102.5 100 102", "102").WithMirror(new MirrorSettings { Reverse = true })
            .At(0, "buy quantity=1 stop_loss_percent=5 type=limit price=95 tag=a").At(1, "modify order=a price=98")
            .Run().Closes();
        var entry = outcome.Mirror.IsCovered().Orders[0];
        Assert.Equal((Side.Sell, 102m, "filled"), (entry.Side, entry.Price!.Value.Value, entry.Status));
    }

    [Fact]
    public void Cancel_of_one_exit_leaves_the_others_on_both_accounts()
    {
        var outcome = Scenario.Candles("100", "100", "100", "100", "100 104 100 104", "104").WithMirror()
            .At(0, Buy)
            .At(1, "close type=limit price=102 share=50 tag=a", "close type=limit price=103 share=50 tag=b")
            .At(2, "cancel order=a")
            .Run().Closes("long 0.5 100>103 signal");
        outcome.Mirror.Closes("long 0.25 100>103 signal").IsOpen();
    }

    [Fact]
    public void Exit_of_the_mirror_alone_is_final_for_the_plan()
    {
        var outcome = Scenario.Candles("100", "100", "100 106 100 100", "100", "100", "100")
            .WithMirror(new MirrorSettings { Reverse = true })
            .At(0, Buy)
            .At(3, "buy quantity=1 stop_loss=95 scale_in=true")
            .Run();
        outcome.Closes().IsOpen();
        outcome.Mirror.Closes("short 0.5 100>105 stop_loss").IsFlat().Warns("mirror_skipped");
    }

    [Fact]
    public void Entry_that_is_not_done_in_time_is_given_up()
    {
        // Main's limit fills at 99, the mirror's comes too late for that trade: half a minute later it is cancelled.
        var outcome = Scenario.Trades("1000 100", "1010 100", "1200 99 1", "1300 99.5", "40000 99.5", "41000 98")
            .WithMirror(new MirrorSettings { Proportion = 0.5m, DelayMs = 250 })
            .At(0, "buy quantity=1 type=limit price=99 stop_loss=90").Run();
        outcome.IsOpen();
        outcome.Mirror.Leaves("entry limit buy 0.5 cancelled");
    }

    [Fact]
    public void Close_of_a_part_takes_the_same_fraction()
    {
        var outcome = Scenario.Candles(Quiet).WithMirror().At(0, Buy).At(1, "close quantity=0.3").At(3, "close").Run();
        outcome.Closes("long 0.3 100>100 signal", "long 0.7 100>100 signal");
        outcome.Mirror.Closes("long 0.15 100>100 signal", "long 0.35 100>100 signal").IsFlat();
    }

    [Fact]
    public void Flip_turns_the_mirror_too()
    {
        var outcome = Scenario.Candles(Quiet).WithMirror(balance: 100m).At(0, "buy quantity=2 stop_loss=95")
            .At(1, "sell quantity=2 flip=true stop_loss=105").Run();
        outcome.Mirror.Closes("long 1 100>100 signal").IsOpen().IsCovered();
    }

    [Fact]
    public void Ratio_of_a_plan_is_fixed_and_its_residual_is_carried() =>
        Scenario.Candles(Quiet).WithMirror().At(0, "buy quantity=0.501 stop_loss=95").At(1, "buy quantity=0.501 stop_loss=95 scale_in=true")
            .Run().Mirror.Leaves("entry market buy 0.25 filled", "entry market buy 0.251 filled");

    [Fact]
    public void Resting_entry_is_cancelled_and_modified_on_both()
    {
        Scenario.Candles("100", "100", "100", "100 100 94 94").WithMirror()
            .At(0, "buy quantity=1 type=limit price=95 stop_loss=90 tag=a").At(1, "cancel order=a")
            .Run().Mirror.Leaves("entry limit buy 0.5 cancelled");
        Scenario.Candles("100", "100", "100", "100 100 97 97", "97").WithMirror()
            .At(0, "buy quantity=1 type=limit price=95 stop_loss=90 tag=a").At(1, "modify order=a price=98 quantity=2")
            .Run().Mirror.Leaves("entry limit buy 1 filled").IsOpen();
    }

    public static TheoryData<string, MirrorSettings?, int> Mirrors => new()
    {
        { "half size", new MirrorSettings(), 10_000 },
        { "reversed", new MirrorSettings { Reverse = true, Proportion = 2m }, 10_000 },
        { "tiny", new MirrorSettings(), 3 },
        { "late", new MirrorSettings { DelayMs = 70_000 }, 10_000 },
        { "of equity", new MirrorSettings { Proportion = 1m, ProportionOf = ProportionOf.Equity }, 777 },
    };

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void Main_does_the_same_whatever_the_mirror_does(string name, MirrorSettings? settings, int balance)
    {
        Assert.NotEmpty(name);
        var alone = OfMain(Busy().RunForEffects());
        Assert.True(alone.Count > 30, "the scenario is busy");
        Assert.Equal(alone, OfMain(Busy().WithMirror(settings, balance).RunForEffects()));
    }

    [Fact]
    public void Same_inputs_give_the_same_effects_twice() => Assert.Equal(
        Busy().WithMirror().RunForEffects().Select(e => e.ToString()), Busy().WithMirror().RunForEffects().Select(e => e.ToString()));

    private static Scenario Busy() => Scenario
        .Candles(
            "100", "100 101 99 100", "100 103 100 102", "102 102 99 100", "100 100 96 97", "97 101 97 100", "100 106 100 105",
            "105 105 99 99", "99", "99 103 99 103")
        .With(new StrategySettings { Pyramiding = 1 })
        .At(0, Sig.Of("buy quantity=1 stop_loss=95 trail_percent=3").Ladder((1, 30), (2, 30), (5, 40)).And("breakeven", ("after_tp", 2)))
        .At(1, "buy quantity=0.07 stop_loss=96 type=limit price=99.5 tag=add expires_candles=3")
        .At(2, "hold trail_percent=2")
        .At(3, "sell quantity=3")
        .At(4,
            "sell quantity=1 type=stop_market stop_price=96 stop_loss=110 oco=x",
            "buy quantity=1 type=stop_market stop_price=99 stop_loss=90 oco=x tag=up")
        .At(6, "sell quantity=2 flip=true stop_loss_percent=4 close_after_candles=2")
        .At(7, "buy quantity=600 stop_loss=90", "close share=50");

    internal static List<string> OfMain(IEnumerable<Effect> effects) =>
    [
        .. effects.Where(e => e switch
        {
            AccountEffect a => a.Account == AccountId.Main,
            TradeClosed t => t.Trade.Account == AccountId.Main,
            OrderClosed o => o.Order.Account == AccountId.Main,
            _ => true,
        }).Select(e => e is CallScript { Call: var call, View: var view }
            ? $"{call} {view.WalletBalance} {string.Join(';', view.Positions)} {string.Join(';', view.Orders)}"
            : e.ToString()),
    ];
}
