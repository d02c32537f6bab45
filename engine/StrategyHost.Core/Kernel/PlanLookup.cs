using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>Finds the plan of an account that a signal, a fill or a report means. Few plans are open at a time: a scan is the
/// index.</summary>
internal static class PlanLookup
{
    /// <summary>The strategy's open position on a symbol, of a side where one is named, else the larger leg.</summary>
    public static TradePlan? Open(IReadOnlyList<TradePlan> plans, StrategyId strategy, Symbol symbol, PositionSide? side)
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
    public static TradePlan? Holder(IReadOnlyList<TradePlan> plans, Symbol symbol, PositionIdx idx)
    {
        foreach (var plan in plans)
        {
            if (plan.Symbol == symbol && plan.PositionIdx == idx && !plan.Size.IsZero)
            {
                return plan;
            }
        }

        return null;
    }

    /// <summary>The open plan that an entry nets with in one-way mode.</summary>
    public static TradePlan? Opposite(IReadOnlyList<TradePlan> plans, TradePlan entering)
    {
        foreach (var plan in plans)
        {
            if (plan.Symbol == entering.Symbol && plan.Side != entering.Side && !plan.Size.IsZero)
            {
                return plan;
            }
        }

        return null;
    }

    /// <summary>The order that the exchange made to close a position.</summary>
    public static PlanOrder? StopOrder(IReadOnlyList<TradePlan> plans, ExchangeOrderId id)
    {
        foreach (var plan in plans)
        {
            if (plan.StopOrder is { } order && order.ExchangeId == id)
            {
                return order;
            }
        }

        return null;
    }
}
