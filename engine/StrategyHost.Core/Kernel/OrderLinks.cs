using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What an order's fill means for others of the same account: siblings of an oco, legs of a group, entries beside a closed position.
/// </summary>
internal static class OrderLinks
{
    /// <summary>Takes back every resting entry; protection stays.</summary>
    public static void CancelAllEntries(AccountKernel account, EffectList effects)
    {
        foreach (var plan in account.Plans)
        {
            plan.Entries.ForEach(e => account.Cancel(e, effects));
        }
    }

    /// <summary>
    /// Any exit that leaves the position flat cancels the strategy's resting entries on the symbol (contracts §2.1 rule 2).
    /// </summary>
    public static void CancelEntries(AccountKernel account, StrategyId strategy, Symbol symbol, EffectList effects)
    {
        foreach (var plan in account.Plans)
        {
            if (plan.Strategy == strategy && plan.Symbol == symbol)
            {
                plan.Entries.ForEach(e => account.Cancel(e, effects));
            }
        }
    }

    /// <summary>The first order of an oco that fills cancels the others; one that fills all the same has lost.</summary>
    public static void CancelSiblings(AccountKernel account, PlanOrder winner, EffectList effects)
    {
        if (winner.Oco is null || winner.HasLostOco)
        {
            return;
        }

        foreach (var plan in account.Plans)
        {
            if (plan.Strategy == winner.Plan.Strategy)
            {
                plan.Entries.ForEach(e => Lose(account, e, winner, effects));
                plan.Exits.ForEach(e => Lose(account, e, winner, effects));
            }
        }
    }

    /// <summary>The other legs of a group go when one is closed.</summary>
    public static void CloseGroup(AccountKernel account, TradePlan closed, Timestamp at, EffectList effects)
    {
        foreach (var plan in account.Plans)
        {
            if (plan != closed && plan.Group == closed.Group && plan.Strategy == closed.Strategy)
            {
                plan.Entries.ForEach(e => account.Cancel(e, effects));
                account.Close(plan, plan.Size, ExitReason.Group, plan.Origin.Tag, at, effects);
            }
        }
    }

    private static void Lose(AccountKernel account, PlanOrder sibling, PlanOrder winner, EffectList effects)
    {
        if (sibling != winner && sibling.Oco == winner.Oco && !sibling.Order.IsDone)
        {
            sibling.HasLostOco = sibling.Role == OrderRole.Entry;
            account.Cancel(sibling, effects);
        }
    }
}
