using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Drifts that plans come to which become one, net with each other, or lose the order that they had begun with.</summary>
public sealed class MirrorDriftReasonTests
{
    private readonly KernelDesk _desk = new(following: new MirrorSettings());

    private (OrderRequest Main, OrderRequest Mirror) Enters(decimal quantity, decimal price, string action = "buy")
    {
        _desk.Requests.Clear();
        _desk.Price(100m, ("action", action), ("quantity", (double)quantity), ("type", "limit"), ("price", (double)price),
            ("stop_loss_percent", 20), ("scale_in", true));
        return (_desk.PlacedOn(AccountId.Main).Single(), _desk.PlacedOn(AccountId.Mirror).Single());
    }

    private string[] Reasons => [.. _desk.Kernel.MirrorView!.Drift.Select(d => d.Reason)];

    [Fact]
    public void Roundings_of_plans_that_become_one_add_up_and_the_next_entry_makes_up_for_them()
    {
        var (first, its) = Enters(0.201m, 99m);
        var (second, others) = Enters(0.201m, 98m);
        _desk.Fills(first, 0.201m, 99m);
        _desk.Fills(its, 0.1m, 99m);
        _desk.Fills(second, 0.201m, 98m);
        _desk.Fills(others, 0.1m, 98m);
        Assert.Equal(["rounding"], Reasons); // 0.200 of 0.201

        var (third, last) = Enters(0.4m, 97m);
        Assert.Equal(Quantity.Of(0.201m), last.Quantity);
        _desk.Fills(third, 0.4m, 97m);
        _desk.Fills(last, 0.201m, 97m);
        Assert.Equal(["in_step"], Reasons);
    }

    /// <summary>A person's hand on main is main's own exit: the mirror keeps what it has, and a later close takes its part of that.</summary>
    [Fact]
    public void Position_of_main_that_a_person_has_made_smaller_is_a_drift_with_its_reason()
    {
        var (main, mirror) = Enters(1m, 99m);
        _desk.Fills(main, 1m, 99m);
        _desk.Fills(mirror, 0.5m, 99m);
        _desk.Requests.Clear();
        _desk.Fills(ByHand(main), 0.5m, 100m);
        Assert.Equal(Quantity.Of(0.5m), _desk.Kernel.Main.Plans[0].Size);
        Assert.Equal(["own_exits"], Reasons);
        Assert.DoesNotContain(_desk.Requests.OfType<PlaceOrder>(), p => p.Account == AccountId.Mirror);

        _desk.Price(100m, ("action", "close"), ("share", 50));
        Assert.Equal(Quantity.Of(0.25m), _desk.PlacedOn(AccountId.Mirror).Single().Quantity);
    }

    private static OrderRequest ByHand(OrderRequest entry) => entry with
    {
        ClientOrderId = ClientOrderId.None,
        Side = Side.Sell,
        Type = OrderType.Market,
        Price = null,
        ReduceOnly = true,
    };

    [Fact]
    public void Entry_of_the_mirror_that_a_position_of_the_other_side_swallowed_is_said()
    {
        var (bought, its) = Enters(1m, 99m);
        var (sold, others) = Enters(2m, 101m, "sell");
        _desk.Fills(its, 0.5m, 99m);
        _desk.Fills(others, 1m, 101m); // short 0.5
        _desk.Says(bought, OrderStatus.Cancelled, 0m);
        _desk.Fills(sold, 2m, 101m);
        Assert.Equal(["netted"], Reasons);
    }

    [Fact]
    public void Entry_of_the_mirror_that_a_position_of_the_other_side_swallowed_whole_is_said()
    {
        var (bought, its) = Enters(2m, 99m);
        var (sold, others) = Enters(1m, 101m, "sell");
        _desk.Fills(its, 1m, 99m);
        _desk.Fills(others, 0.5m, 101m); // still long 0.5
        _desk.Says(bought, OrderStatus.Cancelled, 0m);
        _desk.Fills(sold, 1m, 101m);
        Assert.Contains("netted", Reasons);
    }

    [Fact]
    public void Position_that_outlived_mains_and_goes_on_with_the_next_plan_is_too_large_by_it()
    {
        var (main, mirror) = Enters(1m, 99m);
        _desk.Fills(main, 1m, 99m);
        _desk.Fills(mirror, 0.5m, 99m);
        _desk.Stops(AccountId.Main, 1m, 94m);
        var (again, its) = Enters(1m, 98m);
        _desk.Fills(again, 1m, 98m);
        _desk.Fills(its, 0.5m, 98m);
        Assert.Equal(Quantity.Of(1m), Assert.Single(_desk.Mirror.Plans).Size);
        Assert.Equal(["main_exited"], Reasons);
    }

    [Fact]
    public void Plan_of_the_mirror_that_filled_late_follows_again_when_the_one_in_its_place_came_to_nothing()
    {
        var (main, mirror) = Enters(1m, 99m);
        _desk.Fills(main, 1m, 99m);
        var (more, its) = Enters(1m, 98m); // the mirror has no position to add to yet: a plan of its own
        _desk.Says(more, OrderStatus.Cancelled, 0m);
        _desk.Says(its, OrderStatus.Cancelled, 0m);
        _desk.Fills(mirror, 0.5m, 99m);
        Assert.Equal(["in_step"], Reasons);
        Assert.Equal(_desk.Mirror.Plans[0], _desk.Kernel.Main.Plans[0].Follower);

        _desk.Price(100m, ("action", "close"));
        Assert.Equal(Quantity.Of(0.5m), _desk.PlacedOn(AccountId.Mirror).Single().Quantity);
    }
}
