using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>Takes new orders: refuses them, or accepts them to wait for a trigger, for the next event, or on the book.</summary>
internal sealed class OrderEntry(ReportWriter reports, Settlement settlement, ExchangeSwitches switches)
{
    public void Place(Desk desk, OrderRequest request)
    {
        var refusal = OrderRules.Check(desk, request, switches);
        if (refusal.IsRefused)
        {
            reports.Refusal(desk, RequestKind.Place, request.ClientOrderId, refusal);
            return;
        }

        var order = Create(desk, request);
        var needed = order.Stage == OrderStage.Untriggered ? 0m : Margin.OfOrder(order, OrderRules.ExpectedPrice(desk, request));
        if (needed > 0 && needed > desk.Account.Available)
        {
            desk.Account.LinkIds.Remove(request.ClientOrderId.Value);
            reports.Refusal(desk, RequestKind.Place, request.ClientOrderId, new Refusal(110007, "ab not enough for new order"));
            return;
        }

        order.Number = ReportWriter.NextOrderNumber(desk);
        Margin.Hold(order, needed);
        desk.Orders.Add(order);
        desk.Market.IsTouched = true;
        reports.Order(order);
        EndPostOnly(order);
    }

    /// <summary>Whether a limit would take: the other side of a known book, else strictly past the last price.</summary>
    public static bool WouldTake(Desk desk, Side side, long limit)
    {
        if (desk.Market.Depth is { } depth)
        {
            var levels = side == Side.Buy ? depth.Asks : depth.Bids;
            return levels.Count > 0 && Taking.Crosses(side, limit, levels[0].Price);
        }

        var last = desk.Reference(TriggerBy.Last);
        return last != 0 && last != limit && Taking.Crosses(side, limit, last);
    }

    /// <summary>PostOnly that would take is accepted, then cancelled (bybit-v5 §7.2).</summary>
    public void EndPostOnly(ExchangeOrder order)
    {
        if (order is { TimeInForce: TimeInForce.PostOnly, Stage: OrderStage.Resting } && WouldTake(order.Desk, order.Side, order.Price))
        {
            settlement.End(order, OrderStatus.Cancelled, Reasons.PostOnly);
        }
    }

    private ExchangeOrder Create(Desk desk, OrderRequest request)
    {
        var isLimit = request.Type == OrderType.Limit;
        var price = isLimit ? request.Price!.Value.Units : 0; // checked: a limit order has a price
        var stage = Stage(desk, request, price);
        var order = new ExchangeOrder
        {
            Desk = desk,
            Number = 0,
            ClientOrderId = request.ClientOrderId,
            Side = request.Side,
            Type = request.Type,
            Quantity = Clipped(desk, request),
            IsWholePosition = request.Quantity.IsZero,
            Price = price,
            TimeInForce = isLimit ? request.TimeInForce : TimeInForce.Ioc,
            PositionIdx = request.PositionIdx,
            Trigger = request.Trigger,
            ReduceOnly = request.ReduceOnly,
            CloseOnTrigger = request.CloseOnTrigger,
            Closes = request.ReduceOnly || request.CloseOnTrigger || IsHedgeClose(request),
            Protection = request.Protection,
            StopOrderType = request.Trigger is null ? StopOrderType.None : StopOrderType.Stop,
            Stage = stage,
            Status = stage == OrderStage.Untriggered ? OrderStatus.Untriggered : OrderStatus.New,
            ReferencePrice = isLimit ? price : request.Trigger?.Price.Units ?? desk.Reference(TriggerBy.Last),
            CreatedMs = desk.Market.NowMs,
        };
        order.QueueAhead = stage == OrderStage.Resting ? Taking.Queue(order) : long.MaxValue;
        return order;
    }

    /// <summary>Takers and orders that must fill at once wait for the next event; PostOnly always rests.</summary>
    private static OrderStage Stage(Desk desk, OrderRequest request, long price)
    {
        if (request.Trigger is not null)
        {
            return OrderStage.Untriggered;
        }

        var takes = request.Type == OrderType.Market || request.TimeInForce is TimeInForce.Ioc or TimeInForce.Fok
            || (request.TimeInForce != TimeInForce.PostOnly && WouldTake(desk, request.Side, price));
        return takes ? OrderStage.Pending : OrderStage.Resting;
    }

    private static bool IsHedgeClose(OrderRequest request) => request.PositionIdx switch
    {
        PositionIdx.OneWay => false,
        PositionIdx.HedgeLong => request.Side == Side.Sell,
        PositionIdx.HedgeShort => request.Side == Side.Buy,
    };

    private long Clipped(Desk desk, OrderRequest request)
    {
        var position = desk.Position(request.PositionIdx);
        if (request.Quantity.IsZero)
        {
            return position.Size;
        }

        return request.ReduceOnly && switches.ReduceOnlyOverflow == ReduceOnlyOverflow.ClipAtAcceptance && !position.IsFlat
            ? Math.Min(request.Quantity.Units, position.Size)
            : request.Quantity.Units;
    }
}
