using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Attached stops of entries beside an open position. On Bybit the stop of an entry that fills replaces the position's (architecture §4):
/// so it is never the looser of the two, neither when the entry is sent nor later.
/// </summary>
internal static class EntryStops
{
    /// <summary>The tighter of an entry's own stop and the one of the position that it adds to.</summary>
    public static Price? Attached(TradePlan plan, Price? own) => plan.Trail is { } trail && plan.Stop.Stop != 0
        ? new Price(trail.Tighten(plan.Stop, own?.Units ?? 0, StopSource.StopLoss).Stop)
        : own;

    /// <summary>The objection to an entry that would fill beyond the position's stop only; null: none.</summary>
    public static Error? Beyond(TradePlan plan, decimal reference) =>
        plan.Stop.Stop != 0 && !plan.Size.IsZero && (reference - new Price(plan.Stop.Stop).Value) * plan.Side.Sign() <= 0
            ? new Error
            {
                Rule = "beyond_stop",
                Message = $"the entry at {reference:0.#########} is beyond the position's stop {new Price(plan.Stop.Stop)}",
            }
            : null;

    /// <summary>Brings the resting entries of the strategy on the position's side up to its stop.</summary>
    public static void Follow(AccountKernel account, TradePlan plan, EffectList effects)
    {
        foreach (var other in account.Plans)
        {
            if (other.Strategy == plan.Strategy && other.Symbol == plan.Symbol && other.Side == plan.Side)
            {
                other.Entries.ForEach(e => Follow(account, e, plan.SentStop, effects));
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
