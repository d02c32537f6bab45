using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// Ties the mirror's restored plans to main's. Each account has a disk of its own: what main's had taken when the run before ended, the
/// mirror's may have missed. 1. An entry that it missed is not made any more: the drift says why. 2. A position that the strategy has
/// closed whole on main is closed on the mirror too. 3. Nothing of main changes.
/// </summary>
internal sealed class MirrorLinks(SavedEngine saved, AccountRestore main, AccountRestore mirror)
{
    /// <summary>The signals of which the mirror has an order.</summary>
    private readonly HashSet<string> _known = saved.Plans.Where(p => p.Account == AccountId.Mirror).SelectMany(p => p.Orders)
        .Select(o => o.SignalId).ToHashSet(StringComparer.Ordinal);

    private readonly List<NotRestored> _lost = [];

    public IReadOnlyList<NotRestored> Link()
    {
        var leads = saved.Accounts.First(a => a.Account == AccountId.Mirror).Leads; // it was restored from there
        foreach (var lead in leads)
        {
            if (main.Plan(lead.Leader) is { } leader) // otherwise it was not taken up, which is said, or ended long ago
            {
                Link(leader, lead, lead.Follower is { } number ? mirror.Plan(number) : null);
            }
        }

        var led = leads.Select(l => l.Leader).ToHashSet();
        foreach (var plan in saved.Plans)
        {
            if (plan is { IsFinished: false } && plan.Account == AccountId.Main && !led.Contains(plan.Number)
                && main.Plan(plan.Number) is { } leader)
            {
                NotEntered(leader, plan.Origin.SignalId);
            }
        }

        return _lost;
    }

    private void Link(TradePlan leader, SavedLead lead, TradePlan? follower)
    {
        PlanRestore.Lead(leader, lead, follower);
        if (lead.Follower is not null && follower is null)
        {
            Say("no_follower",
                $"the mirror's plan {lead.Follower} of main's plan {lead.Leader} on {leader.Symbol} is not there: nobody leads it");
        }

        if (lead.IsDelayed)
        {
            Say("delayed_entry",
                $"an entry of the mirror for main's plan {lead.Leader} on {leader.Symbol} waited for its delay and is not made");
        }
        else if (leader.Mirror.SkippedBecause is null && leader.Entries.Find(e => IsMissed(e.SignalId)) is { } entry)
        {
            NotEntered(leader, entry.SignalId);
        }

        if (follower is not null && MirrorEntries.HasLeft(leader))
        {
            Close(leader, follower);
        }
    }

    /// <summary>As main's close would have done: what the mirror has is closed, and what it still gets as well.</summary>
    private void Close(TradePlan leader, TradePlan follower)
    {
        MirrorEntries.Left(main.Account, mirror.Account, leader).ForEach(e => e.IsUnwanted = true);
        if (follower.MustClose is null && MirrorEntries.IsBehind(main.Account, follower))
        {
            follower.MustClose = ExitReason.Signal;
            mirror.Account.Touch(follower);
            Say(MirrorSync.NotClosed, $"signal {leader.LeftBy} closed main's plan {leader.Number} on {leader.Symbol}, and the mirror's "
                + $"journal says nothing of it: its {follower.Size} {follower.Side.Text()} is closed now");
        }
    }

    private void NotEntered(TradePlan leader, string signalId)
    {
        leader.Mirror.SkippedBecause = PlanRestore.Restarted;
        Say("no_mirror_entry", $"the mirror's journal has nothing of signal {signalId}, which main's plan {leader.Number} on "
            + $"{leader.Symbol} has: it was not sent and is not made any more");
    }

    private bool IsMissed(string signalId) => signalId.Length > 0 && !_known.Contains(signalId);

    private void Say(string code, string text) => _lost.Add(new NotRestored(AccountId.Mirror, code, text));
}
