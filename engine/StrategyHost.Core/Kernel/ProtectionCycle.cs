using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Desired protection − observed orders = what to send (architecture §1, §4): one path for placing after a fill, trailing, breakeven,
/// resizing and healing. 1. The stop is put right before the targets. 2. A stop only tightens, but for re-anchoring while the entry fills.
/// 3. Targets rest as reduce-only limits and never sum to more than the position.
/// </summary>
internal sealed class ProtectionCycle(AccountKernel account, TrailMode mode)
{
    /// <summary>
    /// Least distance and time between two moves of a trail that rests on the exchange (architecture §4, reliability §5.4).
    /// </summary>
    private const decimal MinStepFraction = 0.0005m;
    private const long MinMoveMs = 1000;
    private const int MaxTargetRefusals = 3;

    public TrancheStops Tranches => field ??= new TrancheStops(account, this);

    public StopLadder Ladder { get; } = new(account);

    /// <summary>
    /// Computes levels from the average entry, after a fill of an entry. The plan's own entry re-anchors the stop until it is done; an
    /// entry that adds moves it only where its own is tighter (contracts §2.1 rule 5).
    /// </summary>
    public static void Anchor(TradePlan plan, PlanOrder entry, bool isFirstFill)
    {
        var average = plan.AverageEntry;
        var start = new Price((long)(average * FixedPoint.Scale));
        var trail = ProtectionPlanner.Stop(plan.Spec, plan.Side, average, plan.Atr, plan.Instrument);
        var opens = plan.Trail is null;
        plan.Targets = ProtectionPlanner.Targets(plan.Spec, plan.Side, average, plan.Atr, plan.Instrument);
        if (isFirstFill)
        {
            // The exchange takes an entry's attached stop at its first fill; it replaces the position's.
            plan.Leg.FullStop = entry.Order.Request.Protection?.StopLoss?.Units ?? plan.Leg.FullStop;
        }

        if (opens)
        {
            var left = plan.TargetOrders; // of before it was flat, where they may still fill
            Array.Resize(ref left, Math.Max(plan.Targets.Count, left.Length));
            plan.TargetOrders = left;
            plan.TargetFilled = new Quantity[plan.Targets.Count];
            plan.Stop = trail.Start(start);
        }
        else if (plan.Entries.Count == 1 && Array.TrueForAll(plan.TargetFilled, t => t.IsZero)) // its phase may be main's
        {
            plan.Stop = trail.Advance(trail.Start(start), plan.Stop.Extreme);
        }
        else
        {
            var own = ProtectionPlanner.Stop(entry.Spec, plan.Side, average, plan.Atr, plan.Instrument).Start(start);
            plan.Stop = trail.Tighten(plan.Stop, own.Stop, own.Source);
        }

        plan.Trail = trail;
        plan.IsStopForced = true;
        plan.FirstRisk ??= plan.Stop.Stop == 0 ? null : Math.Abs(average - FixedPoint.ToDecimal(plan.Stop.Stop));
    }

    public static void TargetFilled(TradePlan plan, PlanOrder order, Quantity quantity)
    {
        plan.Phase = PlanPhase.ProfitTaking;
        var index = Array.IndexOf(plan.TargetOrders, order);
        if (index < 0 || index >= plan.TargetFilled.Length)
        {
            return; // a rung that a hold has taken away filled before its cancel
        }

        plan.TargetFilled[index] += quantity;
        if (order.Order.IsFinal && plan.Spec.Breakeven.Value is { AfterTarget: { } after } breakeven && index + 1 >= after
            && plan.Trail is { } trail)
        {
            var stop = ProtectionPlanner.BreakevenStop(plan.Side, plan.AverageEntry, breakeven, plan.Instrument);
            plan.Stop = trail.Tighten(plan.Stop, plan.Size.IsZero ? 0 : stop.Units, StopSource.Breakeven);
            plan.IsStopForced = true;
        }
    }

    /// <summary>Takes market rows into the trail; true when the wanted stop changed.</summary>
    public static bool Advance(TradePlan plan, ReadOnlySpan<long> high, ReadOnlySpan<long> low)
    {
        plan.FreshPrice = 0;
        var before = plan.Stop.Stop;
        var trail = plan.Trail!; // an open position was anchored by its first fill
        var favourable = plan.Side == PositionSide.Long ? high : low;
        var state = plan.Stop;
        foreach (var price in favourable)
        {
            state = trail.Advance(state, price);
        }

        plan.Stop = state;
        ExitTrails.Advance(plan, favourable);
        foreach (var price in high)
        {
            plan.High = Math.Max(plan.High, price);
        }

        foreach (var price in low)
        {
            plan.Low = Math.Min(plan.Low, price);
        }

        return plan.Stop.Stop != before;
    }

    /// <summary>Sends what is missing, changes what differs, cancels what is too much.</summary>
    public void Run(TradePlan plan, Timestamp at, EffectList effects)
    {
        MoveStop(plan, at, effects);
        PlaceTargets(plan, at, effects);
    }

