using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Breaker, switch and drift meter of the mirror as the kernel uses them: entries only, and never main's.</summary>
public sealed class MirrorGateTests
{
    private static readonly (string, object)[] Buy = [("action", "buy"), ("quantity", 1), ("stop_loss_percent", 5), ("scale_in", true)];

    private readonly KernelDesk _desk = new(following: new MirrorSettings());

    private MirrorDrift Drift => _desk.Kernel.MirrorView!.Drift.Single();

    private OrderRequest? Enter()
    {
        _desk.Requests.Clear();
        _desk.Price(100m, Buy);
        Assert.Single(_desk.PlacedOn(AccountId.Main));
        return _desk.PlacedOn(AccountId.Mirror).SingleOrDefault();
    }

    [Fact]
    public void Refused_key_keeps_the_next_entries_from_the_mirror_alone()
    {
        _desk.Refuses(Enter()!, 10003);
        Assert.Null(Enter());
        Assert.Contains(_desk.MirrorAlerts, a => a.StartsWith("breaker_open: retCode 10003", StringComparison.Ordinal));
        Assert.Contains(_desk.MirrorAlerts, a => a.EndsWith("breaker_open", StringComparison.Ordinal));
        Assert.Equal(BreakerState.Open, _desk.Kernel.MirrorView!.Breaker.State);
    }

    [Fact]
    public void Breaker_lets_one_entry_through_and_closes_when_it_was_taken()
    {
        _desk.Refuses(Enter()!, 10003);
        _desk.Wait(30_000);
        var tries = Enter();
        Assert.NotNull(tries);
        Assert.Null(Enter());

        _desk.Says(tries, OrderStatus.New, 0m);
        Assert.NotNull(Enter());
        Assert.Contains(_desk.MirrorAlerts, a => a.StartsWith("breaker_closed", StringComparison.Ordinal));
    }

    [Fact]
    public void Orders_in_doubt_open_it()
    {
        for (var i = 0; i < 5; i++)
        {
            var entry = Enter()!;
            _desk.Says(entry, OrderStatus.Unknown, 0m);
            Assert.Equal(i < 4 ? BreakerState.Closed : BreakerState.Open, _desk.Kernel.MirrorView!.Breaker.State);
            _desk.Says(entry, OrderStatus.Cancelled, 0m);
        }
    }

    [Fact]
    public void Open_breaker_never_keeps_protection_and_exits_back()
    {
        var (entry, refused) = (Enter()!, Enter()!);
        _desk.Fills(_desk.Kernel.Main.Plans[0].Entries[0].Order.Request, 1m, 100m);
        _desk.Refuses(refused, 10003);
        _desk.Fills(entry, 0.5m, 98m);
        Assert.Contains(_desk.Requests.OfType<SetTradingStop>(), s => s.Account == AccountId.Mirror);

        _desk.Price(98m, ("action", "close"));
        Assert.Contains(_desk.PlacedOn(AccountId.Mirror), o => o.ReduceOnly);
    }

    [Fact]
    public void Main_has_no_breaker()
    {
        for (var i = 0; i < 6; i++)
        {
            Enter();
            _desk.Refuses(_desk.PlacedOn(AccountId.Main).Single(), 10003);
        }

        Assert.Equal(BreakerState.Closed, _desk.Kernel.MirrorView!.Breaker.State);
        Assert.NotNull(Enter());
    }

    [Fact]
    public void Switched_off_the_mirror_takes_its_entries_back_and_makes_no_more()
    {
        _desk.Price(100m, [.. Buy, ("type", "limit"), ("price", 99)]);
        var resting = _desk.PlacedOn(AccountId.Mirror).Single();
        _desk.Requests.Clear();
        _desk.Tell(new MirrorSwitched(false) { At = _desk.Now });

        var cancel = Assert.IsType<CancelOrder>(Assert.Single(_desk.Requests, r => r is CancelOrder));
        Assert.Equal((AccountId.Mirror, resting.ClientOrderId), (cancel.Account, cancel.Id));
        Assert.Null(Enter());
        Assert.False(_desk.Kernel.MirrorView!.IsOn);

        _desk.Tell(new MirrorSwitched(true) { At = _desk.Now });
        Assert.NotNull(Enter());
    }

