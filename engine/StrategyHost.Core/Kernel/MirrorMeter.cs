using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>How the mirror stands: its switch, its breaker, and how far each of its plans is from main's.</summary>
public sealed record MirrorView(bool IsOn, MirrorBreaker Breaker, IReadOnlyList<MirrorDrift> Drift);

/// <summary>Reads the drift of every plan that is or was to be mirrored. It changes nothing.</summary>
internal static class MirrorMeter
{
    public static MirrorView Look(AccountKernel main, AccountKernel mirror, MirrorDesk desk, MirrorGate gate)
    {
        var rows = new List<MirrorDrift>();
        foreach (var leader in main.Plans)
        {
            if (leader.MirrorRatio is not null || leader.Mirror.SkippedBecause is not null)
            {
                rows.Add(MirrorDrift.Of(Standing(leader, leader.Follower, Entries(main, leader), Entries(mirror, leader)) with
                {
                    IsDelayed = desk.IsDelayed(leader),
                    HoldsEarlier = leader.Follower is { } follower && HoldsEarlier(main, follower),
                }));
            }
        }

        foreach (var left in mirror.Plans)
        {
            if (left is { MirrorRatio: not null, Size.IsZero: false } && !main.Plans.Any(p => p.Follower == left))
            {
                rows.Add(MirrorDrift.Of(Left(left)));
            }
        }

        return new MirrorView(gate.IsOn, gate.Breaker, rows);
    }

    /// <summary>
    /// All orders of the signals of which a plan of main or the mirror's of it has one: other plans may have their other parts.
    /// </summary>
    private static List<PlanOrder> Entries(AccountKernel account, TradePlan leader) =>
        [.. leader.Entries.Concat(leader.Follower?.Entries ?? []).Select(e => e.SignalId).Distinct()
            .SelectMany(s => MirrorEntries.Of(account, s))];

    private static MirrorStanding Standing(TradePlan leader, TradePlan? follower, List<PlanOrder> own, List<PlanOrder> theirs) => new()
    {
        Symbol = leader.Symbol,
        Side = follower?.Side ?? leader.Side,
        MainSize = leader.Size,
        Ratio = leader.MirrorRatio ?? 0,
        Actual = follower?.Size ?? Quantity.Zero,
        QtyStep = leader.Instrument.QtyStep,
        SkippedBecause = leader.Mirror.SkippedBecause,
        IsEntering = own.Concat(theirs).Any(o => !o.Order.IsDone),
        IsClosing = !leader.Exiting.IsZero || follower is { Exiting.IsZero: false },
        HasMirrorExited = follower is { HasOpened: true, Size.IsZero: true } && !leader.Size.IsZero,
        HasMainExited = leader is { HasOpened: true, Size.IsZero: true },
        HasOwnExits = leader.Size < leader.EntryFilled || (follower is not null && follower.Size < follower.EntryFilled),
        IsPartlyFilled = leader.Mirror.IsPartlyFilled || HasPart(own, [.. own, .. theirs]) || HasPart(theirs, theirs),
        IsRoundedUp = leader.Mirror.IsRoundedUp,
        IsNetted = IsNetted(leader) || (follower is not null && IsNetted(follower)),
        Residual = leader.MirrorResidual,
    };

    /// <summary>More of the entries has filled than the position got: the rest closed what the account had on the other side.</summary>
    private static bool IsNetted(TradePlan plan) => plan.Entries.Sum(e => e.Order.Filled.Units) > plan.EntryFilled.Units;

    /// <summary>An entry of a signal whose plan of main is over, by main's own exits: main has no entry of it any more.</summary>
    private static bool HoldsEarlier(AccountKernel main, TradePlan follower) =>
        follower.Entries.Exists(e => !e.Order.Filled.IsZero && MirrorEntries.Of(main, e.SignalId).Count == 0);

    /// <summary>A position of the mirror whose plan of main is over.</summary>
    private static MirrorStanding Left(TradePlan plan) => new()
    {
        Symbol = plan.Symbol,
        Side = plan.Side,
        MainSize = Quantity.Zero,
        Ratio = plan.MirrorRatio!.Value, // it was asked
        Actual = plan.Size,
        QtyStep = plan.Instrument.QtyStep,
        IsClosing = !plan.Exiting.IsZero,
        HasMainExited = true,
    };

    /// <summary>
    /// An entry ended with less than it asked for, and something of its signal filled: of itself, of another part of it, or what the mirror
    /// had before main's ended (it keeps that).
    /// </summary>
    private static bool HasPart(List<PlanOrder> entries, List<PlanOrder> all) =>
        entries.Exists(e => e.Order is { IsDone: true, Status: not OrderStatus.Filled }
            && (!e.Order.Filled.IsZero || (e.SignalId.Length > 0 && all.Exists(o => o.SignalId == e.SignalId && !o.Order.Filled.IsZero))));
}
