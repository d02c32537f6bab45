using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Turns executions into positions, cash and reports, and ends orders. Invariants: (1) Σ fills of an order = its filled quantity, never
/// above its quantity; (2) position = fold of its fills; (3) a closing order never opens; (4) balance = start + realised − fees −
/// funding, exactly; (5) a flat position has no stops. Order of reports: fill, order, position (when closed or a stop changed), then what
/// its end removed.
/// </summary>
internal sealed class Settlement(ReportWriter reports, ExchangeSwitches switches)
{
    private readonly AttachedStops _attached = new(reports, switches);
    private readonly List<ExchangeOrder> _removed = [];

    /// <summary>
    /// Books an execution of at most the order's rest; gives the executed quantity, zero when a closing order had nothing to close.
    /// </summary>
    public long Fill(ExchangeOrder order, in Execution execution)
    {
        var desk = order.Desk;
        var position = desk.Position(order.PositionIdx);
        var reduces = !position.IsFlat && position.Side != order.Side.Opens();
        if (order.IsWholePosition && order.Filled == 0)
        {
            order.Quantity = reduces ? position.Size : 0;
        }

        var quantity = Math.Min(execution.Quantity, order.Remaining);
        if (order.Closes)
        {
            quantity = reduces ? Math.Min(quantity, position.Size) : 0;
        }

        if (quantity <= 0)
        {
            End(order, OrderStatus.Cancelled, Reasons.ReduceOnly);
            return 0;
        }

        Book(order, position, execution with { Quantity = quantity }, reduces);
        return quantity;
    }

    /// <summary>Ends an open order without a fill and reports it.</summary>
    public void End(ExchangeOrder order, OrderStatus status, string reason)
    {
        if (!order.IsOpen)
        {
            return;
        }

        Release(order);
        order.Status = status;
        reports.Order(order, reason);
    }

    /// <summary>Removes an order from its desk and gives its margin back, without a report.</summary>
    public void Release(ExchangeOrder order)
    {
        order.Stage = OrderStage.Done;
        order.Desk.Orders.Remove(order);
        order.Desk.Market.IsTouched = true;
        Margin.Hold(order, 0);
        if (!switches.LinkIdsAreUniqueForEver && !order.ClientOrderId.IsNone)
        {
            order.Desk.Account.LinkIds.Remove(order.ClientOrderId.Value);
        }
    }

    private void Book(ExchangeOrder order, ExchangePosition position, in Execution execution, bool reduces)
    {
        var account = order.Desk.Account;
        var closed = reduces ? Math.Min(execution.Quantity, position.Size) : 0;
        var flips = closed > 0 && closed < execution.Quantity;
        var sizeBefore = position.Size;
        var realised = closed == 0 ? 0m : position.Reduce(closed, execution.Price);
        var isClosed = position.IsFlat && closed > 0;
        var stopsChanged = isClosed && (!flips || switches.ClearStopsOnFlip) && position.ClearStops();
        if (closed < execution.Quantity)
        {
            position.Add(order.Side.Opens(), execution.Quantity - closed, execution.Price);
        }

        var instrument = order.Desk.Market.Instrument;
        var rate = execution.IsMaker ? instrument.MakerFee : instrument.TakerFee;
        var value = Money.Value(execution.Quantity, execution.Price);
        var fee = Money.Cash(value * rate);
        account.Balance += realised - fee;
        position.Costs += fee;
        order.AddFill(execution, value, fee);
        reports.Fill(order, execution, new Booking(execution.Quantity, closed, realised, fee, rate));
        Advance(order, execution.Quantity);
        Margin.Update(position);
        if (closed < execution.Quantity)
        {
            stopsChanged |= _attached.Apply(order, position, execution.Quantity - closed);
        }

        Finish(position, (isClosed, flips), stopsChanged, sizeBefore);
    }

    /// <summary>The order's own state after a fill.</summary>
    private void Advance(ExchangeOrder order, long filled)
    {
        order.Desk.Market.IsTouched = true;
        if (order.Remaining == 0)
        {
            Release(order);
            order.Status = OrderStatus.Filled;
        }
        else
        {
            Margin.Hold(order, order.HeldMargin * order.Remaining / (order.Remaining + filled));
            order.Status = OrderStatus.PartiallyFilled;
        }

        reports.Order(order);
    }

    private void Finish(ExchangePosition position, (bool Closed, bool Flips) end, bool stopsChanged, long sizeBefore)
    {
        if (stopsChanged || (end.Closed && !end.Flips))
        {
            reports.Position(position);
        }

        if (end.Closed)
        {
            RemoveClosing(position);
        }
        else if (!switches.PartialsMayOverlap || position.Size < sizeBefore)
        {
            _attached.Shrink(position, this);
        }

        position.Desk.Account.TouchCross();
    }

    /// <summary>The position is gone: its Partial stops and resting reduce-only orders go too (bybit-v5 §7.3).</summary>
    private void RemoveClosing(ExchangePosition position)
    {
        if (position.Desk.Orders.Count == 0)
        {
            return;
        }

        _removed.Clear();
        foreach (var order in position.Desk.Orders)
        {
            var outlives = order.IsUserConditional && switches.KeepOrphanConditionals;
            if (order.PositionIdx == position.Idx && order.Closes && !outlives)
            {
                _removed.Add(order);
            }
        }

        foreach (var order in _removed)
        {
            if (order.Stage == OrderStage.Untriggered)
            {
                End(order, switches.ClearedTpslStatus, Reasons.StopsCleared);
            }
            else
            {
                End(order, OrderStatus.Cancelled, Reasons.ReduceOnly);
            }
        }
    }
}

/// <summary>Bybit's words for the end of an order (cancelType and rejectReason, read 2026-07-24).</summary>
internal static class Reasons
{
    public const string User = "CancelByUser";
    public const string ReduceOnly = "CancelByReduceOnly";
    public const string StopsCleared = "CancelByTpSlTsClear";
    public const string TargetCancelledByStop = "CancelByOCOTpCanceledBySlTriggered";
    public const string StopCancelledByTarget = "CancelByOCOSlCanceledByTpTriggered";
    public const string BeforeLiquidation = "CancelAllBeforeLiq";
    public const string PostOnly = "EC_PostOnlyWillTakeLiquidity";
    public const string NoLiquidity = "EC_NoImmediateQtyToFill";
    public const string NotInFull = "EC_NoEnoughQtyToFill";
    public const string NoMargin = "EC_NoEnoughMargin";
}
