using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>Saving and restoring of a whole engine, and the saves of each of its steps.</summary>
internal sealed class EngineSaves(EngineOptions options, AccountKernel[] accounts, EngineView view)
{
    /// <summary>Where a step's effects wait until its saves have gone before them.</summary>
    public EffectList Step { get; } = new();

    public SavedEngine Save() => new()
    {
        Accounts = [.. accounts.Select(view.Save)],
        Plans = [.. accounts.SelectMany(a => AccountSaves.Plans(a, Followers(a)))],
    };

    public IReadOnlyList<NotRestored> Restore(SavedEngine saved)
    {
        var lost = new List<NotRestored>();
        var restored = new Dictionary<AccountId, AccountRestore>();
        foreach (var state in saved.Accounts)
        {
            SavedPlan[] plans = [.. saved.Plans.Where(p => p.Account == state.Account)];
            if (Array.Find(accounts, a => a.Account == state.Account) is not { } account)
            {
                lost.AddRange(plans.Where(p => !p.IsFinished).Select(p => NoAccount(p)));
                continue;
            }

            var restore = restored[state.Account] = new AccountRestore(account, options);
            lost.AddRange(restore.Take(state, plans));
            view.Restore(account, state);
        }

        lost.AddRange(Link(saved, restored));
        foreach (var account in accounts.Where(a => a.Saves is not null && restored.ContainsKey(a.Account)))
        {
            // As it is now, not as it was saved: what was lost or mended on the way is said by the first step that looks.
            account.Saves!.Begin(saved.Accounts.First(a => a.Account == account.Account), saved.Plans.Where(p => p.Account == account.Account));
        }

        return lost;
    }

    /// <summary>Puts a step's saves before its other effects.</summary>
    public void Look(EngineInput input, EffectList effects)
    {
        var isLoud = input is not (KlinesClosed or KlineChanged or TradesPrinted or BookChanged or MarkChanged or TimePassed or ScriptReturned)
            || Step.IsLoud();
        foreach (var account in accounts)
        {
            account.Saves!.Look(isLoud, view, effects); // asked for with the option only
        }

        Step.MoveTo(effects);
    }

    /// <summary>The mirror's plans that main's name; none for main.</summary>
    private IEnumerable<TradePlan> Followers(AccountKernel account) => account.Account == AccountId.Main
        ? [] : accounts[0].Plans.Select(p => p.Follower).OfType<TradePlan>();

    private static IEnumerable<NotRestored> Link(SavedEngine saved, Dictionary<AccountId, AccountRestore> restored)
    {
        var (main, mirror) = (restored.GetValueOrDefault(AccountId.Main), restored.GetValueOrDefault(AccountId.Mirror));
        foreach (var lead in saved.Accounts.FirstOrDefault(a => a.Account == AccountId.Mirror)?.Leads ?? [])
        {
            if (mirror is null || main?.Plan(lead.Leader) is not { } leader)
            {
                continue; // it is over by now, or was not taken up, which is said
            }

            var follower = lead.Follower is { } number ? mirror.Plan(number) : null;
            PlanRestore.Lead(leader, lead, follower);
            if (lead.Follower is not null && follower is null)
            {
                yield return new NotRestored(AccountId.Mirror, "no_follower",
                    $"the mirror's plan {lead.Follower} of main's plan {lead.Leader} on {leader.Symbol} is not there: what it holds is not led");
            }

            if (lead.IsDelayed)
            {
                yield return new NotRestored(AccountId.Mirror, "delayed_entry",
                    $"an entry of the mirror for main's plan {lead.Leader} on {leader.Symbol} waited for its delay and is not made");
            }
        }
    }

    private static NotRestored NoAccount(SavedPlan plan) => new(plan.Account, "no_account",
        $"plan {plan.Number}, {plan.Side.Text()} {plan.Position.Size} {plan.Symbol}: the account {plan.Account} is not configured")
    {
        Plan = plan,
    };
}
