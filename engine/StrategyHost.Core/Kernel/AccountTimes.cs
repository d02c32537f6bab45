using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Time exits of positions, expiries of resting orders, targets that the price has passed; kept by the host even while a script is parked
/// (contracts §2.1).
/// </summary>
internal static class AccountTimes
{
    public static Timestamp NextDue(IReadOnlyList<TradePlan> plans)
    {
        var due = Timestamp.MaxValue;
        for (var i = 0; i < plans.Count; i++)
        {
            var plan = plans[i];
            if (plan.CloseAt is { } close && !plan.Size.IsZero && close < due)
            {
                due = close;
            }

            due = plan.InstantAt < due ? plan.InstantAt : due;
            due = Earliest(plan.Entries, due);
            due = Earliest(plan.Exits, due);
        }

        return due;
    }

    public static void Pass(AccountKernel account, Timestamp at, EffectList effects)
    {
        for (var i = 0; i < account.Plans.Count; i++)
        {
            var plan = account.Plans[i];
            if (plan.CloseAt is { } close && close <= at && !plan.Size.IsZero)
            {
                plan.CloseAt = null;
                account.Close(plan, plan.Size, ExitReason.Time, plan.Origin.Tag, at, effects);
            }

            if (plan.InstantAt <= at)
            {
                InstantTargets.Take(account, plan, at, effects);
            }

            plan.Entries.ForEach(e => Expire(account, e, at, effects));
            plan.Exits.ForEach(e => Expire(account, e, at, effects));
        }
    }

    private static void Expire(AccountKernel account, PlanOrder order, Timestamp at, EffectList effects)
    {
        if (order.ExpiresAt <= at && !order.Order.IsFinal && !order.Order.IsCancelling)
        {
            order.HasExpired = true;
            account.Cancel(order, effects);
        }
    }

    private static Timestamp Earliest(List<PlanOrder> orders, Timestamp due)
    {
        foreach (var order in orders)
        {
            if (order.ExpiresAt is { } expiry && expiry < due && !order.Order.IsFinal && !order.Order.IsCancelling)
            {
                due = expiry;
            }
        }

        return due;
    }
}
