using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>Sums over the plans of one account. Money in quote currency.</summary>
internal static class AccountMoney
{
    /// <summary>Wallet and open positions at mark.</summary>
    public static decimal Equity(AccountKernel account)
    {
        var equity = account.Books.Balance;
        foreach (var plan in account.Plans)
        {
            equity += account.Unrealised(plan);
        }

        return equity;
    }

    /// <summary>Margin of positions and of entries that rest or are under way; a stop and a target hold nothing of their own.</summary>
    public static decimal Held(AccountKernel account)
    {
        var value = 0m;
        foreach (var plan in account.Plans)
        {
            value += plan.EntryValue + Entering(plan);
        }

        return value / account.Setup.Leverage;
    }

    /// <summary>Value of positions at mark and of entries; without a plan that is about to be closed.</summary>
    public static decimal Exposure(AccountKernel account, TradePlan? closing)
    {
        var value = 0m;
        foreach (var plan in account.Plans)
        {
            var mark = FixedPoint.ToDecimal(account.Market[plan.Symbol].Mark);
            value += (plan == closing ? 0m : plan.Size.Value * mark) + Entering(plan);
        }

        return value;
    }

    private static decimal Entering(TradePlan plan)
    {
        var value = 0m;
        foreach (var entry in plan.Entries)
        {
            value += entry.Order.IsFinal ? 0m : entry.Order.Remaining.Value * entry.ReferencePrice;
        }

        return value;
    }
}
