using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>
/// That at a quiescent point nothing is still wanted that could be had (I-24): no cancel without its end, no close that is not sent; and
/// that targets wait for no more than there is to close (I-14), also those that left while the disk took nothing.
/// </summary>
internal static class IntentChecks
{
    public static void Check(AccountKernel account, Truth truth)
    {
        foreach (var plan in account.Plans)
        {
            if (plan.MustClose is { } why && !(plan.Size - plan.Exiting).IsZero)
            {
                throw new InvariantBroken("I-24", $"{account.Account} plan {plan.Number} has to close ({why}) and holds {plan.Size} {plan.Symbol}");
            }

            if (Orders(plan).FirstOrDefault(o => o is { Order: { IsCancelling: true, IsFinal: false } }) is { } order)
            {
                throw new InvariantBroken("I-24", $"{account.Account} {order.Order.Id} is being cancelled, for ever");
            }
        }

        var targets = truth.Exchange.OpenOrders(account.Account)
            .Where(o => OrderTag.TryRead(o.ClientOrderId.Value ?? "", out var tag) && tag.Role == OrderRole.Target)
            .GroupBy(o => (o.Symbol, o.PositionIdx));
        foreach (var leg in targets)
        {
            var waits = leg.Sum(o => o.Quantity.Units - o.FilledQuantity.Units);
            var size = truth.Exchange.Position(account.Account, leg.Key.Symbol, leg.Key.PositionIdx).Size.Units;
            if (waits > size)
            {
                throw new InvariantBroken("I-14", $"{account.Account} {leg.Key.Symbol}: targets of {new Core.Domain.Quantity(waits)} wait for "
                    + $"a position of {new Core.Domain.Quantity(size)}");
            }
        }
    }

    private static IEnumerable<PlanOrder?> Orders(TradePlan plan) =>
        plan.Entries.Concat(plan.Exits).Concat(plan.OldStops).Append(plan.OwnStop).Concat(plan.TargetOrders);
}
