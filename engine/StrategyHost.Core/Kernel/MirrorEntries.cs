using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Finds the orders of one signal on main and on the mirror: they carry its id. An entry may have several parts, and a part may have gone
/// over to another plan of its strategy.
/// </summary>
internal static class MirrorEntries
{
    /// <summary>Why the mirror has no part of an entry: main was leaving.</summary>
    public const string LeaderClosed = "leader_closed";

    /// <summary>The orders of a signal in one role, in the order in which they were sent.</summary>
    public static List<PlanOrder> Of(AccountKernel account, string signalId, OrderRole role = OrderRole.Entry)
    {
        var orders = account.Plans.SelectMany(p => role == OrderRole.Entry ? p.Entries : p.Exits);
        return signalId.Length == 0 ? [] : [.. orders.Where(o => o.Role == role && o.SignalId == signalId).OrderBy(o => o.Number)];
    }

    /// <summary>A plan has an entry of a signal.</summary>
    public static bool Has(TradePlan plan, string signalId) => signalId.Length > 0 && plan.Entries.Exists(e => e.SignalId == signalId);

    /// <summary>What main still has or wants of them: filled parts, and those that have not ended.</summary>
    public static Quantity Wanted(List<PlanOrder> orders) =>
        new(orders.Sum(o => o.Order.IsDone ? o.Order.Filled.Units : o.Order.Request.Quantity.Units));

    /// <summary>The average price of what has filled; 0: nothing has.</summary>
    public static decimal Average(List<PlanOrder> orders)
    {
        var filled = orders.Sum(o => o.Order.Filled.Value);
        return filled == 0 ? 0 : orders.Sum(o => o.Order.FilledValue) / filled;
    }

    /// <summary>
    /// The orders of the other account that an order stands for: its own part where both have as many parts, else all of the signal.
    /// </summary>
    public static List<PlanOrder> Partners(List<PlanOrder> own, List<PlanOrder> others, PlanOrder order) =>
        own.Count == others.Count && own.IndexOf(order) is >= 0 and var index ? [others[index]] : others;

    /// <summary>
    /// The mirror's open orders that do what an order of main does: those of its part; where the parts differ all of the signal, once main
    /// is through with the last of its own or changes the first.
    /// </summary>
    public static List<PlanOrder> Same(AccountKernel main, AccountKernel mirror, PlanOrder order)
    {
        var (own, theirs) = (Of(main, order.SignalId, order.Role), Of(mirror, order.SignalId, order.Role));
        var speaks = own.Count == theirs.Count || own.TrueForAll(o => o.Order.IsFinal || o.Order.IsCancelling)
            || (!order.Order.IsCancelling && own.Find(o => !o.Order.IsFinal && !o.Order.IsCancelling) == order);
        return speaks ? Partners(own, theirs, order).FindAll(o => !o.Order.IsFinal) : [];
    }

    /// <summary>
    /// Main closes all that it has of a plan: entries of the mirror that are still to bring what main had already are taken back, and what
    /// fills of them all the same is closed. Where main keeps its resting entries, those that follow them stay.
    /// </summary>
    public static void Leave(AccountKernel main, AccountKernel mirror, TradePlan leader, EffectList effects)
    {
        var left = Left(main, mirror, leader);
        left.ForEach(e => TakeBack(mirror, e, effects));
        if (left.Count > 0)
        {
            leader.Mirror.SkippedBecause ??= LeaderClosed; // shown where main's close comes to nothing, and main stays
        }
    }

    /// <summary>
    /// Entries of the mirror that nobody wants once main has left the plan, in whatever plan of the mirror they are: those that follow none
    /// that main keeps resting.
    /// </summary>
    public static List<PlanOrder> Left(AccountKernel main, AccountKernel mirror, TradePlan leader) =>
        [.. mirror.Plans.SelectMany(p => p.Entries).Where(e => !e.Order.IsDone && IsOf(main, leader, e)
            && (!leader.KeepEntries || Of(main, e.SignalId).TrueForAll(o => o.Order.IsDone)))];

    /// <summary>Takes an entry back for good: what fills of it all the same is closed.</summary>
    public static void TakeBack(AccountKernel mirror, PlanOrder entry, EffectList effects)
    {
        entry.IsUnwanted = true;
        mirror.Cancel(entry, effects);
        mirror.Version++;
    }

    /// <summary>
    /// The mirror still has a position that nobody leads any more, and does not close it, although the strategy has closed it on both.
    /// </summary>
    public static bool IsBehind(AccountKernel main, TradePlan follower) => !(follower.Size - follower.Exiting).IsZero
        && !follower.KeepEntries && !main.Plans.Any(p => p.Follower == follower && !p.Size.IsZero);

    /// <summary>Main is out of a plan by a close at market that the mirror was to make too.</summary>
    public static bool HasLeft(TradePlan leader) => leader is { Size.IsZero: true, KeepEntries: false, LeftBy.Length: > 0 }
        && leader.Exits.Exists(e => e.SignalId == leader.LeftBy && !e.Order.Filled.IsZero);

    /// <summary>It follows an entry of the plan, or, where main has none of its signal any more, is in the plan that follows it.</summary>
    private static bool IsOf(AccountKernel main, TradePlan leader, PlanOrder entry) =>
        main.Plans.FirstOrDefault(p => Has(p, entry.SignalId)) is { } plan ? plan == leader : entry.Plan == leader.Follower;

    /// <summary>
    /// What an entry order of the mirror is to be after main changed its own: the plan's ratio, split over the parts in lots.
    /// </summary>
    public static Quantity? Part(AccountKernel main, AccountKernel mirror, PlanOrder order, PlanOrder same)
    {
        var (own, theirs) = (Of(main, order.SignalId), Of(mirror, order.SignalId));
        if (order.Plan.MirrorRatio is not { } ratio)
        {
            return null;
        }

        var lot = same.Plan.Instrument.QtyStep;
        var total = same.Plan.Instrument.FloorQuantity(Wanted(own).Value * ratio);
        var shares = (own.Count == theirs.Count ? own : theirs).ConvertAll(o => o.Order.Request.Quantity.Value);
        return TakeProfitLadder.Split(total, shares, lot)[theirs.IndexOf(same)];
    }
}
