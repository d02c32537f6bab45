using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>Finds the plan of an account that a signal, a fill or a report means. Few plans are open at a time: a scan is the
/// index.</summary>
internal static class PlanLookup
{
    /// <summary>
    /// The strategy's open position on a symbol, of a side and a tranche where they are named, else the largest plan.
    /// </summary>
    public static TradePlan? Open(
        IReadOnlyList<TradePlan> plans, StrategyId strategy, Symbol symbol, PositionSide? side, string? tranche = null)
    {
        TradePlan? found = null;
        foreach (var plan in plans)
        {
            if (plan.Strategy == strategy && plan.Symbol == symbol && plan.Size > (found?.Size ?? Quantity.Zero)
                && (side is null || plan.Side == side) && (tranche is null || plan.Origin.Tranche == tranche))
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

    /// <summary>The next open plan on the same position, in the order of their stops, the tightest first; null: there is none.</summary>
    public static TradePlan? Beside(IReadOnlyList<TradePlan> plans, TradePlan plan)
    {
        TradePlan? found = null;
        for (var i = 0; i < plans.Count; i++)
        {
            var other = plans[i];
            if (other != plan && other.Leg == plan.Leg && !other.Size.IsZero && other.Side == plan.Side
                && (found is null || (other.Stop.Stop - found.Stop.Stop) * plan.Side.Sign() > 0))
            {
                found = other;
            }
        }

        return found;
    }

    /// <summary>The open plan of the same strategy, side and tranche.</summary>
    public static TradePlan? Tranche(IReadOnlyList<TradePlan> plans, TradePlan plan)
    {
        foreach (var other in plans)
        {
            if (other != plan && other.Strategy == plan.Strategy && other.Leg == plan.Leg && other.Side == plan.Side && !other.Size.IsZero
                && other.Origin.Tranche == plan.Origin.Tranche)
            {
                return other;
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
}
