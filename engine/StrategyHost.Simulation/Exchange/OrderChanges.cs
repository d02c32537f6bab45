using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>Amends and cancels open orders (Bybit V5 amend-order, cancel-order, cancel-all, read 2026-07-24).</summary>
internal sealed class OrderChanges(ReportWriter reports, Settlement settlement, OrderEntry entry, ExchangeSwitches switches)
{
    private static readonly Refusal NotFound = new(110001, "order not exists or too late to replace");
    private static readonly Refusal NotCancelled = new(110001, "order not exists or too late to cancel");
    private static readonly Refusal NotModified = new(OrderRules.Parameter, "order not modified");

    public void Amend(Desk desk, ExchangeOrder? order, OrderAmendment change)
    {
        var refusal = order is null ? NotFound : Check(desk, order, change);
        if (order is null || refusal.IsRefused)
        {
            reports.Refusal(desk, RequestKind.Amend, change.ClientOrderId, refusal);
            return;
        }

        if (order.HeldMargin > 0 && !HoldMore(desk, order, change))
        {
            reports.Refusal(desk, RequestKind.Amend, change.ClientOrderId, new Refusal(110007, "ab not enough for new order"));
            return;
        }

        Apply(order, change);
        desk.Market.IsTouched = true;
        reports.Order(order);
        entry.EndPostOnly(order);
    }

    public void Cancel(Desk desk, ExchangeOrder? order, ClientOrderId id)
    {
        if (order is null)
        {
            reports.Refusal(desk, RequestKind.Cancel, id, NotCancelled);
            return;
        }

        var status = order.Stage == OrderStage.Untriggered ? switches.CancelledConditionalStatus : OrderStatus.Cancelled;
        settlement.End(order, status, Reasons.User);
    }

    public void CancelAll(Desk desk, CancelFilter filter)
    {
        foreach (var order in desk.Orders.Where(o => Matches(o, filter)).ToList())
        {
            Cancel(desk, order, order.ClientOrderId);
        }

        foreach (var position in desk.Positions)
        {
            if (filter is CancelFilter.Everything or CancelFilter.Conditional && position.ClearStops())
            {
                desk.Market.IsTouched = true;
                reports.Position(position);
            }
        }
    }

    private static bool Matches(ExchangeOrder order, CancelFilter filter) => filter switch
    {
        CancelFilter.Everything => true,
        CancelFilter.Active => order.Stage != OrderStage.Untriggered,
        CancelFilter.Conditional => order.Stage == OrderStage.Untriggered,
        CancelFilter.UserConditional => order.IsUserConditional,
    };

    private static Refusal Check(Desk desk, ExchangeOrder order, OrderAmendment change)
    {
        if (!Changes(order, change))
        {
            return NotModified;
        }

        var instrument = desk.Market.Instrument;
        if (change.Quantity is { } quantity)
        {
            if (quantity.Units <= order.Filled)
            {
                return new Refusal(110064, "new qty must exceed the filled qty");
            }

            if (!instrument.IsOnStep(quantity) || quantity < instrument.MinQty)
            {
                return new Refusal(OrderRules.Parameter, $"Qty invalid: {quantity}");
            }
        }

        var refusal = change.Price is { } price ? OrderRules.Tick(instrument, price) : Refusal.None;
        return refusal.IsRefused ? refusal : CheckTriggers(desk, order, change);
    }