    [Fact]
    public void Switched_off_the_mirror_still_follows_closes_with_its_stop_in_place()
    {
        var entry = Enter()!;
        _desk.Fills(_desk.PlacedOn(AccountId.Main).Single(), 1m, 100m);
        _desk.Fills(entry, 0.5m, 100m);
        _desk.Tell(new MirrorSwitched(false) { At = _desk.Now });
        _desk.Requests.Clear();
        _desk.Price(101m, ("action", "close"), ("share", 50));

        var exit = _desk.PlacedOn(AccountId.Mirror).Single();
        Assert.Equal((true, Quantity.Of(0.25m)), (exit.ReduceOnly, exit.Quantity));
        Assert.DoesNotContain(_desk.Requests, r => r is SetTradingStop);
    }

    [Fact]
    public void Switched_off_the_mirror_drops_what_waits_for_its_delay()
    {
        var desk = new KernelDesk(following: new MirrorSettings { DelayMs = 5000 });
        desk.Price(100m, Buy);
        Assert.Equal("delayed", Fill(desk));
        desk.Tell(new MirrorSwitched(false) { At = desk.Now });
        desk.Wait(5000);

        Assert.Empty(desk.PlacedOn(AccountId.Mirror));
        Assert.Equal("skipped: mirror_disabled", desk.Kernel.MirrorView!.Drift.Single().Reason);

        static string Fill(KernelDesk desk)
        {
            desk.Fills(desk.PlacedOn(AccountId.Main).Single(), 1m, 100m);
            return desk.Kernel.MirrorView!.Drift.Single().Reason;
        }
    }

    [Fact]
    public void Drift_goes_from_entering_to_in_step_to_the_mirrors_own_exit()
    {
        var entry = Enter()!;
        _desk.Fills(_desk.PlacedOn(AccountId.Main).Single(), 1m, 100m);
        Assert.Equal((0.5m, -0.5m, "entering"), (Drift.Target, Drift.Drift, Drift.Reason));

        _desk.Fills(entry, 0.5m, 100m);
        Assert.Equal((0m, "in_step"), (Drift.Drift, Drift.Reason));

        _desk.Stops(AccountId.Mirror, 0.5m, 95m);
        Assert.Equal((-0.5m, "mirror_exited"), (Drift.Drift, Drift.Reason));
    }

    [Fact]
    public void What_kept_the_mirror_out_is_the_reason_of_its_drift()
    {
        var (entry, main) = (Enter()!, _desk.PlacedOn(AccountId.Main).Single());
        _desk.Fills(main, 1m, 100m);
        _desk.Refuses(entry, 10003);
        Assert.Equal("skipped: rejected (10003)", Drift.Reason);
        Enter();
        _desk.Fills(_desk.PlacedOn(AccountId.Main).Single(), 1m, 100m);
        Assert.Equal((1m, "skipped: breaker_open"), (Drift.Target, Drift.Reason));
    }

    [Fact]
    public void Position_that_outlives_mains_is_drift()
    {
        var entry = Enter()!;
        _desk.Fills(_desk.PlacedOn(AccountId.Main).Single(), 1m, 100m);
        _desk.Fills(entry, 0.5m, 99m);
        _desk.Stops(AccountId.Main, 1m, 95m);

        Assert.Equal((0m, 0.5m, "main_exited"), (Drift.Target, Drift.Drift, Drift.Reason));
    }

    [Fact]
    public void Signal_for_main_alone_is_no_drift()
    {
        _desk.Price(100m, [.. Buy, ("accounts", "main")]);
        _desk.Fills(_desk.PlacedOn(AccountId.Main).Single(), 1m, 100m);
        Assert.Empty(_desk.Kernel.MirrorView!.Drift);
    }
}
