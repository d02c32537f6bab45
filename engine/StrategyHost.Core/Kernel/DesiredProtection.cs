using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>What the plans of an account want to stand on its exchange; read between two steps, changes nothing.</summary>
public static class DesiredProtection
{
    public static IReadOnlyList<DesiredLeg> Of(AccountKernel account) =>
    [
        .. account.Plans.Where(p => !p.Size.IsZero).GroupBy(p => (p.Symbol, p.PositionIdx, p.Side)).Select(g => new DesiredLeg(
            g.Key.Symbol, g.Key.PositionIdx, g.Key.Side, Stop([.. g]), g.First().Spec.TriggerBy)
        {
            Orders = [.. g.SelectMany(p => Orders(account, p))],
        }),
    ];

    /// <summary>The account as observed; empty where nothing is kept.</summary>
    public static AccountPicture Picture(AccountKernel account) =>
        new(account.Account, account.Observed?.Positions ?? [], account.Observed?.Orders ?? []);

    /// <summary>The stop of the whole position: the one that was sent, else the loosest that a plan on it wants.</summary>
    private static Price? Stop(TradePlan[] plans)
    {
        if (plans[0].Leg.FullStop is not 0 and var full)
        {
            return new Price(full);
        }

        var stops = plans.Select(p => p.Stop.Stop).Where(s => s != 0).ToArray();
        return stops.Length == 0 ? null : new Price(plans[0].Side == PositionSide.Long ? stops.Min() : stops.Max());
    }

    private static IEnumerable<DesiredOrder> Orders(AccountKernel account, TradePlan plan)
    {
        var wanted = TakeProfitLadder.Remaining(
            plan.Size, [.. plan.Targets.Select(t => t.SharePercent)], plan.TargetFilled, plan.Instrument.QtyStep);
        for (var i = 0; i < wanted.Length; i++)
        {
            var order = plan.TargetOrders[i] is { Order.IsFinal: false } open ? open.Order : null;
            if (order is null ? wanted[i] >= plan.Instrument.MinQty : !wanted[i].IsZero)
            {
                var quantity = wanted[i] + (order?.Filled ?? Quantity.Zero);
                yield return new DesiredOrder(
                    OrderRole.Target, order?.Id ?? ClientOrderId.None, plan.Side.ClosingSide(), quantity, plan.Targets[i].Price, null);
            }
        }

        // Exits, and stops of its own: they stand as the plan sent them.
        foreach (var order in account.LiveOrders(plan).Where(o => o.Role is OrderRole.Exit or OrderRole.Stop))
        {
            var request = order.Order.Request;
            yield return new DesiredOrder(order.Role, order.Order.Id, request.Side, request.Quantity, request.Price, request.Trigger);
        }
    }
}
