using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Who still has a plan on a symbol that another strategy names by now: its own file dropped the symbol while its position was open. One
/// account nets both, so that the newcomer waits until that plan has ended (<see cref="EngineOptions.KeepsSymbolsApart"/>).
/// </summary>
public static class SymbolHolders
{
    /// <summary>Plans of others on a symbol of an account.</summary>
    public static IEnumerable<TradePlan> Of(AccountKernel account, Symbol symbol, StrategyId newcomer) =>
        account.Plans.Where(p => p.Symbol == symbol && p.Strategy != newcomer);

    /// <summary>Such a plan for people, and what to do.</summary>
    public static string Text(TradePlan plan)
    {
        var what = plan.Size.IsZero ? "orders, and no position yet" : $"{plan.Side.Text()} {plan.Size}";
        return $"{plan.Strategy} still has plan {plan.Number} on {plan.Symbol} ({plan.Account}: {what}), which it no longer names: "
            + $"close it (flatten --symbol {plan.Symbol}) or wait until it has ended";
    }

    internal static string? Objection(AccountKernel account, Symbol symbol, StrategyId newcomer) =>
        Of(account, symbol, newcomer).FirstOrDefault() is { } plan ? Text(plan) : null;
}
