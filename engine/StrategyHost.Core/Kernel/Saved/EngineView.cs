using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>What saving an account needs of the engine around it: its strategies, and of the mirror how it stands to main.</summary>
internal sealed class EngineView(AccountKernel main, SignalDesk desk, MirrorGate gate, StrategyLane[] lanes)
{
    /// <summary>The plans of main whose mirroring is kept with an account: none but with the mirror's.</summary>
    public IReadOnlyList<TradePlan> Leaders(AccountKernel account) => account.Account == AccountId.Mirror ? main.Plans : [];

    /// <summary>An entry of the mirror for a plan of main waits.</summary>
    public bool IsDelayed(TradePlan leader) => desk.Mirror.IsDelayed(leader);

    public SavedAccount Save(AccountKernel account)
    {
        var saved = AccountSaves.Of(account, lanes) with
        {
            Waiting = desk.Waiting.Of(account, lanes),
        };
        return account.Account != AccountId.Mirror ? saved : saved with
        {
            Leads = [.. main.Plans.Select(p => AccountSaves.Lead(p, IsDelayed(p)))],
            Gate = gate.State,
        };
    }

    /// <summary>The plans of an account that count: open ones, and finished ones that reports, plans or a restart may name.</summary>
    public IEnumerable<SavedPlan> Plans(AccountKernel account) => AccountSaves.Plans(
        account, Leaders(account).Select(p => p.Follower).OfType<TradePlan>().Concat(account.Saves?.Recent ?? []));

    /// <summary>Gives back what has no strategy here.</summary>
    public IEnumerable<NotRestored> Restore(AccountKernel account, SavedAccount saved)
    {
        foreach (var lane in lanes)
        {
            // By whichever account led it: its ids must not come twice.
            lane.Signals = Math.Max(lane.Signals, saved.Signals.FirstOrDefault(s => s.Strategy == lane.Setup.Strategy)?.Count ?? 0);
        }

        if (saved.Gate is { } state && account.Account == AccountId.Mirror)
        {
            gate.State = state;
        }

        return desk.Waiting.Restore(saved, lanes).Select(w => Missed(saved.Account, w));
    }

    /// <summary>An entry that waited for a cancel, and that no strategy of this run can be told of.</summary>
    public static NotRestored Missed(AccountId account, SavedWaiting waiting) => new(
        account, "entry_missed", $"the signal {waiting.SignalId} of {waiting.Strategy} ({waiting.Action} {waiting.Symbol}): {waiting.Why}");

    /// <summary>How many signals strategies that are led by an account have given.</summary>
    public long SignalsOf(AccountKernel account)
    {
        var count = 0L;
        foreach (var lane in lanes)
        {
            count += lane.Leading == account ? lane.Signals : 0;
        }

        return count;
    }
}