    private static Refusal CheckTriggers(Desk desk, ExchangeOrder order, OrderAmendment change)
    {
        if (order.Filled > 0 && (change.StopLoss is not null || change.TakeProfit is not null))
        {
            return new Refusal(110059, "cannot change the TP/SL of a partially filled order");
        }

        var refusal = Refusal.None;
        if (change.TriggerPrice is { } price)
        {
            if (order is not { Stage: OrderStage.Untriggered, Trigger: { } trigger })
            {
                return NotFound;
            }

            refusal = OrderRules.Tick(desk.Market.Instrument, price);
            refusal = refusal.IsRefused ? refusal : OrderRules.TriggerSide(desk, trigger with { Price = price });
        }

        var present = order.Price != 0 ? order.Price : order.Trigger?.Price.Units ?? 0;
        var expected = change.Price?.Units ?? change.TriggerPrice?.Units ?? present;
        foreach (var (level, isStop) in new[] { (change.StopLoss, true), (change.TakeProfit, false) })
        {
            if (!refusal.IsRefused && level is { Units: > 0 } stop)
            {
                refusal = OrderRules.Tick(desk.Market.Instrument, stop);
                refusal = refusal.IsRefused
                    ? refusal
                    : OrderRules.StopSide(order.Side.Opens(), isStop, stop.Units, (expected, TriggerBy.Last));
            }
        }

        return refusal;
    }

    private static bool Changes(ExchangeOrder order, OrderAmendment change) =>
        (change.Quantity is { } quantity && quantity.Units != order.Quantity)
        || (change.Price is { } price && order.Type == OrderType.Limit && price.Units != order.Price)
        || (change.TriggerPrice is { } trigger && trigger != order.Trigger?.Price)
        || (change.StopLoss is { } stop && stop.Units != (order.Protection?.StopLoss?.Units ?? 0))
        || (change.TakeProfit is { } target && target.Units != (order.Protection?.TakeProfit?.Units ?? 0));

    /// <summary>Margin of the order as it would be; false when the account lacks the difference.</summary>
    private static bool HoldMore(Desk desk, ExchangeOrder order, OrderAmendment change)
    {
        var remaining = (change.Quantity?.Units ?? order.Quantity) - order.Filled;
        var price = change.Price?.Units ?? order.Price;
        var factor = (decimal)remaining / order.Remaining * (order.Price == 0 ? 1m : (decimal)price / order.Price);
        var needed = order.HeldMargin * factor;
        if (needed - order.HeldMargin > desk.Account.Available)
        {
            return false;
        }

        Margin.Hold(order, needed);
        return true;
    }

    private void Apply(ExchangeOrder order, OrderAmendment change)
    {
        var moves = (change.Price is { } to && to.Units != order.Price) || (change.Quantity is { } size && size.Units != order.Quantity);
        var keepsQueue = !moves || (switches.DecreaseKeepsQueue && (change.Price is null || change.Price.Value.Units == order.Price)
            && (change.Quantity is null || change.Quantity.Value.Units <= order.Quantity));
        order.Quantity = change.Quantity?.Units ?? order.Quantity;
        if (order.Type == OrderType.Limit && change.Price is { } price)
        {
            order.Price = price.Units;
            order.ReferencePrice = price.Units;
        }

        if (change.TriggerPrice is { } triggerPrice && order.Trigger is { } trigger)
        {
            order.Trigger = trigger with { Price = triggerPrice };
            order.ReferencePrice = order.Price == 0 ? triggerPrice.Units : order.Price;
        }

        if (change.StopLoss is not null || change.TakeProfit is not null)
        {
            order.Protection = (order.Protection ?? new AttachedProtection()) with
            {
                StopLoss = Replaced(order.Protection?.StopLoss, change.StopLoss),
                TakeProfit = Replaced(order.Protection?.TakeProfit, change.TakeProfit),
            };
        }

        if (order.Stage == OrderStage.Resting && !keepsQueue)
        {
            Requeue(order);
        }
    }

    /// <summary>Loses its place; a price that crosses now takes.</summary>
    private static void Requeue(ExchangeOrder order)
    {
        order.Desk.Orders.Remove(order);
        order.Desk.Orders.Add(order);
        order.QueueAhead = Taking.Queue(order);
        if (order.TimeInForce != TimeInForce.PostOnly && OrderEntry.WouldTake(order.Desk, order.Side, order.Price))
        {
            order.Stage = OrderStage.Pending;
        }
    }

    private static Price? Replaced(Price? present, Price? wanted) => wanted switch
    {
        null => present,
        { Units: 0 } => null,
        _ => wanted,
    };
}
