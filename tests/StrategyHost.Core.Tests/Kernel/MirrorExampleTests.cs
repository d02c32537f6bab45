using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>The worked example of <c>engine/docs/mirror.md</c>, line by line.</summary>
public sealed class MirrorExampleTests
{
    private readonly KernelDesk _desk = new(following: new MirrorSettings());

    [Fact]
    public void Worked_example_of_the_page_holds()
    {
        _desk.Price(99.4m, ("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", 99), ("stop_loss_percent", 5),
            ("breakeven", ScriptValue.Of([KeyValuePair.Create("after_percent", ScriptValue.Of(1.0))])));
        var (main, mirror) = (_desk.PlacedOn(AccountId.Main).Single(), _desk.PlacedOn(AccountId.Mirror).Single());
        Assert.Equal((Quantity.Of(0.5m), Price.Of(94.1m)), (mirror.Quantity, mirror.Protection!.StopLoss!.Value));
        Drifts(0m, "in_step");

        _desk.Fills(main, 0.4m, 99m);
        Drifts(-0.2m, "entering");
        _desk.Fills(mirror, 0.1m, 99m);
        Drifts(-0.1m, "entering");
        _desk.Says(main, OrderStatus.Cancelled, 0.4m);
        Assert.Equal(Quantity.Of(0.2m), Assert.Single(_desk.Requests.OfType<AmendOrder>()).Amendment.Quantity);
        Drifts(-0.1m, "entering");
        _desk.Fills(mirror, 0.1m, 99.2m);
        Assert.Equal((99.1m, 94.2m), (_desk.Mirror.Plans[0].AverageEntry, StopOf(_desk.Mirror)));
        Drifts(0m, "in_step");

        _desk.Price(100m);
        Assert.Equal((99m, 99.1m), (StopOf(_desk.Kernel.Main), StopOf(_desk.Mirror)));
        _desk.Stops(AccountId.Mirror, 0.2m, 99.1m);
        Drifts(-0.2m, "mirror_exited");

        _desk.Requests.Clear();
        _desk.Price(99.05m, ("action", "close"), ("share", 50));
        Assert.Empty(_desk.PlacedOn(AccountId.Mirror));
        _desk.Fills(_desk.PlacedOn(AccountId.Main).Single(), 0.2m, 99m);
        Drifts(-0.1m, "mirror_exited");
    }

    private void Drifts(decimal drift, string reason)
    {
        MirrorDrift row = _desk.Kernel.MirrorView!.Drift.Single();
        Assert.Equal((drift, reason), (row.Drift, row.Reason));
    }

    private static decimal StopOf(AccountKernel account) => FixedPoint.ToDecimal(account.Plans[0].Stop.Stop);
}
