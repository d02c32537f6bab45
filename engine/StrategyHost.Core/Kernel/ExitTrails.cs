using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Trailing exits for a part of a position. Each rests on the exchange as a reduce-only conditional order whose trigger the host moves,
/// only ever tighter; the position's own stop stays what it is.
/// </summary>
internal static class ExitTrails
{
    public static bool Any(TradePlan plan) => plan.Exits.Exists(e => e is { Trail: not null, Order.IsFinal: false });

    /// <summary>A trail from the best price since the entry, and where it stands now.</summary>
    public static (StopTrail Trail, StopState State) Start(TradePlan plan, ProtectionSpec wanted)
    {
        var spec = new ProtectionSpec { Trail = wanted.Trail };
        var trail = ProtectionPlanner.Stop(spec, plan.Side, plan.AverageEntry, plan.Atr, plan.Instrument);
        return (trail, trail.Advance(trail.Start(new Price((long)(plan.AverageEntry * FixedPoint.Scale))), plan.Stop.Extreme));
    }

    public static void Advance(TradePlan plan, ReadOnlySpan<long> favourable)
    {
        foreach (var exit in plan.Exits)
        {
            if (exit is not { Trail: { } trail, Order.IsFinal: false })
            {
                continue;
            }

            foreach (var price in favourable)
            {
                exit.TrailState = trail.Advance(exit.TrailState, price);
            }
        }
    }

    /// <summary>The tighter trigger that a trailing exit should have; null: none, or it has it.</summary>
    public static long? Wanted(PlanOrder exit) =>
        exit is { Trail: not null, Order: { IsFinal: false, IsCancelling: false, Request.Trigger: { } trigger } }
        && (exit.TrailState.Stop - trigger.Price.Units) * exit.Plan.Side.Sign() > 0
            ? exit.TrailState.Stop
            : null;

    /// <summary>Amends the trigger; a trail that the market has passed already is closed at market (contracts §2.1 rule 6).</summary>
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

        account.Amend(exit, new OrderAmendment
        {
            Symbol = plan.Symbol,
            ClientOrderId = exit.Order.Id,
            TriggerPrice = new Price(wanted),
        }, effects);
    }
}
