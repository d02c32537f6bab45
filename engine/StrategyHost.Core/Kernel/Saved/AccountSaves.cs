using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>An account as values. Changes nothing.</summary>
internal static class AccountSaves
{
    /// <summary>What belongs to no plan and is not the mirror's alone. Lanes: all of the engine's.</summary>
    public static SavedAccount Of(AccountKernel account, IEnumerable<StrategyLane> lanes) => new()
    {
        Account = account.Account,
        PlanNumber = account.Numbers.Plan,
        OrderNumber = account.Numbers.Order,
        Books = account.Books.State,
        Carried = account.Carried,
        Legs =
        [
            .. account.Parts.Legs.OrderBy(l => l.Key.Item1.Name, StringComparer.Ordinal).ThenBy(l => l.Key.Item2)
                .Select(l => Of(l.Key.Item1, l.Key.Item2, l.Value)),
        ],
        Losses = account.Losses.State,
        Trades = account.Losses.Trades,
        Throttle = account.Losses.Throttle,
        Executions = [.. account.Parts.Fills.Executions.Strays],
        Bookings = account.Audit?.Bookings ?? [],
        LateOpenings = [.. account.Parts.Fills.Late.Openings],
        LateClosings = [.. account.Parts.Fills.Late.Closings],
        Touched = [.. account.Parts.Touched.Select(p => p.Number)],
        Flatten = account.Operator.State,
        Watch = account.Watch?.State,
        Halts = account.Halts.State,
        Signals =
        [
            .. lanes.Where(l => l.Leading == account && l.Signals > 0).Select(l => new SavedSignals(l.Setup.Strategy, l.Signals))
                .OrderBy(s => s.Strategy.Name, StringComparer.Ordinal),
        ],
    };

    /// <summary>
    /// The plans of an account by number: open ones, and finished ones of which late reports may come or that a plan names.
    /// </summary>
    public static IEnumerable<SavedPlan> Plans(AccountKernel account, IEnumerable<TradePlan> named)
    {
        var parts = account.Parts;
        var open = parts.Plans.ToHashSet();
        var known = parts.Known.ToArray();
        var plans = open.Concat(known.Select(o => o.Plan)).Concat(named).ToHashSet();
        plans.UnionWith([.. plans.Select(p => p.Heir).OfType<TradePlan>()]);
        return plans.OrderBy(p => p.Number).Select(p => PlanSaves.Of(p, known, !open.Contains(p)));
    }

    /// <summary>How a plan of main is mirrored.</summary>
    public static SavedLead Lead(TradePlan leader, bool isDelayed) => new()
    {
        Leader = leader.Number,
        Follower = leader.Follower?.Number,
        Ratio = leader.MirrorRatio,
        Residual = leader.MirrorResidual,
        SkippedBecause = leader.Mirror.SkippedBecause,
        IsRoundedUp = leader.Mirror.IsRoundedUp,
        IsPartlyFilled = leader.Mirror.IsPartlyFilled,
        IsAtBreakeven = leader.Mirror.IsAtBreakeven,
        IsDelayed = isDelayed,
    };

    private static SavedLeg Of(Symbol symbol, PositionIdx idx, PositionLeg leg) => new()
    {
        Symbol = symbol,
        Idx = idx,
        Side = leg.Side,
        FullStop = new Price(leg.FullStop),
        StopMovedAt = leg.StopMovedAt,
        ShownStop = new Price(leg.ShownStop),
        EntriesStop = new Price(leg.EntriesStop),
        IsShared = leg.IsShared,
        TrancheStopsMax = leg.TrancheStopsMax,
        DroppedStops = leg.DroppedStops,
        IsConsolidated = leg.IsConsolidated,
        Carry = leg.Carry,
        Refusals = leg.Refusals,
        RetryAt = leg.RetryAt,
        AwaitsPicture = leg.AwaitsPicture,
    };
}
