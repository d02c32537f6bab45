using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>I-19: what a start has taken up is what was saved, as far as money and orders go: numbers, books, positions, orders, links.</summary>
internal static class RestoreCheck
{
    public static void Check(SavedEngine saved, EngineKernel kernel)
    {
        var taken = kernel.Save();
        foreach (var account in saved.Accounts)
        {
            var now = taken.Accounts.First(a => a.Account == account.Account);
            Same(account.Account, "numbers", (account.PlanNumber, account.OrderNumber), (now.PlanNumber, now.OrderNumber));
            Same(account.Account, "books", account.Books, now.Books);
            foreach (var lead in account.Leads.Where(l => Stands(saved, AccountId.Main, l.Leader) && Stands(saved, AccountId.Mirror, l.Follower)))
            {
                Same(account.Account, $"main's plan {lead.Leader}", lead.Follower, now.Leads.FirstOrDefault(l => l.Leader == lead.Leader)?.Follower);
            }
        }

        foreach (var plan in saved.Plans.Where(p => !p.IsFinished))
        {
            var now = taken.Plans.FirstOrDefault(p => (p.Account, p.Number) == (plan.Account, plan.Number));
            Same(plan.Account, $"plan {plan.Number}", plan.Position, now?.Position);
            Same(plan.Account, $"plan {plan.Number}'s orders", Orders(plan), Orders(now));
        }
    }

    /// <summary>Journals of two accounts end at different moments: one may name what is over in the other.</summary>
    private static bool Stands(SavedEngine saved, AccountId account, long? plan) =>
        saved.Plans.Any(p => p.Account == account && p.Number == plan && !p.IsFinished);

    private static string Orders(SavedPlan? plan) => string.Join(' ', plan?.Orders.OrderBy(o => o.Number)
        .Select(o => $"{o.Number} {o.Order.Request.ClientOrderId} {o.Order.Status} {o.Order.Filled} {o.Executions.Count}") ?? []);

    private static void Same(object account, string what, object? saved, object? taken)
    {
        if (!Equals(saved, taken))
        {
            throw new InvariantBroken("I-19", $"{account} {what}: saved was {saved}, taken up is {taken}");
        }
    }
}
