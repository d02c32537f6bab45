using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// Puts a saved state together from the <see cref="PlanSaved"/> and <see cref="AccountSaved"/> of a run in the order of each account's
/// journal; accounts may be given in any order. Saves of plans count when their account's follows: a step that a crash has torn is as if
/// it had not been, and nothing of it was sent. What stands before an <see cref="AccountSaved.IsWhole"/> is not needed.
/// </summary>
public sealed class SavedFold
{
    /// <summary>Finished plans of an account that are kept for late reports.</summary>
    private const int FinishedMax = 256;

    private readonly Dictionary<AccountId, SavedAccount> _accounts = [];
    private readonly Dictionary<AccountId, SortedDictionary<long, SavedPlan>> _plans = [];
    private readonly Dictionary<AccountId, List<SavedPlan>> _pending = [];

    /// <summary>The state after the last whole step of each account.</summary>
    public SavedEngine Engine => new()
    {
        Accounts = [.. _accounts.Values.OrderBy(a => a.Account.Name, StringComparer.Ordinal)], // main, mirror
        Plans = [.. _plans.OrderBy(a => a.Key.Name, StringComparer.Ordinal).SelectMany(a => a.Value.Values)],
    };

    /// <summary>Takes one effect; others than saves are left alone.</summary>
    public void Take(Effect effect)
    {
        switch (effect)
        {
            case PlanSaved plan:
                if (!_pending.TryGetValue(plan.Account, out var pending))
                {
                    _pending.Add(plan.Account, pending = []);
                }

                pending.Add(plan.Plan);
                break;
            case AccountSaved account:
                _accounts[account.Account] = account.State;
                Commit(account);
                break;
        }
    }

    /// <summary>A run has ended there: what is pending of it never counts.</summary>
    public void Break() => _pending.Clear();

    private void Commit(AccountSaved saved)
    {
        if (!_plans.TryGetValue(saved.Account, out var plans) || saved.IsWhole)
        {
            _plans[saved.Account] = plans = [];
        }

        foreach (var plan in _pending.GetValueOrDefault(saved.Account) ?? [])
        {
            plans[plan.Number] = plan;
        }

        _pending.Remove(saved.Account);
        if (plans.Count > 2 * FinishedMax)
        {
            Forget(plans);
        }
    }

    /// <summary>The oldest finished ones that nobody names.</summary>
    private void Forget(SortedDictionary<long, SavedPlan> plans)
    {
        var named = _plans.Values.SelectMany(p => p.Values).Where(p => !p.IsFinished).Select(p => p.Heir)
            .Concat(_accounts.Values.SelectMany(a => a.Leads).Select(l => l.Follower)).ToHashSet();
        var old = plans.Values.Where(p => p.IsFinished && !named.Contains(p.Number)).Select(p => p.Number).ToArray();
        foreach (var number in old.SkipLast(FinishedMax))
        {
            plans.Remove(number);
        }
    }
}
