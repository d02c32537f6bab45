using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Time exits of positions, expiries of resting orders, targets that the price has passed; kept by the host even while a script is parked
/// (contracts §2.1).
/// </summary>
internal static class AccountTimes
{
    public static Timestamp NextDue(AccountKernel account)
    {
        var plans = account.Plans;
        var due = account.Operator.NextDue;
        due = account.Halts.NextDue is var halt && halt < due ? halt : due;
        due = account.Audit is { } audit && audit.NextDue < due ? audit.NextDue : due;
        due = account.Watch is { } watch && watch.NextDue < due ? watch.NextDue : due;
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
            due = !plan.Size.IsZero && plan.Leg.RetryAt is { } retry && retry < due ? retry : due;
            due = ForcedCloses.Due(plan) is var again && again < due ? again : due;
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
                account.Emergency(plan, ExitReason.Time, at, effects);
            }

            if (!plan.Size.IsZero && (plan.Leg.RetryAt <= at || ForcedCloses.Due(plan) <= at))
            {
                plan.Leg.RetryAt = plan.Leg.RetryAt <= at ? null : plan.Leg.RetryAt;
                plan.IsStopForced = true;
                account.Settle(plan, at, effects);
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
