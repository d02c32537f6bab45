using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Attached stops of entries beside an open position. On Bybit the stop of an entry that fills replaces the position's (architecture §4):
/// so it is never the looser of the two, neither when the entry is sent nor later.
/// </summary>
internal static class EntryStops
{
    /// <summary>The tighter of an entry's own stop and the one of the position that it adds to, or will have added to.</summary>
    public static Price? Attached(AccountKernel account, EntryStop entry)
    {
        var plan = entry.Plan;
        var stop = Tighter(plan.Side, entry.Own?.Units ?? 0, Present(plan));
        foreach (var other in account.Plans)
        {
            // Entries on their way may fill before this one does: then theirs is the position's stop.
            for (var i = 0; i < other.Entries.Count && other.Leg == plan.Leg && other.Side == plan.Side; i++)
            {
                var waiting = other.Entries[i];
                if (waiting != entry.Amended && !waiting.Order.IsFinal && waiting.Order.Request.Protection?.StopLoss is { } theirs
                    && (entry.Reference - theirs.Value) * plan.Side.Sign() > 0)
                {
                    stop = Tighter(plan.Side, stop, theirs.Units);
                }
            }
        }

        return stop == 0 ? null : new Price(stop);
    }

    /// <summary>The objection to an entry that would fill beyond the position's stop only; null: none.</summary>
    public static Error? Beyond(TradePlan plan, decimal reference) =>
        Present(plan) is not 0 and var stop && (reference - new Price(stop).Value) * plan.Side.Sign() <= 0
            ? new Error
            {
                Rule = "beyond_stop",
                Message = $"the entry at {reference:0.#########} is beyond the position's stop {new Price(stop)}",
            }
            : null;

    /// <summary>The stop of the position that an entry would add to: the plan's own where it is open, else the Full one.</summary>
    private static long Present(TradePlan plan)
    {
        var full = plan.Leg.Side == plan.Side ? plan.Leg.FullStop : 0;
        return plan.Size.IsZero ? full : Tighter(plan.Side, full, plan.Stop.Stop);
    }

    private static long Tighter(PositionSide side, long a, long b) => a == 0 || (b != 0 && (b - a) * side.Sign() > 0) ? b : a;

    /// <summary>Brings the resting entries that would add to the position up to its Full stop.</summary>
    public static void Follow(AccountKernel account, TradePlan plan, EffectList effects)
    {
        foreach (var other in account.Plans)
        {
            if (other.Leg == plan.Leg && other.Side == plan.Side)
            {
                other.Entries.ForEach(e => Follow(account, e, plan.Leg.FullStop, effects));
            }
        }
    }

    /// <summary>
    /// Not where the entry has begun to fill: its stop is the position's already. Nor where it lies beyond the stop: there the position is
    /// closed first.
    /// </summary>
    private static void Follow(AccountKernel account, PlanOrder entry, long stop, EffectList effects)
    {
        var (order, request) = (entry.Order, entry.Order.Request);
        var sign = entry.Plan.Side.Sign();
        if (!order.IsFinal && !order.IsCancelling && order.Filled.IsZero && (request.Price ?? request.Trigger?.Price) is { } price
            && request.Protection?.StopLoss is { } own && (stop - own.Units) * sign > 0 && (price.Units - stop) * sign > 0)
        {
            account.Amend(entry, new OrderAmendment
            {
                Symbol = request.Symbol,
                ClientOrderId = order.Id,
                StopLoss = new Price(stop),
            }, effects);
        }
    }
}

/// <summary>An entry's own stop and its reference price; null for the amended order where it is a new one.</summary>
internal readonly record struct EntryStop(TradePlan Plan, Price? Own, decimal Reference, PlanOrder? Amended = null);
