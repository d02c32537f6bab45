using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Keeps the mirror's plans in step with main's (contracts §2.2). Main's own stops and targets do not come here: the mirror has its own.
/// 1. Nothing is bought or sold behind the trader's back: only what main never had is closed, and what the strategy has closed on both;
/// everything else is drift with a reason.
/// 2. A stop of the mirror only tightens, to prices of its own. 3. It reads main and sends nothing to it.
/// </summary>
internal sealed class MirrorSync(MirrorSettings settings, MirrorDesk desk, AccountKernel main, AccountKernel mirror)
{
    /// <summary>The mirror has not made a close of the strategy's, and makes up for it.</summary>
    public const string NotClosed = "mirror_not_closed";

    /// <summary>A change of an order of main: a fill where there is one.</summary>
    public void Main(PlanOrder order, FillReport? fill, Timestamp at, EffectList effects)
    {
        if (order.Role != OrderRole.Entry)
        {
            if (order.Plan.Follower is { } follower)
            {
                Exit(order, follower, at, effects);
            }

            return;
        }

        var (own, theirs) = (MirrorEntries.Of(main, order.SignalId), MirrorEntries.Of(mirror, order.SignalId));
        if (fill is not null)
        {
            var deadline = fill.At.AddMs(settings.EntryTtlMs);
            MirrorEntries.Partners(own, theirs, order).ForEach(e => e.ExpiresAt = e.ExpiresAt < deadline ? e.ExpiresAt : deadline);
        }

        if (order.Plan is { IsEntryDone: true, HasOpened: false } && order.Order.IsDone
            && own.TrueForAll(o => o.Plan == order.Plan || o.Order.Filled.IsZero) && !main.Late.Had(order.Plan))
        {
            Undo(theirs, at, effects);
        }
        else if (order.Order is { IsDone: true, Status: not OrderStatus.Filled } && order.Plan.MirrorRatio is { } ratio)
        {
            own.FindAll(o => !o.Order.Filled.IsZero).ForEach(o => o.Plan.Mirror.IsPartlyFilled = true);
            Trim(theirs, MirrorEntries.Wanted(own).Value * ratio, at, effects);
        }
        else if (order.Order is { IsDone: true, Status: OrderStatus.Filled } && Gone(order) is { } gone)
        {
            desk.Skip(order.Plan, order.SignalId, Cancelled(gone), at, effects);
        }
    }

    /// <summary>A change of an exit of main: by a close of both it is out, or that has come to nothing.</summary>
    private void Exit(PlanOrder order, TradePlan follower, Timestamp at, EffectList effects)
    {
        if (MirrorEntries.HasLeft(order.Plan))
        {
            MirrorEntries.Leave(main, mirror, order.Plan, effects);
            MakeUp(follower, order.Plan.LeftBy, at, effects);
        }
        else if (order.SignalId.Length > 0 && order.SignalId == follower.LeftBy
            && MirrorEntries.Of(main, order.SignalId, OrderRole.Exit).TrueForAll(o => o.Order is { IsDone: true, Filled.IsZero: true }))
        {
            follower.LeftBy = ""; // main stays: an exit of its own later on is not copied
        }
    }

    /// <summary>Main never had an entry: what the mirror has of it is closed, and nothing else of the position it was added to.</summary>
    private void Undo(List<PlanOrder> theirs, Timestamp at, EffectList effects)
    {
        theirs.ForEach(e => MirrorEntries.TakeBack(mirror, e, effects));
        foreach (var of in theirs.GroupBy(e => e.Plan))
        {
            var filled = new Quantity(of.Sum(e => e.Order.Filled.Units));
            mirror.Close(of.Key, Quantity.Min(filled, of.Key.Size), ExitReason.Signal, of.Key.Origin.Tag, at, effects);
        }
    }

    /// <summary>
    /// Main has filled although its cancel was asked for, too late; the order of the mirror that was taken back with it, or by hand
    /// meanwhile, has gone without a fill. Its plan may have ended.
    /// </summary>
    private PlanOrder? Gone(PlanOrder order)
    {
        var theirs = order.Plan.Follower?.Entries ?? [];
        return order.Plan.Mirror.SkippedBecause is null && IsMissing(order.Plan, order.SignalId, theirs)
            ? mirror.Parts.Known.FirstOrDefault(o => o.Role == OrderRole.Entry && o.SignalId == order.SignalId && HasGone(o))
            : null;
    }

    /// <summary>
    /// The strategy has closed on both, main is out and the mirror is not: a crash kept the close from its disk, or the exchange did not
    /// take it. Main's script can ask again for main alone, so the host does it for the mirror until it is done.
    /// </summary>
    private void MakeUp(TradePlan follower, string signalId, Timestamp at, EffectList effects)
    {
        if (follower.MustClose is null && MirrorEntries.IsBehind(main, follower))
        {
            var open = $"{follower.Size} {follower.Side.Text()} {follower.Symbol}";
            effects.Add(new Alert(AccountId.Mirror, at, NotClosed, $"{signalId} closed on main and not here: {open} is closed now"));
            ForcedCloses.Begin(mirror, follower, ExitReason.Signal, at, effects);
        }
    }

