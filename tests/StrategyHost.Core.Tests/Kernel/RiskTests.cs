using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Limits of an account that remember: reached, held, released by a person, and there again after a restart.</summary>
public sealed class RiskTests
{
    private static readonly (string, object)[] Buy = [("action", "buy"), ("quantity", 1), ("stop_loss", 50)];
    private static readonly (string, object)[] Limit = [.. Buy, ("type", "limit"), ("price", 90)];

    [Fact]
    public void Drawdown_keeps_entries_out_until_a_person_resumes_the_whole_account()
    {
        var desk = Desk(new RiskSettings { DrawdownPercent = 1m });
        Open(desk, 10m);
        desk.Price(100m, [.. Limit, ("scale_in", true)]);
        var resting = desk.Placed[^1].Request;
        desk.Price(90.2m); // 98 and a fee of 1 less than 10,000
        Assert.Empty(desk.Kernel.Main.Halts.Limits(desk.Now));
        desk.Requests.Clear();
        desk.Price(90m);
        Assert.Equal(resting.ClientOrderId, Assert.Single(desk.Requests.OfType<CancelOrder>()).Id);
        Assert.Equal(["risk:drawdown"], desk.Kernel.Main.Halts.Limits(desk.Now));
        desk.Price(100m, [.. Buy, ("scale_in", true)]);
        Assert.Equal("risk:drawdown", desk.Outcomes[^1]);

        Resume(desk, new HaltScope(new StrategyId("test"), null));
        Assert.Equal(["risk:drawdown"], desk.Kernel.Main.Halts.Limits(desk.Now));
        Resume(desk, HaltScope.All);
        desk.Price(100m, [.. Buy, ("scale_in", true)]);
        Assert.Equal("accepted", desk.Outcomes[^1]);
    }

    [Fact]
    public void Losses_in_a_row_take_resting_entries_back_and_cool_over_a_restart()
    {
        var desk = Desk(new RiskSettings { Cooldown = new CooldownRule(2, 3_600_000) });
        Lose(desk);
        Open(desk);
        desk.Price(100m, [.. Limit, ("scale_in", true), ("tag", "rests")]);
        var resting = desk.Placed[^1].Request;
        desk.Stops(AccountId.Main, 1m, 99m);
        Assert.Contains(desk.Requests.OfType<CancelOrder>(), c => c.Id == resting.ClientOrderId);
        desk.Says(resting, OrderStatus.Cancelled, 0m);
        desk.Price(100m, Buy);
        Assert.Equal("risk:cooldown", desk.Outcomes[^1]);

        var later = desk.Restarted(out _);
        later.Price(100m, Buy);
        Assert.Equal("risk:cooldown", later.Outcomes[^1]);
        later.Waits(3_600_000);
        later.Price(100m, Buy);
        Assert.Equal("accepted", later.Outcomes[^1]);
    }

    [Fact]
    public void Trades_that_lose_on_average_keep_entries_out_over_a_restart_until_resumed()
    {
        var desk = Desk(new RiskSettings { MinExpectancy = new ExpectancyRule(0m, 2) });
        Lose(desk);
        desk.Price(100m, Buy);
        Assert.Equal("accepted", desk.Outcomes[^1]); // one trade says nothing
        desk.Fills(desk.Placed[^1].Request, 1m, 100m);
        desk.Stops(AccountId.Main, 1m, 99m);
        desk.Price(100m, Buy);
        Assert.Equal("risk:expectancy", desk.Outcomes[^1]);
        var later = desk.Restarted(out _);
        later.Price(100m, Buy);
        Assert.Equal("risk:expectancy", later.Outcomes[^1]);
        Resume(later, HaltScope.All);
        later.Price(100m, Buy);
        Assert.Equal("accepted", later.Outcomes[^1]);
    }

