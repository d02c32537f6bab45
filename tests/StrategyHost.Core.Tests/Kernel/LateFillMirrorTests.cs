using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>
/// Main's entry was told before the close that made room for it: its position is there, although no plan shows it yet. The mirror's follows
/// it all the same, and what waits takes its room in main's limits.
/// </summary>
public sealed class LateFillMirrorTests
{
    private static readonly (string, object)[] Sale = [("action", "sell"), ("quantity", 0.1), ("stop_loss", 105), ("flip", true)];

    private static KernelDesk Desk(MirrorSettings? following = null, RiskSettings? risk = null) => new(
        trail: TrailMode.Resting, following: following ?? new MirrorSettings(), change: o => o with { Risk = risk ?? o.Risk });

    /// <summary>Both are long, and a close of both is under way.</summary>
    private static OrderRequest Closing(KernelDesk desk)
    {
        desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss", 95));
        var (main, mirror) = (desk.PlacedOn(AccountId.Main).Single(), desk.PlacedOn(AccountId.Mirror).Single());
        desk.Says(main, OrderStatus.Filled, 0.1m);
        desk.Fills(main, 0.1m, 100m);
        desk.Says(mirror, OrderStatus.Filled, 0.05m);
        desk.Fills(mirror, 0.05m, 100m);
        desk.Price(100m, ("action", "close"));
        var close = desk.PlacedOn(AccountId.Main).Single();
        var other = desk.PlacedOn(AccountId.Mirror).Single();
        desk.Says(other, OrderStatus.Filled, 0.05m);
        desk.Fills(other, 0.05m, 100m);
        desk.Requests.Clear();
        return close;
    }

    /// <summary>Main sells short: its execution is told before that of the close.</summary>
    private static void Wait(KernelDesk desk, OrderRequest sale)
    {
        desk.Says(sale, OrderStatus.Filled, 0.1m);
        desk.Fills(sale, 0.1m, 100m, closed: 0m);
        Assert.Equal(PositionSide.Long, Assert.Single(desk.Kernel.Main.Plans, p => !p.Size.IsZero).Side);
    }

    private static TradePlan Short(AccountKernel account) =>
        Assert.Single(account.Plans, p => p.Side == PositionSide.Short && !p.Size.IsZero);

    [Fact]
    public void Position_of_the_mirror_stays_while_mains_waits_for_a_close_to_be_told()
    {
        var desk = Desk();
        var close = Closing(desk);
        desk.Price(100m, Sale);
        var (sale, mirrors) = (desk.PlacedOn(AccountId.Main).Single(), desk.PlacedOn(AccountId.Mirror).Single());
        desk.Says(mirrors, OrderStatus.Filled, 0.05m);
        desk.Fills(mirrors, 0.05m, 100m);
        Wait(desk, sale);
        Assert.DoesNotContain(desk.Requests, r => r.Account == AccountId.Mirror);

        desk.Fills(close, 0.1m, 100m);
        Assert.DoesNotContain(desk.Requests, r => r.Account == AccountId.Mirror);
        Assert.Equal((Quantity.Of(0.1m), Quantity.Of(0.05m)), (Short(desk.Kernel.Main).Size, Short(desk.Mirror).Size));
        Assert.Same(Short(desk.Mirror), Short(desk.Kernel.Main).Follower);
    }

    [Fact]
    public void Delayed_entry_of_the_mirror_is_made_while_mains_waits()
    {
        var desk = Desk(new MirrorSettings { DelayMs = 3000 });
        desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss", 95));
        var main = desk.PlacedOn(AccountId.Main).Single();
        desk.Says(main, OrderStatus.Filled, 0.1m);
        desk.Fills(main, 0.1m, 100m);
        desk.Price(100m, ("action", "close"));
        desk.Waits(3000);
        desk.Requests.Clear();
        desk.Price(100m, Sale);
        Wait(desk, desk.PlacedOn(AccountId.Main).Single());
        desk.Waits(3000);
        Assert.Equal(Side.Sell, desk.PlacedOn(AccountId.Mirror).Single().Side);
        Assert.DoesNotContain(desk.MirrorAlerts, a => a.Contains("leader_closed", StringComparison.Ordinal) && a.Contains("test-3", StringComparison.Ordinal));
    }

    /// <summary>What closed it is told later: main had it, as if all had been told in its order, and the mirror has stops of its own.</summary>
    [Fact]
    public void Entry_of_main_that_is_older_than_the_position_in_its_way_was_had()
    {
        var desk = Desk();
        desk.Price(100m, Sale);
        var (sale, mirrors) = (desk.PlacedOn(AccountId.Main).Single(), desk.PlacedOn(AccountId.Mirror).Single());
        var at = desk.Now;
        desk.Says(sale, OrderStatus.Filled, 0.1m);
        desk.Says(mirrors, OrderStatus.Filled, 0.05m);
        desk.Fills(mirrors, 0.05m, 100m);
        desk.Price(100m, ("action", "buy"), ("quantity", 0.2), ("stop_loss", 95), ("flip", true), ("accounts", "main"));
        var purchase = desk.PlacedOn(AccountId.Main).Single();
        desk.Says(purchase, OrderStatus.Filled, 0.2m);
        desk.Fills(purchase, 0.2m, 100m);
        desk.Fills(sale, 0.1m, 100m, closed: 0m, at: at);
        Assert.DoesNotContain(desk.Requests, r => r.Account == AccountId.Mirror);
        Assert.Equal(Quantity.Of(0.05m), Short(desk.Mirror).Size);
    }

    [Fact]
    public void Entry_that_main_never_had_still_closes_the_mirrors()
    {
        var desk = Desk();
        desk.Price(100m, ("action", "sell"), ("quantity", 0.1), ("stop_loss", 105), ("type", "limit"), ("price", 101));
        var (sale, mirrors) = (desk.PlacedOn(AccountId.Main).Single(), desk.PlacedOn(AccountId.Mirror).Single());
        desk.Says(mirrors, OrderStatus.Filled, 0.05m);
        desk.Fills(mirrors, 0.05m, 101m);
        desk.Says(sale, OrderStatus.Cancelled, 0m);
        Assert.Equal((true, Quantity.Of(0.05m)), (desk.PlacedOn(AccountId.Mirror).Single().ReduceOnly, desk.PlacedOn(AccountId.Mirror).Single().Quantity));
    }

    [Fact]
    public void What_waits_holds_capital_and_counts_for_the_limits()
    {
        var desk = Desk(risk: new RiskSettings { MaxLeverage = 0.0025m });
        var close = Closing(desk);
        var before = desk.Kernel.Main.HeldCapital;
        desk.Price(100m, Sale);
        Wait(desk, desk.PlacedOn(AccountId.Main).Single());
        var after = desk.Kernel.Main.HeldCapital;
        Assert.Equal(10m / desk.Kernel.Main.Setup.Leverage, after - before);
        desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss", 95), ("scale_in", true));
        Assert.Equal("risk:max_leverage", desk.Outcomes[^1]);
        desk.Fills(close, 0.1m, 100m);
        Assert.Equal(before, desk.Kernel.Main.HeldCapital);
    }
}