    /// <summary>A change of an order of the mirror.</summary>
    public void Mirror(PlanOrder order, FillReport? fill, Timestamp at, EffectList effects)
    {
        if (order is { Role: OrderRole.Exit, Order.IsDone: true, Plan.LeftBy.Length: > 0 })
        {
            MakeUp(order.Plan, order.Plan.LeftBy, at, effects);
        }

        var leader = LeaderOf(order);
        if (order.Role == OrderRole.Entry && fill is null && order.Order.IsDone && order.Plan.MirrorRatio is not null)
        {
            if (order.Order.Status == OrderStatus.Rejected && leader is not null)
            {
                desk.Skip(leader, order.SignalId, $"rejected ({order.Order.EndReason.Split(' ')[0]})", at, effects);
            }
            else if (order is { HasExpired: true, Order.Status: not OrderStatus.Filled } && leader is { HasOpened: true })
            {
                desk.Skip(leader, order.SignalId, "entry_ttl", at, effects);
            }
            else if (leader is not null && IsLost(leader, order))
            {
                desk.Skip(leader, order.SignalId, desk.IsOff ? "mirror_disabled" : Cancelled(order), at, effects);
            }
        }

        if (fill is not null && order.Role != OrderRole.Entry && order.Plan.Size.IsZero && leader is not null
            && HasLeft(leader, order.Plan))
        {
            order.Plan.Entries.ForEach(e => mirror.Cancel(e, effects)); // final for the plan, whatever main keeps
        }
    }

    /// <summary>
    /// The mirror has left a position by an exit of its own. It has not where main keeps nothing either: a close of both may be told of the
    /// mirror first.
    /// </summary>
    public static bool HasLeft(TradePlan leader, TradePlan follower) =>
        follower is { HasOpened: true, Size.IsZero: true } && !(leader.Size - leader.Exiting).IsZero;

    /// <summary>
    /// An entry of the mirror ended without a fill, nobody has said why, and main goes on with its own: by hand, by the exchange.
    /// </summary>
    private bool IsLost(TradePlan leader, PlanOrder order) =>
        leader.Mirror.SkippedBecause is null && !order.IsUnwanted && HasGone(order)
        && IsMissing(leader, order.SignalId, order.Plan.Entries);

    /// <summary>An entry of the mirror ended without a fill, and not since the mirror had left.</summary>
    private static bool HasGone(PlanOrder order) =>
        order.Order is { IsDone: true, Filled.IsZero: true } && order.Plan is not { HasOpened: true, Size.IsZero: true };

    private static string Cancelled(PlanOrder order) => $"cancelled {order.Order.EndReason.Split(' ')[0]}".TrimEnd();

    /// <summary>Main has or wants more of a signal, or of the whole plan, than the mirror; what it is taking back does not count.</summary>
    private bool IsMissing(TradePlan leader, string signalId, List<PlanOrder> ofPlan)
    {
        var own = MirrorEntries.Of(main, signalId).FindAll(o => !o.Order.IsCancelling);
        var lot = leader.Instrument.QtyStep.Value;
        return Missing(own, MirrorEntries.Of(mirror, signalId)) >= lot
            || (own.Count > 0 && Missing(leader.Entries, ofPlan) >= lot); // older residuals, too

        decimal Missing(List<PlanOrder> wanted, List<PlanOrder> has) =>
            (MirrorEntries.Wanted(wanted).Value * (leader.MirrorRatio ?? 0)) - MirrorEntries.Wanted(has).Value;
    }

    /// <summary>Who is followed; where main's plans became one and the mirror's were still two, the one that has the entry now.</summary>
    private TradePlan? LeaderOf(PlanOrder order) => main.Plans.FirstOrDefault(p => p.Follower == order.Plan)
        ?? main.Plans.FirstOrDefault(p => MirrorEntries.Has(p, order.SignalId));

    /// <summary>
    /// What a report or the market changed of main's plans: phase and breakeven; and where the market moved, its distance from main's fill.
    /// A report alone says nothing about that: it may come before the trade that it tells of.
    /// </summary>
    public void Look(bool hasMoved, Timestamp at, EffectList effects)
    {
        var plans = main.Plans;
        for (var i = 0; i < plans.Count; i++)
        {
            if (plans[i].Follower is { } followed)
            {
                var follower = hasMoved ? followed : Present(plans[i], followed);
                Look(plans[i], follower, at, effects);
                if (hasMoved && plans[i].HasOpened && follower.HasLiveEntry)
                {
                    GiveUp(plans[i], follower, at, effects);
                }
            }
        }
    }