    /// <summary>Hours before and after a start → what is said of what was kept.</summary>
    [Theory]
    [InlineData(24, 48, "rollingLoss looks back over 48 h, and equities were kept for 24 h")]
    [InlineData(48, 24, null)]
    [InlineData(24, 24, null)]
    public void Rolling_loss_over_more_hours_than_were_kept_is_said_at_the_start(int before, int after, string? text)
    {
        var desk = Desk(new RiskSettings { RollingLoss = new RollingLossRule(5m, before) });
        desk.Price(100m);
        Open(desk);
        desk.Restarted(out var lost, o => o with { Risk = new RiskSettings { RollingLoss = new RollingLossRule(5m, after) } });
        Assert.Equal(text is null ? [] : ["rolling_loss_short"], lost.Select(l => l.Code));
        Assert.All(lost, l => Assert.StartsWith(text!, l.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Throttle_counts_entries_of_a_minute_over_a_restart()
    {
        var desk = Desk(new RiskSettings { MaxEntriesPerMinute = 2 });
        desk.Price(100m, Limit);
        desk.Price(100m, [.. Limit, ("scale_in", true)]);
        desk.Price(100m, [.. Limit, ("scale_in", true)]);
        Assert.Equal(["accepted", "accepted", "risk:throttle"], desk.Outcomes);
        Assert.Equal(2, desk.Kernel.Save().Accounts[0].Throttle.Count);
        desk.Waits(60_000);
        desk.Price(100m, [.. Limit, ("scale_in", true)]);
        Assert.Equal("accepted", desk.Outcomes[^1]);
    }

    /// <summary>Price of a limit, at a last price of 100 with a band of 5 %.</summary>
    [Theory]
    [InlineData(95.0, "accepted")]
    [InlineData(94.9, "risk:price_band")]
    public void Limit_far_from_the_market_is_refused(double price, string outcome)
    {
        var desk = Desk(new RiskSettings { MaxPriceDeviationPercent = 5m });
        desk.Price(100m, ("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", price), ("stop_loss", 50));
        Assert.Equal(outcome, desk.Outcomes[^1]);
    }

    [Fact]
    public void Amendment_may_not_go_further_than_the_band_either()
    {
        var desk = Desk(new RiskSettings { MaxPriceDeviationPercent = 5m });
        desk.Price(100m, ("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", 96), ("stop_loss", 50), ("tag", "e"));
        desk.Says(desk.Placed[0].Request, OrderStatus.New, 0m);
        desk.Price(100m, ("action", "modify"), ("order", "e"), ("price", 94.9));
        Assert.Equal("risk:price_band", desk.Outcomes[^1]);
        desk.Price(100m, ("action", "modify"), ("order", "e"), ("price", 95));
        Assert.Equal("accepted", desk.Outcomes[^1]);
    }

    [Fact]
    public void Exposure_on_a_symbol_counts_what_is_held_and_what_rests()
    {
        var desk = Desk(new RiskSettings { MaxSymbolExposurePercent = 3m });
        Open(desk); // 100
        desk.Price(100m, [.. Limit, ("scale_in", true)]); // 90
        desk.Price(100m, ("action", "buy"), ("quantity", 1.101), ("stop_loss", 50), ("scale_in", true)); // 110.1, and 299.97 are allowed
        Assert.Equal("risk:max_symbol_exposure", desk.Outcomes[^1]);
        desk.Price(100m, ("action", "buy"), ("quantity", 1.098), ("stop_loss", 50), ("scale_in", true));
        Assert.Equal("accepted", desk.Outcomes[^1]);
    }

    [Fact]
    public void Mirror_is_judged_by_its_own_profile_and_main_by_main_s()
    {
        var desk = new KernelDesk(
            following: new MirrorSettings { Proportion = 1m, MaxDeviationPercent = 50m },
            change: o => o with { MirrorRisk = new RiskSettings { AllowMultipleEntries = false, AllowDca = false } });
        desk.Price(100m, Buy);
        desk.Fills(desk.PlacedOn(AccountId.Main)[0], 1m, 100m);
        desk.Price(101m, [.. Buy, ("scale_in", true)]);
        Assert.Single(desk.PlacedOn(AccountId.Main));
        Assert.Empty(desk.PlacedOn(AccountId.Mirror));
        Assert.Contains("risk:multiple_entries", desk.MirrorAlerts[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Two_tranches_are_one_position_for_the_limit_on_positions()
    {
        var desk = Desk(new RiskSettings { MaxPositions = 1 });
        Open(desk);
        desk.Price(100m, [.. Buy, ("scale_in", true), ("tranche", "second")]);
        Assert.Equal("accepted", desk.Outcomes[^1]);
    }

    /// <summary>A buy that follows the market down from 95 on, held here until then.</summary>
    private static readonly (string, object)[] Trailing =
        [("action", "buy"), ("quantity", 1), ("type", "trailing_stop"), ("trail_percent", 1), ("trail_activation", 95), ("stop_loss_percent", 5)];

    [Fact]
    public void Held_entry_is_not_sent_in_a_window_without_entries_and_goes_on_behind_it()
    {
        var desk = Desk(new RiskSettings
        {
            NoEntry = [new EventNoEntry { From = new Timestamp(1_003_000), To = new Timestamp(1_007_000), Reason = "FOMC" }],
        });
        desk.Price(100m, Trailing); // 1,002,000
        desk.Price(94m); // active, in the window
        desk.Price(93m); // 1,006,000
        Assert.Empty(desk.Placed);
        desk.Price(93m); // behind it
        Assert.Equal(93.9m, Assert.Single(desk.Placed).Request.Trigger!.Value.Price.Value);
    }

    [Fact]
    public void Held_entry_whose_turn_comes_in_a_window_is_missed()
    {
        var desk = Desk(new RiskSettings
        {
            NoEntry = [new EventNoEntry { From = new Timestamp(1_003_000), To = new Timestamp(2_007_000), Reason = "FOMC" }],
        });
        desk.Price(100m, Trailing);
        desk.Price(94m);
        desk.Price(96m);
        Assert.Contains(desk.Requests.OfType<Alert>(), a => a.Code == "entry_missed" && a.Text.Contains("FOMC", StringComparison.Ordinal));
        Assert.Empty(desk.Placed);
        Assert.Empty(desk.Kernel.Main.Plans);
    }

    [Fact]
    public void Held_entry_waits_while_data_of_its_symbol_are_down()
    {
        var desk = Desk(new RiskSettings());
        desk.Price(100m, Trailing);
        Ready(desk, false);
        desk.Price(94m);
        Assert.Empty(desk.Placed);
        Ready(desk, true);
        desk.Price(94m);
        Assert.Single(desk.Placed);
    }

    [Fact]
    public void Entry_that_rested_before_a_window_turns_to_market_in_it()
    {
        var desk = Desk(new RiskSettings
        {
            NoEntry = [new EventNoEntry { From = new Timestamp(1_003_000), To = new Timestamp(2_007_000), Reason = "" }],
        });
        desk.Price(100m, ("action", "buy"), ("quantity", 1), ("type", "trailing_stop"), ("trail_percent", 1), ("stop_loss_percent", 5));
        var entry = desk.Placed[0].Request;
        desk.Price(90m);
        desk.Refuses(entry, 110092, RequestKind.Amend);
        desk.Says(entry, OrderStatus.Deactivated, 0m);
        Assert.Null(Assert.Single(desk.Placed).Request.Trigger);
    }

    private static KernelDesk Desk(RiskSettings risk) => new(change: o => o with { Risk = risk, SavesState = true });

    private static void Open(KernelDesk desk, decimal quantity = 1m)
    {
        desk.Price(100m, ("action", "buy"), ("quantity", quantity), ("stop_loss", 50));
        Assert.Equal("accepted", desk.Outcomes[^1]);
        desk.Fills(desk.Placed[^1].Request, quantity, 100m);
    }

    private static void Lose(KernelDesk desk)
    {
        Open(desk);
        desk.Stops(AccountId.Main, 1m, 99m);
    }

    private static void Resume(KernelDesk desk, HaltScope scope) =>
        desk.Tell(new ResumeAsked(AccountId.Main, scope, "test") { At = desk.Now });

    private static void Ready(KernelDesk desk, bool isReady) => desk.Tell(
        new ReadinessChanged(null, Protection.Markets.Btc.Symbol, "data", isReady, "stale") { At = desk.Now });
}
