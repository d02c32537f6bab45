using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Planning;

/// <summary>
/// What an approach starts from: the signal's type and own protection, the resolved protection, its reference price and its stop.
/// </summary>
public sealed record EntryOutline(
    SignalType Type, ProtectionSpec Said, ProtectionSpec Resolved, PositionSide Side, decimal Reference, Price? Stop);

/// <summary>
/// How an entry is placed and left: limit prices of its parts (one null: a single order as the signal says), and its protection. Equal
/// parts.
/// </summary>
public sealed record EntryPlan(ProtectionSpec Spec, IReadOnlyList<decimal?> Prices);

/// <summary>
/// The approaches (contracts §2.2): they fill only what a signal leaves open. <c>fast</c>: one entry, one target for all.
/// <c>conservative</c>: three equal limits at 0, ⅓ and ⅔ of the stop distance better than the price, targets 50/25/25 at 1, 1.5 and 2 × the
/// target in percent, breakeven after the first.
/// </summary>
public static class EntryPlanner
{
    private static readonly (decimal Multiple, decimal Share)[] Rungs = [(1m, 50m), (1.5m, 25m), (2m, 25m)];
    private static readonly decimal?[] OneOrder = [null];

    public static EntryPlan Plan(EntryOutline entry, Approach approach) => approach switch
    {
        Approach.Fast => new EntryPlan(entry.Said.Target.IsSaid ? entry.Resolved : OneTarget(entry.Resolved), OneOrder),
        Approach.Conservative => new EntryPlan(Conservative(entry), Prices(entry)),
        Approach.None or Approach.Same => new EntryPlan(entry.Resolved, OneOrder),
    };

    private static ProtectionSpec OneTarget(ProtectionSpec spec) => spec.Target.Value is { Rungs: [var first, _, ..] }
        ? spec with { Target = Said<TargetSpec>.Of(new TargetSpec([first with { SharePercent = 100m }])) }
        : spec;

    private static ProtectionSpec Conservative(EntryOutline entry)
    {
        var spec = entry.Resolved;
        if (!entry.Said.Target.IsSaid && spec.Target.Value is { Rungs: [{ Level: { Kind: LevelKind.Percent } level }] })
        {
            var ladder = Rungs.Select(r => new TargetRung(level with { Value = level.Value * r.Multiple }, r.Share));
            spec = spec with { Target = Said<TargetSpec>.Of(new TargetSpec([.. ladder])) };
        }

        return spec.Breakeven.IsSaid || spec.Target.Value is null
            ? spec
            : spec with { Breakeven = Said<BreakevenSpec>.Of(new BreakevenSpec(null, 1, false)) };
    }

    private static decimal?[] Prices(EntryOutline entry)
    {
        if (entry.Stop is not { } stop || entry.Type is not (SignalType.Market or SignalType.Limit))
        {
            return OneOrder;
        }

        var distance = entry.Reference - stop.Value; // negative for a short, whose better prices lie above
        return [entry.Reference, entry.Reference - (distance / 3), entry.Reference - (distance * 2 / 3)];
    }
}
