using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>Sums over the plans of one account. Money in quote currency.</summary>
internal static class AccountMoney
{
    /// <summary>Wallet and open positions at mark.</summary>
    public static decimal Equity(AccountKernel account)
    {
        var equity = account.Books.Balance + account.Carried;
        foreach (var plan in account.Plans)
        {
            equity += account.Unrealised(plan);
        }

        return equity;
    }

    /// <summary>
    /// Margin of positions and of entries that rest, are under way or wait for a close to be told; a stop and a target hold nothing of
    /// their own.
    /// </summary>
    public static decimal Held(AccountKernel account)
    {
        var value = 0m;
        foreach (var plan in account.Plans)
        {
            value += plan.EntryValue + Entering(plan) + account.Late.Value(plan);
        }

        return value / account.Setup.Leverage;
    }

    /// <summary>
    /// Value of a plan's position at mark, without one that is about to be closed, and of its entries; those that wait for a close count.
    /// </summary>
    public static decimal Exposure(AccountKernel account, TradePlan plan, bool isClosing) =>
        (isClosing ? 0m : plan.Size.Value * FixedPoint.ToDecimal(account.Market[plan.Symbol].Mark)) + Entering(plan)
        + account.Late.Value(plan);

    /// <summary>
    /// The fill with its profit, where the exchange did not say it: what it closes, against the average entry of the position.
    /// Called before the plans take it. Known: the order of ours behind it.
    /// </summary>
    public static FillReport Completed(AccountKernel account, FillReport fill, PlanOrder? known)
    {
        var plan = known is null or { Role: OrderRole.Entry }
            ? account.Plans.FirstOrDefault(p => p.Symbol == fill.Symbol && !p.Size.IsZero && p.Side.ClosingSide() == fill.Side
                && (p.PositionIdx == fill.PositionIdx || fill.PositionIdx == PositionIdx.OneWay))
            : known.Plan;
        if (plan is null)
        {
            return fill;
        }

        var (size, value) = Position(account.Plans, plan);
        if (size.IsZero)
        {
            return fill;
        }

        var closed = Quantity.Min(known is { Role: OrderRole.Entry } ? fill.ClosedQuantity : fill.Quantity, size).Value;
        return fill with
        {
            RealisedPnl = ((closed * fill.Price.Value) - (value * closed / size.Value)) * plan.Side.Sign(),
            IsPnlKnown = true,
        };
    }

    /// <summary>The carry of a plan's position after a part of the plan has been closed: see <see cref="PositionLeg.Carry"/>.</summary>
    public static decimal Carry(IReadOnlyList<TradePlan> plans, TradePlan plan, Quantity closed)
    {
        var (size, value) = Position(plans, plan);
        var own = plan.EntryValue * closed.Value / plan.Size.Value;
        var booked = value * closed.Value / size.Value;
        return closed == size ? 0m : plan.Leg.Carry + ((booked - own) * plan.Side.Sign());
    }

    /// <summary>Size and entry value of the position that a plan is on, as the exchange has them.</summary>
    public static (Quantity Size, decimal Value) Position(IReadOnlyList<TradePlan> plans, TradePlan plan)
    {
        var (size, value) = (Quantity.Zero, -plan.Leg.Carry * plan.Side.Sign());
        foreach (var each in plans)
        {
            if (each.Leg == plan.Leg && each.Side == plan.Side)
            {
                (size, value) = (size + each.Size, value + each.EntryValue);
            }
        }

        return (size, value);
    }

    /// <summary>Funding counts to the plans that hold the position, by their sizes; all of it, and once.</summary>
    public static void Charge(IReadOnlyList<TradePlan> plans, FundingReport funding)
    {
        var (size, rest) = (0L, funding.Amount);
        foreach (var plan in plans)
        {
            size += Pays(plan, funding) ? plan.Size.Units : 0;
        }

        foreach (var plan in plans)
        {
            if (Pays(plan, funding))
            {
                var share = plan.Size.Units == size ? rest : rest * plan.Size.Units / size; // the last one takes what is left
                plan.Funding += share;
                (size, rest) = (size - plan.Size.Units, rest - share);
            }
        }
    }

    private static bool Pays(TradePlan plan, FundingReport funding) =>
        plan.Symbol == funding.Symbol && plan.PositionIdx == funding.PositionIdx && !plan.Size.IsZero;

    /// <summary>Value of a plan's entries that rest or are under way.</summary>
    public static decimal Entering(TradePlan plan)
    {
        var value = 0m;
        foreach (var entry in plan.Entries)
        {
            value += entry.Order.IsFinal ? 0m : entry.Order.Remaining.Value * entry.ReferencePrice;
        }

        return value;
    }
}