    /// <summary>An entry of the mirror rests although main has filled: every price counts.</summary>
    public bool IsWatching(Symbol symbol)
    {
        foreach (var plan in main.Plans)
        {
            if (plan.Symbol == symbol && plan is { HasOpened: true, Follower.HasLiveEntry: true })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The mirror's plan of a plan of main. An entry of the mirror that found no open plan began one of its own; where that one has ended
    /// without a fill, or another of main's signals has filled before it, the plan that has the position is meant.
    /// </summary>
    private TradePlan Present(TradePlan leader, TradePlan follower)
    {
        if (follower.HasOpened || mirror.Plans.FirstOrDefault(p => p != follower && p.Side == follower.Side && !p.Size.IsZero
            && p.Entries.Exists(e => MirrorEntries.Has(leader, e.SignalId))) is not { } present)
        {
            return follower;
        }

        mirror.Version++; // who follows whom is in the mirror's saves
        leader.Follower = present;
        return present;
    }

    private void Look(TradePlan leader, TradePlan follower, Timestamp at, EffectList effects)
    {
        if (leader.Phase == PlanPhase.ProfitTaking && follower.Phase == PlanPhase.Building)
        {
            follower.Phase = PlanPhase.ProfitTaking;
        }

        if (leader.Stop.Source == StopSource.Breakeven && !leader.Mirror.IsAtBreakeven && !leader.Size.IsZero)
        {
            leader.Mirror.IsAtBreakeven = true;
            Breakeven(leader, follower, at, effects);
        }
    }

    /// <summary>
    /// The mirror's stop at its own breakeven. Where the market has passed that already the stop stays: leaving there would be a loss that
    /// main does not take.
    /// </summary>
    private void Breakeven(TradePlan leader, TradePlan follower, Timestamp at, EffectList effects)
    {
        var spec = follower.Spec.Breakeven.Value ?? leader.Spec.Breakeven.Value;
        if (follower.Size.IsZero || follower.Trail is not { } trail || spec is null)
        {
            return;
        }

        var stop = ProtectionPlanner.BreakevenStop(follower.Side, follower.AverageEntry, spec, follower.Instrument).Units;
        var tightened = trail.Tighten(follower.Stop, stop, StopSource.Breakeven);
        if (tightened != follower.Stop && !trail.IsHit(stop, mirror.Market[follower.Symbol].Reference(follower.Spec.TriggerBy)))
        {
            follower.Stop = tightened;
            follower.IsStopForced = true;
            mirror.Version++;
            mirror.Settle(follower, at, effects);
        }
    }

    /// <summary>Entries that still rest while the market has gone too far from main's fill of the same part.</summary>
    private void GiveUp(TradePlan leader, TradePlan follower, Timestamp at, EffectList effects)
    {
        foreach (var entry in follower.Entries)
        {
            if (entry.Order.IsFinal || entry.Order.IsCancelling)
            {
                continue;
            }

            var (own, theirs) = (MirrorEntries.Of(main, entry.SignalId), MirrorEntries.Of(mirror, entry.SignalId));
            var partners = MirrorEntries.Partners(theirs, own, entry);
            if (own.Count == theirs.Count && desk.IsTooFar(MirrorEntries.Average(partners), leader.Symbol))
            {
                mirror.Cancel(entry, effects);
                desk.Skip(leader, entry.SignalId, "max_deviation", at, effects);
            }
        }
    }

    /// <summary>
    /// Main wants less than it did: what still rests of the mirror is cut to its part, the latest first. What it has already it keeps.
    /// </summary>
    private void Trim(List<PlanOrder> theirs, decimal exact, Timestamp at, EffectList effects)
    {
        if (theirs.Count == 0)
        {
            return;
        }

        var instrument = theirs[0].Plan.Instrument;
        var roundsUp = settings.BelowMinimum == BelowMinimum.RoundUp && exact > 0;
        var target = MirrorPolicy.Quantity(exact, theirs[0].ReferencePrice, roundsUp, instrument);
        var excess = MirrorEntries.Wanted(theirs) - target.Quantity;
        if (exact > 0 && target.SkippedBecause is { } below && theirs.Exists(t => !t.Order.IsFinal))
        {
            desk.Skip(LeaderOf(theirs[0]), theirs[0].SignalId, below, at, effects);
        }

        for (var i = theirs.Count - 1; i >= 0 && excess.Units > 0; i--)
        {
            var order = theirs[i].Order;
            if (!order.IsFinal && !order.IsCancelling)
            {
                excess -= Cut(theirs[i], Quantity.Min(excess, order.Remaining), at, effects);
            }
        }
    }

    /// <summary>Takes a part out of a resting entry, all of it where the rest would be below the minimum. Gives back how much.</summary>
    private Quantity Cut(PlanOrder entry, Quantity cut, Timestamp at, EffectList effects)
    {
        var order = entry.Order;
        var rest = order.Remaining - cut;
        if (PositionSizer.Check(rest, entry.ReferencePrice, entry.Plan.Instrument).IsOk)
        {
            var amendment = new OrderAmendment
            {
                Symbol = entry.Plan.Symbol,
                ClientOrderId = order.Id,
                Quantity = order.Request.Quantity - cut,
            };
            mirror.Amend(entry, amendment, effects);
            return cut;
        }

        var all = order.Remaining;
        mirror.Cancel(entry, effects);
        if (!rest.IsZero)
        {
            desk.Skip(LeaderOf(entry), entry.SignalId, "below_min_qty", at, effects);
        }

        return all;
    }
}
