using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>Takes back what only closes, when the position of a plan has gone.</summary>
internal static class ClosingOrders
{
    /// <summary>Targets and exits; the stop order is the caller's, since another plan may need it.</summary>
    public static void Cancel(AccountKernel account, TradePlan plan, EffectList effects)
    {
        foreach (var target in plan.TargetOrders)
        {
            if (target is not null)
            {
                account.Cancel(target, effects);
            }
        }

        foreach (var exit in plan.Exits)
        {
            account.Cancel(exit, effects);
        }
    }

    /// <summary>Everything: the plan is flat and opens anew before it could end, told of both together.</summary>
    public static void CancelAll(AccountKernel account, TradePlan plan, EffectList effects)
    {
        Cancel(account, plan, effects);
        if (plan.OwnStop is { } stop)
        {
            account.Cancel(stop, effects);
        }
    }
}
