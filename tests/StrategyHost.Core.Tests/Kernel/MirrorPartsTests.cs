using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Settings;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>
/// Entries that wait beside one that fills first: a part that fills goes over to the open plan, and the others stay where they were. What is
/// said and done of the entry means all of its parts.
/// </summary>
public sealed class MirrorPartsTests
{
    private KernelDesk _desk = Desk(delayMs: 0);

    private string ReasonOfOpen => _desk.Kernel.MirrorView!.Drift.Single(d => !d.Standing.MainSize.IsZero).Reason;

    private static KernelDesk Desk(int delayMs) => new(approach: Approach.Conservative, following: new MirrorSettings
    {
        Proportion = 0.05m,
        DelayMs = delayMs,
    });

    private (List<OrderRequest> Main, List<OrderRequest> Mirror) Enters(double quantity)
    {
        _desk.Requests.Clear();
        _desk.Price(100m, ("action", "buy"), ("quantity", quantity), ("stop_loss_percent", 5), ("scale_in", true));
        return (_desk.PlacedOn(AccountId.Main), _desk.PlacedOn(AccountId.Mirror));
    }

    /// <summary>Both are in with 6 and 0.3 before a second entry, of three orders on main and one on the mirror, fills anything.</summary>
    private (List<OrderRequest> Main, OrderRequest Mirror) Beside()
    {
        var (first, its) = Enters(6);
        var (second, others) = Enters(3);
        Assert.Equal((3, 3), (first.Count, its.Count));
        Assert.Equal(3, second.Count);
        first.ForEach(o => _desk.Fills(o, 2m, 100m));
        its.ForEach(o => _desk.Fills(o, 0.1m, 100m));
        return (second, Assert.Single(others)); // a third of it would be below the minimum
    }

    [Fact]
    public void Part_that_rests_with_another_plan_is_an_entry_under_way()
    {
        var (second, other) = Beside();
        _desk.Fills(second[0], 1m, 100m);
        _desk.Fills(other, 0.15m, 100m);
        Assert.Equal(Quantity.Of(7m), _desk.Kernel.Main.Plans[0].Size);
        Assert.Equal("entering", ReasonOfOpen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Parts_that_ended_with_another_plan_are_remembered_and_close_nothing_of_the_mirror(bool isLast)
    {
        var (second, other) = Beside();
        _desk.Fills(other, 0.15m, 100m);
        if (isLast)
        {
            second.Skip(1).ToList().ForEach(o => _desk.Says(o, OrderStatus.Cancelled, 0m));
        }

        _desk.Fills(second[0], 1m, 100m);
        _desk.Requests.Clear();
        if (!isLast)
        {
            second.Skip(1).ToList().ForEach(o => _desk.Says(o, OrderStatus.Cancelled, 0m));
        }

        Assert.Empty(_desk.PlacedOn(AccountId.Mirror));
        Assert.Single(_desk.Kernel.Main.Plans);
        Assert.Equal("partially_filled", ReasonOfOpen);
    }

    [Fact]
    public void Entry_of_the_mirror_that_is_refused_explains_the_part_that_has_gone_over()
    {
        var (second, other) = Beside();
        _desk.Fills(second[0], 1m, 100m);
        _desk.Says(other, OrderStatus.Rejected, 0m);
        second.Skip(1).ToList().ForEach(o => _desk.Says(o, OrderStatus.Cancelled, 0m));
        Assert.StartsWith("skipped: rejected", ReasonOfOpen, StringComparison.Ordinal);
    }

    [Fact]
    public void Delayed_entry_of_which_a_part_has_gone_over_still_comes()
    {
        _desk = Desk(delayMs: 5000);
        var (first, _) = Enters(6);
        var (second, _) = Enters(3);
        first.ForEach(o => _desk.Fills(o, 2m, 100m));
        _desk.Fills(second[0], 1m, 100m);
        second.Skip(1).ToList().ForEach(o => _desk.Says(o, OrderStatus.Cancelled, 0m));
        _desk.Wait(3000);
        _desk.Requests.Clear(); // what follows the first
        _desk.Wait(2000);
        Assert.Equal(Quantity.Of(0.05m), Assert.Single(_desk.PlacedOn(AccountId.Mirror)).Quantity);
    }

    [Fact]
    public void Entry_that_main_never_got_is_closed_alone()
    {
        var (second, other) = Beside();
        _desk.Fills(other, 0.15m, 100m); // 0.45 with the first
        _desk.Requests.Clear();
        second.ForEach(o => _desk.Says(o, OrderStatus.Cancelled, 0m));
        Assert.Equal(Quantity.Of(0.15m), Assert.Single(_desk.PlacedOn(AccountId.Mirror)).Quantity);
    }

    [Fact]
    public void Entry_that_main_never_got_leaves_the_other_one_of_the_mirror_resting()
    {
        var (first, its) = Enters(6);
        var (second, others) = Enters(3);
        _desk.Fills(its[0], 0.1m, 100m);
        _desk.Fills(others[0], 0.15m, 100m);
        _desk.Fills(first[0], 2m, 100m);
        _desk.Requests.Clear();
        second.ForEach(o => _desk.Says(o, OrderStatus.Cancelled, 0m));
        Assert.Equal(Quantity.Of(0.15m), Assert.Single(_desk.PlacedOn(AccountId.Mirror)).Quantity);
        Assert.DoesNotContain(_desk.Requests, r => r is CancelOrder);
    }
}
