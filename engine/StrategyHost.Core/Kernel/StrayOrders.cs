using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Closing orders with an id of ours that name a plan of this account and that no plan knows: they left while the disk took nothing, and a
/// crash took them from the host's memory (reliability I-07, I-14). The step that sent them is as if it had not been, and what the plan
/// wants it has placed under ids of its own: they are taken back. 1. What stops a position goes only where the exchange shows the
/// position's own stop beside it. 2. What closes at market ends by itself. 3. Orders of plans that were not taken up are not meant: nobody
/// manages those, and their protection stays.
/// </summary>
internal sealed class StrayOrders(AccountKernel account)
{
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Called with a whole picture. An order that this run has sent is known from then on: one look is enough.</summary>
    public void Clear(Timestamp at, EffectList effects)
    {
        foreach (var order in account.Observed?.Orders.Where(IsStray).ToArray() ?? [])
        {
            if (_said.Add(order.ClientOrderId.Value))
            {
                effects.Add(new Alert(account.Account, at, "stray_order",
                    $"{order.ClientOrderId} on {order.Symbol} is of a plan that does not know it (it left unwritten before a crash): it is "
                    + "cancelled"));
            }

            effects.Add(new CancelOrder(account.Account, order.Symbol, order.ClientOrderId));
        }
    }

    private bool IsStray(OrderReport order) => order.ReduceOnly && (order.Type == OrderType.Limit || order.TriggerPrice is not null)
        && OrderTag.TryRead(order.ClientOrderId.Value ?? "", out var tag) && tag.Account == account.Account && tag.Role != OrderRole.Entry
        && account.Find(order.ClientOrderId) is null
        && PlanLookup.Holder(account.Plans, order.Symbol, order.PositionIdx) is not null
        && account.Plans.Concat(account.Saves?.Recent ?? []).Any(p => p.Number == tag.Plan && p.Symbol == order.Symbol
            && p.PositionIdx == order.PositionIdx)
        && (order.TriggerPrice is null || account.Observed?.Position(order.Symbol, order.PositionIdx)?.StopLoss is not null);
}
