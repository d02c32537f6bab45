using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>
/// I-21 by what the host saves of its orders: within a life one that has ended stays ended, and what it has filled never becomes less,
/// whatever is told of it, how often and in which order.
/// </summary>
internal sealed class OrderStateWatch
{
    private readonly Dictionary<(AccountId, long), (OrderStatus Status, Quantity Filled)> _orders = [];

    public void Look(Effect effect)
    {
        if (effect is not PlanSaved saved)
        {
            return;
        }

        foreach (var order in saved.Plan.Orders)
        {
            var (status, filled) = (order.Order.Status, order.Order.Filled);
            if (_orders.TryGetValue((saved.Account, order.Number), out var last) && (filled < last.Filled || (last.Status.IsFinal() && !status.IsFinal())))
            {
                throw new InvariantBroken("I-21", $"{saved.Account} {order.Order.Request.ClientOrderId}{order.ExchangeId}: {last.Status}, filled "
                    + $"{last.Filled}, became {status}, filled {filled}");
            }

            _orders[(saved.Account, order.Number)] = (status, filled);
        }
    }

    /// <summary>A new life: it knows what was on the disk.</summary>
    public void Restarted() => _orders.Clear();
}
