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
            Cancel(account, plan.Entries, effects);
        }
    }

    /// <summary>
    /// Any exit that leaves the position flat cancels the strategy's resting entries on the symbol (contracts §2.1 rule 2), but for a
    /// flip's, which it made room for.
    /// </summary>
    public static void CancelEntries(AccountKernel account, StrategyId strategy, Symbol symbol, EffectList effects)
    {
        foreach (var plan in account.Plans)
        {
            if (plan.Strategy == strategy && plan.Symbol == symbol && (plan.HasOpened || !plan.Flips))
            {
                Cancel(account, plan.Entries, effects);
            }
        }
    }

    /// <summary>The first order of an oco that fills cancels the others; one that fills all the same has lost.</summary>
    public static void CancelSiblings(AccountKernel account, PlanOrder winner, EffectList effects)
    {
        if (winner.Oco is null || winner.IsUnwanted)
        {
            return;
        }

        foreach (var plan in account.Plans)
        {
            if (plan.Strategy == winner.Plan.Strategy)
            {
                Lose(account, plan.Entries, winner, effects);
                Lose(account, plan.Exits, winner, effects);
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
                Cancel(account, plan.Entries, effects);
                account.Close(plan, plan.Size, ExitReason.Group, plan.Origin.Tag, at, effects);
            }
        }
    }

    // Loops, not lambdas: every fill comes by here, and a lambda's captures are made before the first test.
    private static void Cancel(AccountKernel account, List<PlanOrder> orders, EffectList effects)
    {
        foreach (var order in orders)
        {
            account.Cancel(order, effects);
        }
    }

    private static void Lose(AccountKernel account, List<PlanOrder> siblings, PlanOrder winner, EffectList effects)
    {
        foreach (var sibling in siblings)
        {
            if (sibling != winner && sibling.Oco == winner.Oco && !sibling.Order.IsDone)
            {
                sibling.IsUnwanted = sibling.Role == OrderRole.Entry;
                account.Cancel(sibling, effects);
            }
        }
    }
}
