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
        var stop = ProtectionPlanner.Stop(
            new ProtectionSpec { Stop = change.Stop }, plan.Side, plan.AverageEntry, plan.Atr, plan.Instrument).FixedStop;
        if (stop is { } price && (price.Units - market.Last) * plan.Side.Sign() >= 0)
        {
            return new Error
            {
                Rule = "stop_wrong_side",
                Field = "stop_loss",
                Message = $"the stop {price} is on the wrong side of the market for a {plan.Side.Text()}; to leave now return action close",
            };
        }

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

        // Percent and quote units are compared at the best price since the entry.
        var (before, now) = (Distance(plan, present), Distance(plan, wanted));
        return now < before;
    }

    private static decimal Distance(TradePlan plan, TrailSpec trail) =>
        trail.Amount ?? (FixedPoint.ToDecimal(plan.Stop.Extreme) * trail.Percent!.Value / 100m); // it has one of the two

    private static bool Restop(TradePlan plan, Level? stop)
    {
        var average = plan.AverageEntry;
        var spec = plan.Spec with { Stop = stop is null ? plan.Spec.Stop : Said<Level>.Of(stop) };
        var trail = ProtectionPlanner.Stop(spec, plan.Side, average, plan.Atr, plan.Instrument);
        var fresh = trail.Advance(trail.Start(new Price((long)(average * FixedPoint.Scale))), plan.Stop.Extreme);
        var next = trail.Tighten(plan.Stop with { Activated = fresh.Activated }, fresh.Stop, fresh.Source);
        if (trail.FixedStop is { } wanted
            && (plan.Trail?.FixedStop is not { } present || (wanted.Units - present.Units) * plan.Side.Sign() > 0))
        {
            plan.Spec = spec; // a later fill of the entry counts from the tighter one
        }

        plan.Trail = trail;
        plan.Stop = plan.Stop with { Activated = fresh.Activated };
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
        var before = plan.Targets;
        plan.Targets = ProtectionPlanner.Targets(plan.Spec, plan.Side, plan.AverageEntry, plan.Atr, plan.Instrument);
        var keepsShares = before.Select(t => t.SharePercent).SequenceEqual(plan.Targets.Select(t => t.SharePercent));
        var orders = plan.TargetOrders;
        Array.Resize(ref orders, Math.Max(plan.Targets.Count, orders.Length));
        plan.TargetOrders = orders;
        if (!keepsShares)
        {
            plan.TargetFilled = new Quantity[plan.Targets.Count]; // a new ladder is for what is left of the position
        }
    }
}
