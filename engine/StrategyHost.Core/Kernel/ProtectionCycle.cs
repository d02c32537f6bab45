using StrategyHost.Core.Accounts;
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
    /// <summary>Least distance and time between two moves of a trail that rests on the exchange (architecture §4, reliability §5.4).</summary>
    private const decimal MinStepFraction = 0.0005m;
    private const long MinMoveMs = 1000;
    private const int MaxTargetRefusals = 3;

    /// <summary>Computes levels from the average entry, after a fill of an entry.</summary>
    public static void Anchor(TradePlan plan, PlanOrder entry)
    {
        var average = plan.AverageEntry;
        var trail = ProtectionPlanner.Stop(plan.Spec, plan.Side, average, plan.Atr, plan.Instrument);
        var fresh = trail.Start(new Price((long)(average * FixedPoint.Scale)));
        var first = plan.Entries.Count == 1 || plan.Trail is null;
        if (plan.Trail is null)
        {
            plan.SentStop = entry.Order.Request.Protection?.StopLoss?.Units ?? 0;
            plan.Targets = ProtectionPlanner.Targets(plan.Spec, plan.Side, average, plan.Atr, plan.Instrument);
            plan.TargetOrders = new PlanOrder?[plan.Targets.Count];
            plan.TargetFilled = new Quantity[plan.Targets.Count];
        }
        else
        {
            plan.SentStop = entry.Order.Request.Protection?.StopLoss?.Units ?? plan.SentStop; // a later entry's attached stop replaces it
            plan.Targets = ProtectionPlanner.Targets(plan.Spec, plan.Side, average, plan.Atr, plan.Instrument);
            fresh = trail.Advance(fresh, plan.Stop.Extreme);
        }

        plan.Stop = first ? fresh : trail.Tighten(plan.Stop, fresh.Stop, fresh.Source);
        plan.Trail = trail;
        plan.IsStopForced = true;
        plan.FirstRisk ??= plan.Stop.Stop == 0 ? null : Math.Abs(average - FixedPoint.ToDecimal(plan.Stop.Stop));
    }

    public static void TargetFilled(TradePlan plan, PlanOrder order, Quantity quantity)
    {
        var index = Array.IndexOf(plan.TargetOrders, order);
        plan.TargetFilled[index] += quantity;
        plan.Phase = PlanPhase.ProfitTaking;
        if (order.Order.IsFinal && plan.Spec.Breakeven.Value is { AfterTarget: { } after } breakeven && index + 1 >= after && plan.Trail is { } trail)
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
    public bool MayMove(TradePlan plan, long wanted, Timestamp at) => mode == TrailMode.Ideal || MayMove(plan.SentStop, wanted, plan.StopMovedAt, at, plan.Instrument);

    public static bool MayMove(long sent, long wanted, Timestamp movedAt, Timestamp at, Instrument instrument) =>
        sent == 0 || (at.Ms - movedAt.Ms >= MinMoveMs && Math.Abs(wanted - sent) >= MinStep(sent, instrument));

    public static long MinStep(long price, Instrument instrument) =>
        Math.Max(instrument.TickSize.Units, (long)(price * MinStepFraction));

    public void StopRefused(TradePlan plan, RefusalReport refusal, EffectList effects)
    {
        // The wish is asked for again only when it changes; what the exchange refuses as already passed is closed (reliability §5.4 CLOSE).
        if (refusal.Code is 10001 or 110092 or 110093)
        {
            account.Emergency(plan, AccountRecords.StopReason(plan.Stop.Source), refusal.At, effects);
            return;
        }

        effects.Add(new Alert(account.Account, refusal.At, "stop_refused", $"{plan.Symbol}: {refusal.Code} {refusal.Text}"));
        plan.SentStop = 0;
    }

    /// <summary>The stop alone, after the market moved.</summary>
    public void MoveStop(TradePlan plan, Timestamp at, EffectList effects)
    {
        var wanted = plan.Stop.Stop;
        if (wanted == 0 || wanted == plan.SentStop || !(plan.IsStopForced || MayMove(plan, wanted, at)))
        {
            return;
        }

        // An ideal trail that a bar's own close has passed rests and fills at the next open; any other passed stop is taken at market now.
        var resting = mode == TrailMode.Ideal && !plan.IsStopForced;
        plan.IsStopForced = false;
        if (!resting && plan.Trail!.IsHit(wanted, Reference(plan)))
        {
            account.Emergency(plan, AccountRecords.StopReason(plan.Stop.Source), at, effects);
            return;
        }

        plan.SentStop = wanted;
        plan.StopMovedAt = at;
        account.Version++;
        effects.Add(new SetTradingStop(account.Account, new TradingStop
        {
            Symbol = plan.Symbol,
            PositionIdx = plan.PositionIdx,
            StopLoss = new Price(wanted),
            StopLossBy = plan.Spec.TriggerBy,
        }));
    }

    private long Reference(TradePlan plan)
    {
        var market = account.Market[plan.Symbol];
        return plan.FreshPrice != 0 ? plan.FreshPrice : plan.Spec.TriggerBy == TriggerBy.Last ? market.Last : market.Mark;
    }

    private void PlaceTargets(TradePlan plan, Timestamp at, EffectList effects)
    {
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
            var refused = present?.Order.Status == OrderStatus.Rejected && plan.TargetRefusals >= MaxTargetRefusals;
            if (wanted < plan.Instrument.MinQty || refused)
            {
                return;
            }

            plan.TargetRefusals += present?.Order.Status == OrderStatus.Rejected ? 1 : 0;
            plan.TargetOrders[index] = account.Send(plan, TargetWish(plan, index, wanted, price), at, effects);
        }
        else if (wanted.IsZero)
        {
            account.Cancel(present, effects);
        }
        else if (present.Order.Request.Price != price || present.Order.Remaining != wanted)
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
            Generation = ++plan.TargetGeneration,
            ExitReason = ExitReason.TakeProfit,
            Tag = plan.Origin.Tag,
        };
    }
}
