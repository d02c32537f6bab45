using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Fires conditional orders and the Full stops of positions: what fires waits as a taker, its sibling goes (bybit-v5 §7.1). Which price an
/// order then gets is the matching's business.
/// </summary>
internal sealed class Triggers(ReportWriter reports, Settlement settlement, ExchangeSwitches switches)
{
    private readonly List<ExchangeOrder> _fired = [];

    public static bool IsReached(TriggerDirection direction, long trigger, long price) =>
        direction == TriggerDirection.Rise ? price >= trigger : price <= trigger;

    /// <summary>Direction in which a position's stop (or target) is reached.</summary>
    public static TriggerDirection Direction(PositionSide side, bool isStop) =>
        isStop == (side == PositionSide.Long) ? TriggerDirection.Fall : TriggerDirection.Rise;

    /// <summary>Fires a conditional order; false when it ended instead, for want of margin.</summary>
    public bool Activate(ExchangeOrder order)
    {
        if (order.Sibling is { Stage: OrderStage.Untriggered } sibling)
        {
            var isStop = order.StopOrderType == StopOrderType.PartialStopLoss;
            var reason = isStop ? Reasons.TargetCancelledByStop : Reasons.StopCancelledByTarget;
            settlement.End(sibling, switches.ClearedTpslStatus, reason);
        }

        order.Stage = OrderStage.Pending;
        order.Status = OrderStatus.Triggered;
        order.ActivatedAtEvent = order.Desk.Market.EventSeq;
        order.Desk.Market.IsTouched = true;
        if (!switches.KeepOrderIdOnTrigger)
        {
            order.Renumber(ReportWriter.NextOrderNumber(order.Desk));
        }

        reports.Order(order);
        var needed = Margin.OfOrder(order, order.Price == 0 ? order.Trigger!.Value.Price.Units : order.Price); // fired: it has a trigger
        if (needed > order.Desk.Account.Available)
        {
            settlement.End(order, OrderStatus.Rejected, Reasons.NoMargin);
            return false;
        }

        Margin.Hold(order, needed);
        return true;
    }

    /// <summary>Fires a Full stop of a position: its market child closes all of it. Stop-loss and take-profit cancel one another.</summary>
    public static ExchangeOrder Child(ExchangePosition position, StopOrderType kind, long trigger)
    {
        var (number, by) = kind switch
        {
            StopOrderType.StopLoss => (position.StopLossNumber, position.StopLossBy),
            StopOrderType.TakeProfit => (position.TakeProfitNumber, position.TakeProfitBy),
            _ => (position.Trailing.Number, TriggerBy.Last),
        };
        if (kind == StopOrderType.TrailingStop)
        {
            position.Trailing.Clear();
        }
        else
        {
            position.StopLoss = 0;
            position.TakeProfit = 0;
        }

        var market = position.Desk.Market;
        market.IsTouched = true;
        var child = new ExchangeOrder
        {
            Desk = position.Desk,
            Number = number,
            ClientOrderId = ClientOrderId.None,
            Side = position.Side.ClosingSide(),
            Type = OrderType.Market,
            Quantity = position.Size,
            IsWholePosition = true,
            TimeInForce = TimeInForce.Ioc,
            PositionIdx = position.Idx,
            Trigger = new Trigger(new Price(trigger), Direction(position.Side, kind != StopOrderType.TakeProfit), by),
            ReduceOnly = true,
            CloseOnTrigger = true,
            Closes = true,
            StopOrderType = kind,
            Stage = OrderStage.Pending,
            Status = OrderStatus.Triggered,
            ReferencePrice = trigger,
            CreatedMs = market.NowMs,
        };
        position.Desk.Orders.Add(child);
        return child;
    }

    /// <summary>Between candles: fires all that a reference price has reached; the children take at the next event.</summary>
    public void OnReference(Desk desk, TriggerBy by, long price)
    {
        foreach (var position in desk.Positions)
        {
            if (!position.IsFlat && position.OpenedAtEvent != desk.Market.EventSeq)
            {
                FireStops(position, by, price);
            }
        }

        _fired.Clear();
        foreach (var order in desk.Orders)
        {
            if (order is { Stage: OrderStage.Untriggered, Trigger: { } trigger } && desk.Market.Follows(trigger.By) == by
                && order.CreatedAtEvent != desk.Market.EventSeq && IsReached(trigger.Direction, trigger.Price.Units, price))
            {
                _fired.Add(order);
            }
        }

        FireOrders(closing: true);
        FireOrders(closing: false);
    }

    private void FireOrders(bool closing)
    {
        foreach (var order in _fired)
        {
            if (order.Closes == closing && order.Stage == OrderStage.Untriggered)
            {
                Activate(order);
            }
        }
    }

    private void FireStops(ExchangePosition position, TriggerBy by, long price)
    {
        var market = position.Desk.Market;
        if (by == TriggerBy.Last)
        {
            position.Trailing.Follow(position.Side, price);
            market.IsTouched |= position.Trailing.Distance != 0;
            position.Desk.Account.IsChanged |= position.Trailing.Distance != 0;
        }

        if (position.StopLoss != 0 && market.Follows(position.StopLossBy) == by
            && IsReached(Direction(position.Side, isStop: true), position.StopLoss, price))
        {
            reports.Order(Child(position, StopOrderType.StopLoss, position.StopLoss));
        }
        else if (by == TriggerBy.Last && position.Trailing.Trigger(position.Side) is { } trail
            && IsReached(Direction(position.Side, isStop: true), trail, price))
        {
            reports.Order(Child(position, StopOrderType.TrailingStop, trail));
        }
        else if (position.TakeProfit != 0 && market.Follows(position.TakeProfitBy) == by
            && IsReached(Direction(position.Side, isStop: false), position.TakeProfit, price))
        {
            reports.Order(Child(position, StopOrderType.TakeProfit, position.TakeProfit));
        }
    }
}
