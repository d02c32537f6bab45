using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>Finds the plan of an account that a signal, a fill or a report means. Few plans are open at a time: a scan is the
/// index.</summary>
internal static class PlanLookup
{
    /// <summary>The strategy's open position on a symbol, of a side where one is named, else the larger leg.</summary>
    public static TradePlan? Open(List<TradePlan> plans, StrategyId strategy, Symbol symbol, PositionSide? side)
    {
        TradePlan? found = null;
        foreach (var plan in plans)
        {
            if (plan.Strategy == strategy && plan.Symbol == symbol && plan.Size > (found?.Size ?? Quantity.Zero)
                && (side is null || plan.Side == side))
            {
                found = plan;
            }
        }

        return found;
    }

    /// <summary>The plan that holds a position.</summary>
    public static TradePlan? Holder(List<TradePlan> plans, Symbol symbol, PositionIdx idx) =>
        plans.Find(p => p.Symbol == symbol && p.PositionIdx == idx && !p.Size.IsZero);

    /// <summary>The open plan that an entry nets with in one-way mode.</summary>
    public static TradePlan? Opposite(List<TradePlan> plans, TradePlan plan) =>
        plans.Find(p => p.Symbol == plan.Symbol && p.Side != plan.Side && !p.Size.IsZero);

    /// <summary>The order that the exchange made to close a position.</summary>
    public static PlanOrder? StopOrder(List<TradePlan> plans, ExchangeOrderId id) =>
        plans.Find(p => p.StopOrder is { } order && order.ExchangeId == id)?.StopOrder;
}