    /// <summary>True when a resting trail may move its stop now.</summary>
    public bool MayMove(TradePlan plan, long wanted, Timestamp at) =>
        MayMove(plan.Leg.FullStop, wanted, plan.Leg.StopMovedAt, at, plan);

    /// <summary>As the other, for a stop order of its own.</summary>
    public bool MayMove(long sent, long wanted, Timestamp movedAt, Timestamp at, TradePlan plan) =>
        mode == TrailMode.Ideal || MayMove(sent, wanted, movedAt, at, plan.Instrument);

    public static bool MayMove(long sent, long wanted, Timestamp movedAt, Timestamp at, Instrument instrument) =>
        at.Ms - movedAt.Ms >= MinMoveMs && (sent == 0 || Math.Abs(wanted - sent) >= MinStep(sent, instrument));

    public static long MinStep(long price, Instrument instrument) =>
        Math.Max(instrument.TickSize.Units, (long)(price * MinStepFraction));

    public void StopRefused(TradePlan plan, RefusalReport refusal, EffectList effects) => Ladder.Refused(plan, refusal, effects);

    /// <summary>The triggers of exits that trail a part of the position.</summary>
    public void MoveExits(TradePlan plan, Timestamp at, EffectList effects)
    {
        for (var i = plan.Exits.Count - 1; i >= 0; i--) // a passed one is replaced by a close at the end of the list
        {
            var exit = plan.Exits[i];
            if (ExitTrails.Wanted(exit) is { } wanted && exit.Order.Request.Trigger is { } trigger
                && (mode == TrailMode.Ideal || exit.IsHeld || MayMove(trigger.Price.Units, wanted, exit.TrailMovedAt, at, plan.Instrument)))
            {
                exit.TrailMovedAt = at;
                ExitTrails.Move(account, exit, wanted, Reference(plan), effects, at);
            }
        }
    }

    /// <summary>
    /// Takes the position as the exchange shows it. One without the stop that was sent, or with a looser one, had its request lost,
    /// refused, or undone by somebody (architecture §4: what counts is what a read-back shows): it is asked for again. A backtest's
    /// exchange loses none.
    /// </summary>
    public void Show(TradePlan plan, PositionReport shown)
    {
        var leg = plan.Leg;
        if (shown.Size.IsZero || plan.Side != shown.Side)
        {
            return;
        }

        var before = leg.ShownStop;
        StopLadder.Stands(leg, shown.StopLoss?.Units ?? 0);
        if (account.Doubts?.IsStopInDoubt(leg) == true)
        {
            ShownBefore.Keep(plan, leg.ShownStop);
        }

        var isGone = before != 0 && leg.ShownStop == 0;
        leg.RetryAt = isGone ? null : leg.RetryAt; // a refusal was waited out because the position had a stop
        var isLess = leg.FullStop != 0 && (leg.ShownStop == 0 || (leg.FullStop - leg.ShownStop) * plan.Side.Sign() > 0);
        if (mode == TrailMode.Resting && (isGone || isLess))
        {
            Doubt(plan);
            account.Touch(plan);
        }
        else if (leg.IsShared && before != leg.ShownStop)
        {
            account.Touch(plan); // what waited for the stop to stand goes on
        }
    }

    /// <summary>What stands on the exchange may be looser than what was sent: the stop is asked for again.</summary>
    public static void Doubt(TradePlan plan)
    {
        plan.Leg.FullStop = 0;
        plan.IsStopForced = true;
    }

    /// <summary>The stop alone, after the market moved.</summary>
    public void MoveStop(TradePlan plan, Timestamp at, EffectList effects)
    {
        if (plan.Leg.IsShared)
        {
            Tranches.Run(plan, at, effects);
        }
        else
        {
            AskForStop(plan, at, effects);
        }

        if (plan.Leg.FullStop != plan.Leg.EntriesStop)
        {
            plan.Leg.EntriesStop = plan.Leg.FullStop;
            EntryStops.Follow(account, plan, effects);
        }
    }

    /// <summary>
    /// The Full stop of a position that several plans hold. Tightened at once; loosened only when the tighter tranches are seen to stand.
    /// </summary>
    public void AskForFull(TradePlan plan, long wanted, bool maySlacken, Timestamp at, EffectList effects)
    {
        var leg = plan.Leg;
        var slackens = Slackens(plan, wanted);
        if (wanted == 0 || wanted == leg.FullStop || leg.RetryAt > at || (slackens && (!maySlacken || IsGrowing(plan))))
        {
            return;
        }

        if (slackens || leg.FullStop == 0 || MayMove(plan, wanted, at))
        {
            Send(plan, StopLadder.Asked(plan, wanted), at, effects);
        }
    }

    private static bool Slackens(TradePlan plan, long wanted) =>
        plan.Leg.FullStop != 0 && (wanted - plan.Leg.FullStop) * plan.Side.Sign() < 0;

