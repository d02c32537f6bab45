using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Trailing exits for a part of a position. Each rests on the exchange as a reduce-only conditional order whose trigger the host moves,
/// only ever tighter; the position's own stop stays what it is. Before its activation it is held here.
/// </summary>
internal static class ExitTrails
{
    public static bool Any(TradePlan plan) => plan.Exits.Exists(e => e is { Trail: not null, Order.IsFinal: false });

    /// <summary>A trail from the best price since the entry, and where it stands now.</summary>
    public static (StopTrail Trail, StopState State) Start(TradePlan plan, TrailSpec wanted)
    {
        var spec = new ProtectionSpec { Trail = Said<TrailSpec>.Of(wanted) };
        var trail = ProtectionPlanner.Stop(spec, plan.Side, plan.AverageEntry, plan.Atr, plan.Instrument);
        return (trail, trail.Advance(trail.Start(new Price((long)(plan.AverageEntry * FixedPoint.Scale))), plan.Stop.Extreme));
    }

    /// <summary>The trigger that a trail gives its order; before the activation the one that it will have there.</summary>
    public static Price Trigger((StopTrail Trail, StopState State) own) => new(
        own.Trail.Activation is { } activation && !own.State.Activated ? own.Trail.TrailStop(activation.Units) : own.State.Stop);

    public static void Advance(TradePlan plan, ReadOnlySpan<long> favourable)
    {
        foreach (var exit in plan.Exits)
        {
            if (exit is { Trail: not null, Order.IsFinal: false })
            {
                Advance(exit, favourable);
            }
        }
    }

    /// <summary>Takes prices into the trail of an order.</summary>
    public static void Advance(PlanOrder order, ReadOnlySpan<long> favourable)
    {
        var trail = order.Trail!; // asked by the callers
        foreach (var price in favourable)
        {
            order.TrailState = trail.Advance(order.TrailState, price);
        }
    }

    /// <summary>
    /// The trigger that an order with a trail should have and has not: a tighter one, or its first after the activation; null: none.
    /// </summary>
    public static long? Wanted(PlanOrder order) =>
        order is { Trail: { } trail, TrailState.Activated: true }
        && order.Order is { IsFinal: false, IsCancelling: false, Request.Trigger: { } trigger }
        && (order.IsHeld || (order.TrailState.Stop - trigger.Price.Units) * trail.Side.Sign() > 0)
            ? order.TrailState.Stop
            : null;

    /// <summary>Moves the trigger; a trail that the market has passed already is closed at market (contracts §2.1 rule 6).</summary>
    public static void Move(AccountKernel account, PlanOrder exit, long wanted, long reference, EffectList effects, Timestamp at)
    {
        var plan = exit.Plan;
        if (exit.Trail!.IsHit(wanted, reference)) // asked by Wanted
        {
            var rest = exit.Order.Remaining;
            account.Cancel(exit, effects);
            account.Exit(plan, new ExitWish(rest, ExitReason.TrailingStop, exit.Tag) { SignalId = exit.SignalId }, at, effects);
            return;
        }

        account.MoveTrigger(exit, new Price(wanted), null, effects);
    }
}
