using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What a hold may change of an open plan's protection (contracts §2.1 rule 6): stops and trails only tighten, targets move either way, the
/// same values again change nothing.
/// </summary>
internal static class HoldRules
{
    public static Error? Check(TradePlan plan, ProtectionSpec change, SymbolMarket market)
    {
        var targets = ProtectionPlanner.Targets(change, plan.Side, plan.AverageEntry, plan.Atr, plan.Instrument);
        foreach (var target in targets)
        {
            if ((target.Price.Units - market.Last) * plan.Side.Sign() <= 0)
            {
                return new Error
                {
                    Rule = "target_wrong_side",
                    Field = "take_profit",
                    Message = $"the target {target.Price} is on the wrong side of the market for a {plan.Side.Text()}",
                };
            }
        }

        return null;
    }

    /// <summary>Takes the change into the plan; false when nothing changed.</summary>
    public static bool Apply(TradePlan plan, ProtectionSpec change)
    {
        var changed = false;
        if (change.Trail.Value is { } trail && Tighter(plan, trail))
        {
            plan.Spec = plan.Spec with { Trail = change.Trail };
            changed = true;
        }

        if (change.Breakeven.IsSaid && change.Breakeven != plan.Spec.Breakeven)
        {
            plan.Spec = plan.Spec with { Breakeven = change.Breakeven };
            changed = true;
        }

        if (change.Target.IsSaid && change.Target != plan.Spec.Target)
        {
            plan.Spec = plan.Spec with { Target = change.Target };
            Retarget(plan);
            changed = true;
        }

        return Restop(plan, change.Stop.Value) || changed;
    }

    private static bool Tighter(TradePlan plan, TrailSpec wanted)
    {
        var present = plan.Spec.Trail.Value;
        if (present is null)
        {
            return true;
        }

        return present.Percent is { } before && wanted.Percent is { } now ? now < before
            : present.Amount is { } was && wanted.Amount is { } wants ? wants < was
            : present != wanted;
    }

    private static bool Restop(TradePlan plan, Level? stop)
    {
        var average = plan.AverageEntry;
        var spec = plan.Spec with { Stop = stop is null ? plan.Spec.Stop : Said<Level>.Of(stop) };
        var trail = ProtectionPlanner.Stop(spec, plan.Side, average, plan.Atr, plan.Instrument);
        var fresh = trail.Advance(trail.Start(new Price((long)(average * FixedPoint.Scale))), plan.Stop.Extreme);
        var next = trail.Tighten(plan.Stop, fresh.Stop, fresh.Source);
        plan.Trail = trail;
        if (next.Stop == plan.Stop.Stop)
        {
            return false;
        }

        plan.Stop = next;
        plan.IsStopForced = true;
        return true;
    }

    /// <summary>New levels; orders of rungs that stay keep their place, so that they are amended and not replaced.</summary>
    private static void Retarget(TradePlan plan)
    {
        plan.Targets = ProtectionPlanner.Targets(plan.Spec, plan.Side, plan.AverageEntry, plan.Atr, plan.Instrument);
        var orders = plan.TargetOrders;
        var filled = plan.TargetFilled;
        Array.Resize(ref orders, Math.Max(plan.Targets.Count, orders.Length));
        Array.Resize(ref filled, plan.Targets.Count);
        plan.TargetOrders = orders;
        plan.TargetFilled = filled;
    }
}