    /// <summary>An entry is on its way: it may have filled, and its stop be the position's by now.</summary>
    private bool IsGrowing(TradePlan plan)
    {
        foreach (var other in account.Plans)
        {
            if (other.Leg == plan.Leg && other.Side == plan.Side && other.Entries.Exists(IsOnItsWay))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOnItsWay(PlanOrder entry) =>
        !entry.Order.IsDone && entry.Order.Filled.IsZero && entry.Order.Status is not (OrderStatus.New or OrderStatus.Untriggered);

    private void AskForStop(TradePlan plan, Timestamp at, EffectList effects)
    {
        var (leg, wanted) = (plan.Leg, plan.Stop.Stop);
        if (leg.RetryAt > at)
        {
            return; // refused just now: the ladder has its own pace
        }

        if (plan.IsStopForced && Slackens(plan, wanted) && IsGrowing(plan))
        {
            return; // the entry on its way may want it where it is
        }

        var isWanted = wanted != 0 && wanted != leg.FullStop && (plan.IsStopForced || MayMove(plan, wanted, at));
        plan.IsStopForced = false;
        if (!isWanted)
        {
            return;
        }

        // A stop that the market has passed already is taken at market now (contracts §2.1 rule 6); what rests stays until that has filled.
        if (plan.Trail!.IsHit(wanted, Reference(plan))) // an open position was anchored
        {
            account.Emergency(plan, AccountRecords.StopReason(plan.Stop.Source), at, effects);
            return;
        }

        Send(plan, StopLadder.Asked(plan, wanted), at, effects);
    }

    private void Send(TradePlan plan, long stop, Timestamp at, EffectList effects)
    {
        plan.Leg.FullStop = stop;
        plan.Leg.StopMovedAt = at;
        account.Version++;
        effects.Add(new SetTradingStop(account.Account, new TradingStop
        {
            Symbol = plan.Symbol,
            PositionIdx = plan.PositionIdx,
            StopLoss = new Price(stop),
            StopLossBy = plan.Spec.TriggerBy,
        })
        {
            Plan = plan.Number,
        });
    }

    /// <summary>The price that a plan's stop is compared with, in units of 1e-9.</summary>
    public long Reference(TradePlan plan)
    {
        var market = account.Market[plan.Symbol];
        return plan.FreshPrice != 0 ? plan.FreshPrice : market.Reference(plan.Spec.TriggerBy);
    }

    private void PlaceTargets(TradePlan plan, Timestamp at, EffectList effects)
    {
        for (var i = plan.Targets.Count; i < plan.TargetOrders.Length; i++)
        {
            if (plan.TargetOrders[i] is { } surplus)
            {
                account.Cancel(surplus, effects); // a hold asked for fewer
            }
        }

        if (plan.Targets.Count == 0)
        {
            return;
        }

        var shares = new decimal[plan.Targets.Count];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = plan.Targets[i].SharePercent;
        }

        var wanted = TakeProfitLadder.Remaining(plan.Size, shares, plan.TargetFilled, plan.Instrument.QtyStep);
        for (var i = 0; i < wanted.Length; i++)
        {
            PlaceTarget(plan, i, wanted[i], at, effects);
        }
    }

    private void PlaceTarget(TradePlan plan, int index, Quantity wanted, Timestamp at, EffectList effects)
    {
        var price = plan.Targets[index].Price;
        var present = plan.TargetOrders[index];
        if (present is null || present.Order.IsFinal)
        {
            var isRefused = present is { Order.Status: OrderStatus.Rejected } or { IsDropped: true };
            var refused = isRefused && !present!.IsTakenNow && plan.TargetRefusals >= MaxTargetRefusals; // it was just asked
            if (wanted < plan.Instrument.MinQty || refused || InstantTargets.IsWaiting(present)
                || present is { Order: { IsFinal: true, IsDone: false } })
            {
                return; // the last: its executions are on their way, and no second order may take the rung's part again
            }

            plan.TargetRefusals += isRefused ? 1 : 0;
            var limit = TargetWish(plan, index, wanted, price);
            var wish = InstantTargets.Wish(plan, present, limit, account.Market[plan.Symbol].Last) ?? limit;
            plan.TargetOrders[index] = account.Send(plan, wish, at, effects);
        }
        else if (wanted.IsZero)
        {
            account.Cancel(present, effects);
        }
        else if (present.Order is { IsCancelling: false, Request.Type: OrderType.Limit }
            && (present.Order.Request.Price != price || present.Order.Remaining != wanted))
        {
            account.Amend(present, new OrderAmendment
            {
                Symbol = plan.Symbol,
                ClientOrderId = present.Order.Id,
                Quantity = wanted + present.Order.Filled,
                Price = price,
            }, effects);
        }
    }

    private static OrderWish TargetWish(TradePlan plan, int index, Quantity quantity, Price price)
    {
        var request = new OrderRequest
        {
            ClientOrderId = ClientOrderId.None,
            Symbol = plan.Symbol,
            Side = plan.Side.ClosingSide(),
            Type = OrderType.Limit,
            Quantity = quantity,
            Price = price,
            PositionIdx = plan.PositionIdx,
            ReduceOnly = true,
        };
        return new OrderWish(OrderRole.Target, request, "limit")
        {
            Index = index,
            ExitReason = ExitReason.TakeProfit,
            Tag = plan.Origin.Tag,
        };
    }
}
