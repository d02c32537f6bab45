using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Two legs on one symbol: what is said of one must not hit the other.</summary>
public sealed class HedgeTests
{
    [Theory]
    [InlineData(PositionIdx.HedgeLong, Side.Sell, 1)]
    [InlineData(PositionIdx.HedgeShort, Side.Buy, 2)]
    public void Stop_that_is_refused_as_passed_closes_its_own_leg(PositionIdx leg, Side side, int quantity)
    {
        var desk = new KernelDesk(PositionMode.Hedge);
        desk.Price(100m, ("action", "buy"), ("quantity", 1), ("stop_loss", 95), ("position_side", "long"));
        desk.Fills(desk.Placed[0].Request, 1m, 100m);
        desk.Price(100m, ("action", "sell"), ("quantity", 2), ("stop_loss", 105), ("position_side", "short"));
        desk.Fills(desk.Placed[0].Request, 2m, 100m);
        desk.RefusesStop(10001, leg);

        var close = Assert.Single(desk.Placed).Request;
        Assert.Equal((leg, side, Quantity.Of(quantity), true), (close.PositionIdx, close.Side, close.Quantity, close.ReduceOnly));
    }
}
