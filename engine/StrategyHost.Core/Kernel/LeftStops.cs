using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Conditional orders of a plan that is flat, on a position that other plans go on holding. Where the position's own stop is not seen to
/// stand, they may be all that covers it: they go over to a plan that stays, which takes them back when its stop stands (reliability I-03).
/// </summary>
internal static class LeftStops
{
    /// <summary>The position's stop is shown as it was asked for. What an earlier run was shown does not count.</summary>
    public static bool Stands(AccountKernel account, TradePlan plan) => plan.Leg.FullStop != 0 && plan.Leg.ShownStop == plan.Leg.FullStop
        && (account.Observed is not { } observed
            || observed.Position(plan.Symbol, plan.PositionIdx)?.StopLoss?.Units == plan.Leg.FullStop);

    /// <summary>Hands the stop orders of a flat plan over.</summary>
    public static void Keep(AccountKernel account, TradePlan flat)
    {
        if (account.Observed is null || PlanLookup.Beside(account.Plans, flat) is not { } heir || Stands(account, flat))
        {
            return;
        }

        if (flat.OwnStop is { } stop && Stops(stop))
        {
            flat.OwnStop = null;
            Give(stop, heir);
        }

        foreach (var exit in flat.Exits.Where(Stops).ToArray())
        {
            flat.Exits.Remove(exit);
            Give(exit, heir);
        }

        foreach (var old in flat.OldStops.Where(Stops).ToArray())
        {
            flat.OldStops.Remove(old);
            Give(old, heir);
        }
    }

    private static bool Stops(PlanOrder order) => order.Order is { IsFinal: false, IsCancelling: false, Request.Trigger: { } trigger }
        && !order.IsHeld
        && trigger.Direction == (order.Plan.Side == PositionSide.Long ? TriggerDirection.Fall : TriggerDirection.Rise);

    private static void Give(PlanOrder order, TradePlan heir)
    {
        order.Plan = heir;
        heir.OldStops.Add(order);
        heir.Leg.IsShared = true;
    }
}
