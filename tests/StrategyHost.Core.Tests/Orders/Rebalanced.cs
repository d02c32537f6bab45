using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Orders;

/// <summary>A long of BTCUSDT with its orders, and an exchange that does what a plan says.</summary>
internal static class Rebalanced
{
    private static readonly Symbol Btc = Markets.Btc.Symbol;

    public static DesiredOrder Target(int number, decimal quantity, decimal price) =>
        new(OrderRole.Target, Id(number, OrderRole.Target), Side.Sell, Quantity.Of(quantity), Price.Of(price), null);

    public static DesiredOrder Stop(int number, decimal quantity, decimal trigger) => new(
        OrderRole.Stop, Id(number, OrderRole.Stop), Side.Sell, Quantity.Of(quantity), null,
        new Trigger(Price.Of(trigger), TriggerDirection.Fall, TriggerBy.Last));

    public static DesiredLeg Leg(decimal? stop, params DesiredOrder[] orders) =>
        new(Btc, PositionIdx.OneWay, PositionSide.Long, stop is { } price ? Price.Of(price) : null, TriggerBy.Last) { Orders = orders };

    public static PositionReport Position(decimal size, decimal? stop) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(1),
        Symbol = Btc,
        Side = PositionSide.Long,
        Size = Quantity.Of(size),
        AveragePrice = 100m,
        StopLoss = stop is { } price ? Price.Of(price) : null,
    };

    public static AccountPicture Picture(PositionReport? position, params OrderReport[] orders) =>
        new(AccountId.Main, position is null ? [] : [position], orders);

    public static OrderReport Observed(DesiredOrder order) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(1),
        Symbol = Btc,
        OrderId = new ExchangeOrderId("x" + order.Id),
        ClientOrderId = order.Id,
        Status = order.Trigger is null ? OrderStatus.New : OrderStatus.Untriggered,
        Side = order.Side,
        Type = order.Price is null ? OrderType.Market : OrderType.Limit,
        Quantity = order.Quantity,
        FilledQuantity = Quantity.Zero,
        Price = order.Price,
        TriggerPrice = order.Trigger?.Price,
        ReduceOnly = true,
        StopOrderType = order.Trigger is null ? StopOrderType.None : StopOrderType.Stop,
    };

    /// <summary>The account after the actions. Wanted orders that were placed have ids then: placed says which.</summary>
    public static AccountPicture Apply(
        AccountPicture picture, IReadOnlyList<OrderAction> actions, IReadOnlyList<DesiredLeg> desired, out IReadOnlyList<DesiredLeg> placed)
    {
        var (positions, orders) = (picture.Positions.ToList(), picture.Orders.ToList());
        var legs = desired.Select(d => (Leg: d, Orders: d.Orders.ToList())).ToList();
        var next = 100;
        foreach (var action in actions)
        {
            switch (action)
            {
                case SetStop stop:
                    positions = [.. positions.Select(p => p.Symbol == stop.Symbol ? p with { StopLoss = stop.Stop } : p)];
                    break;
                case PlaceProtection place:
                    var known = place.Wanted with { Id = Id(next++, place.Wanted.Role) };
                    orders.Add(Observed(known));
                    legs.ForEach(l => Replace(l.Orders, place.Wanted, known));
                    break;
                case AmendProtection amend:
                    orders[orders.FindIndex(o => o.OrderId == amend.Present.OrderId)] = Observed(amend.Wanted);
                    break;
                case CancelResting cancel:
                    Assert.Equal(1, orders.RemoveAll(o => o.OrderId == cancel.Present.OrderId));
                    break;
                default:
                    Assert.Fail($"a plan of protection does not {action}");
                    break;
            }
        }

        placed = [.. legs.Select(l => l.Leg with { Orders = l.Orders })];
        return picture with { Positions = positions, Orders = orders };
    }

    private static void Replace(List<DesiredOrder> orders, DesiredOrder wanted, DesiredOrder known)
    {
        if (orders.FindIndex(o => ReferenceEquals(o, wanted)) is >= 0 and var index)
        {
            orders[index] = known;
        }
    }

    private static ClientOrderId Id(int number, OrderRole role) => new OrderTag(AccountId.Main, "0001", 0, number, role, 0, 1).Write();
}
