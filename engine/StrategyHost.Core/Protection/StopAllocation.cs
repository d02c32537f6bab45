using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Protection;

/// <summary>The stop that one tranche of a position wants, in units of 1e-9, and its size.</summary>
public readonly record struct StopNeed(long Stop, Quantity Size);

/// <summary>One conditional stop order: where, for how much, and for which needs (by their index).</summary>
public sealed record TrancheStop(long Stop, Quantity Size, IReadOnlyList<int> Members);

/// <summary>
/// How the stops of a position's tranches stand on the exchange (architecture §4, reliability §5.7): the loosest as the Full stop of the
/// whole position, each tighter one as a reduce-only conditional order.
/// 1. Every tranche is covered by a stop at least as tight as it wants. 2. The orders' sizes are the sizes of the tranches that they stand
/// for. 3. There are never more orders than slots: neighbours are merged toward the more protective trigger, where moving costs least.
/// </summary>
public sealed record StopAllocation(long Full, IReadOnlyList<TrancheStop> Tranches, bool IsConsolidated)
{
    /// <summary>Needs without a stop (0) are left out; the Full stop of the others covers them, too.</summary>
    public static StopAllocation Of(PositionSide side, IReadOnlyList<StopNeed> needs, int slots)
    {
        var groups = Enumerable.Range(0, needs.Count)
            .Where(i => needs[i].Stop != 0)
            .GroupBy(i => needs[i].Stop)
            .OrderBy(g => g.Key * side.Sign()) // the loosest first
            .Select(g => new TrancheStop(g.Key, Sum(g.Select(i => needs[i].Size)), [.. g]))
            .ToList();
        if (groups.Count == 0)
        {
            return new StopAllocation(0, [], false);
        }

        var isConsolidated = groups.Count - 1 > slots;
        while (groups.Count - 1 > slots && groups.Count > 1)
        {
            Merge(groups);
        }

        return new StopAllocation(groups[0].Stop, groups[1..], isConsolidated);
    }

    /// <summary>Merges the two neighbours for which the looser one's size times its way is least.</summary>
    private static void Merge(List<TrancheStop> groups)
    {
        var best = 0;
        for (var i = 1; i < groups.Count - 1; i++)
        {
            best = Cost(groups, i) < Cost(groups, best) ? i : best;
        }

        var (loose, tight) = (groups[best], groups[best + 1]);
        groups[best] = new TrancheStop(tight.Stop, loose.Size + tight.Size, [.. loose.Members, .. tight.Members]);
        groups.RemoveAt(best + 1);
    }

    private static Int128 Cost(List<TrancheStop> groups, int index) =>
        (Int128)groups[index].Size.Units * Math.Abs(groups[index + 1].Stop - groups[index].Stop);

    private static Quantity Sum(IEnumerable<Quantity> sizes) => new(sizes.Sum(s => s.Units));
}
