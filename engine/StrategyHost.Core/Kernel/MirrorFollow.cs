using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Keeps the mirror's plan in step with what happens to main's entries (contracts §2.2): once main has filled, the mirror's entry has a
/// time to live; when main's entry ends without a fill, the mirror's goes too. Main's own stops and targets do not come here: the mirror
/// has its own.
/// </summary>
internal static class MirrorFollow
{
    public static void Apply(
        PlanOrder order, FillReport? fill, MirrorSettings settings, AccountKernel mirror, Timestamp at, EffectList effects)
    {
        if (order.Role != OrderRole.Entry || order.Plan.Follower is not { } follower)
        {
            return;
        }

        if (fill is not null)
        {
            var deadline = fill.At.AddMs(settings.EntryTtlMs);
            follower.Entries.ForEach(e => e.ExpiresAt = e.ExpiresAt < deadline ? e.ExpiresAt : deadline);
        }
        else if (order.Order.IsFinal && order.Plan.IsEntryDone && !order.Plan.HasOpened)
        {
            follower.Entries.ForEach(e => mirror.Cancel(e, effects));
            mirror.Close(follower, follower.Size, ExitReason.Signal, follower.Origin.Tag, at, effects);
        }
    }
}
