using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>Saving and restoring of a whole engine, and the saves of each of its steps.</summary>
internal sealed class EngineSaves(EngineOptions options, AccountKernel[] accounts, EngineView view)
{
    private readonly EffectList _step = new();

    /// <summary>Where a step's effects go: here, to wait until its saves have gone before them, or straight on.</summary>
    public EffectList Begin(EffectList effects) => options.SavesState ? _step : effects;

    public SavedEngine Save() => new()
    {
        Accounts = [.. accounts.Select(view.Save)],
        Plans = [.. accounts.SelectMany(view.Plans)],
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
                lost.AddRange(plans.Where(p => !p.IsFinished).Select(NoAccount));
                lost.AddRange(state.Waiting?.Select(w => EngineView.Missed(state.Account, w)) ?? []);
                continue;
            }

            var restore = restored[state.Account] = new AccountRestore(account, options);
            lost.AddRange(restore.Take(state, plans));
            lost.AddRange(view.Restore(account, state));
        }

        if (restored.TryGetValue(AccountId.Main, out var main) && restored.TryGetValue(AccountId.Mirror, out var mirror))
        {
            lost.AddRange(new MirrorLinks(saved, main, mirror).Link());
        }

        return lost;
    }

    /// <summary>
    /// Puts a step's saves before its other effects, and what the step tells of orders and trades before the saves: whoever counts it with
    /// the save behind it has all of it once, wherever a crash cuts the step off.
    /// </summary>
    public void End(EngineInput input, EffectList effects)
    {
        if (!options.SavesState)
        {
            return;
        }

        var looks = Array.ConvertAll(accounts, a => (
            Account: a,
            IsLoud: Loudness.Of(input, a.Account) || _step.Any(e => Loudness.Of(e, a.Account)),
            HasTold: _step.Any(e => TellsOf(e) == a.Account)));
        _step.MoveTo(effects, e => TellsOf(e) is not null);
        foreach (var (account, isLoud, hasTold) in looks)
        {
            if (input is ReadinessChanged { Source: ReadinessChanged.Journal, IsReady: true } back && back.Account == account.Account)
            {
                account.Saves!.Anew();
            }

            account.Saves!.Look(isLoud, hasTold, view, effects); // asked for with the option only
        }

        _step.MoveTo(effects);
    }

    /// <summary>The account of whose orders and trades an effect tells that they are over; null: of none.</summary>
    private static AccountId? TellsOf(Effect effect) => effect switch
    {
        OrderClosed closed => closed.Order.Account,
        TradeClosed closed => closed.Trade.Account,
        _ => null,
    };

    private static NotRestored NoAccount(SavedPlan plan) => new(plan.Account, "no_account",
        $"plan {plan.Number}, {plan.Side.Text()} {plan.Position.Size} {plan.Symbol}: the account {plan.Account} is not configured")
    {
        Plan = plan,
    };
}
