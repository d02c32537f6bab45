using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Tranches of one strategy and side become one when all of them are past breakeven (contracts §2.1 rule 9): it has the tightest stop, and
/// every target that was there.
/// </summary>
internal static class TrancheMerge
{
    public static void Try(AccountKernel account, List<TradePlan> open, Timestamp at, EffectList effects)
    {
        foreach (var tranches in open.GroupBy(p => p.Strategy).Where(g => g.Count() > 1))
        {
            var oldest = tranches.First();
            if (tranches.All(p => MayMerge(p) && IsAlike(p, oldest)))
            {
                foreach (var younger in tranches.Skip(1).ToArray())
                {
                    Merge(account, oldest, younger, at, effects);
                }
            }
        }
    }

    /// <summary>The mirror's tranches follow main's: what main has made one is one there.</summary>
    public static void Follow(AccountKernel main, AccountKernel? mirror, Timestamp at, EffectList effects)
    {
        if (mirror is null || main.Merged.Count == 0)
        {
            return;
        }

        foreach (var (heir, gone) in main.Merged)
        {
            if (heir.Follower is { Size.IsZero: false } follower && gone is { Size.IsZero: false } && gone != follower
                && gone.Leg == follower.Leg)
            {
                Merge(mirror, follower, gone, at, effects);
                mirror.Settle(follower, at, effects);
            }
            else
            {
                heir.Follower ??= gone;
            }
        }

        main.Merged.Clear();
    }

    private static void Merge(AccountKernel account, TradePlan oldest, TradePlan younger, Timestamp at, EffectList effects)
    {
        oldest.Absorb(younger);
        account.Touch(younger);
        account.Touch(oldest);
        if (younger.Follower is { } follower)
        {
            account.Merged.Add((oldest, follower));
        }

        effects.Add(new Alert(account.Account, at, "tranches_merged",
            $"{oldest.Symbol}: the tranches are one position of {oldest.Size} now, its stop at {new Price(oldest.Stop.Stop)}"));
    }

    private static bool MayMerge(TradePlan plan) =>
        plan is { MergesTranches: true, IsFollower: false, MustClose: null } && IsPastBreakeven(plan);

    /// <summary>What cannot be joined keeps them apart: a time exit or a group of one only, targets of one only.</summary>
    private static bool IsAlike(TradePlan plan, TradePlan oldest) =>
        plan.CloseAt == oldest.CloseAt && plan.CloseAfterMs == oldest.CloseAfterMs
        && plan.Group == oldest.Group && plan.Targets.Count == 0 == (oldest.Targets.Count == 0);

    private static bool IsPastBreakeven(TradePlan plan) => plan.Stop.Stop != 0
        && (new Price(plan.Stop.Stop).Value - plan.AverageEntry) * plan.Side.Sign() >= 0;
}
