using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Protection that an entry carried, as it comes alive with the entry's fills (bybit-v5 §4.3): Full replaces the position's levels that it
/// names; Partial becomes a pair for the quantity that this entry added. Pairs shrink with the position.
/// </summary>
internal sealed class AttachedStops(ReportWriter reports, ExchangeSwitches switches)
{
    /// <summary>True when a Full level of the position changed.</summary>
    public bool Apply(ExchangeOrder entry, ExchangePosition position, long opened)
    {
        if (entry.Protection is not { } protection)
        {
            return false;
        }

        if (protection.Mode == TpslMode.Partial)
        {
            GrowPair(entry, position, protection, opened);
            return false;
        }

        if (entry.IsProtectionApplied || (!switches.AttachOnFirstFill && entry.Remaining > 0))
        {
            return false;
        }

        entry.IsProtectionApplied = true;
        return SetFull(position, protection);
    }

    /// <summary>Cuts Partial stops, and separately targets, down to the position's size.</summary>
    public void Shrink(ExchangePosition position, Settlement settlement)
    {
        ShrinkKind(position, StopOrderType.PartialStopLoss, settlement);
        ShrinkKind(position, StopOrderType.PartialTakeProfit, settlement);
    }

    /// <summary>Opens a Partial pair; a half whose price is absent is not created.</summary>
    public (ExchangeOrder? Stop, ExchangeOrder? Target) OpenPair(ExchangePosition position, AttachedProtection protection, long size)
    {
        var stop = protection.StopLoss is { Units: > 0 } sl
            ? Open(position, new Half(StopOrderType.PartialStopLoss, sl, protection.StopLossBy, protection.StopLossLimit), size)
            : null;
        var target = protection.TakeProfit is { Units: > 0 } tp
            ? Open(position, new Half(StopOrderType.PartialTakeProfit, tp, protection.TakeProfitBy, protection.TakeProfitLimit), size)
            : null;
        if (stop is not null && target is not null)
        {
            stop.Sibling = target;
            target.Sibling = stop;
        }

        return (stop, target);
    }

    private static bool SetFull(ExchangePosition position, AttachedProtection protection)
    {
        var changed = false;
        if (protection.StopLoss is { Units: > 0 } stop)
        {
            changed |= position.StopLoss != stop.Units;
            position.StopLoss = stop.Units;
            position.StopLossBy = protection.StopLossBy;
            position.StopLossNumber = ReportWriter.NextOrderNumber(position.Desk);
        }

        if (protection.TakeProfit is { Units: > 0 } target)
        {
            changed |= position.TakeProfit != target.Units;
            position.TakeProfit = target.Units;
            position.TakeProfitBy = protection.TakeProfitBy;
            position.TakeProfitNumber = ReportWriter.NextOrderNumber(position.Desk);
        }

        return changed;
    }

    private void GrowPair(ExchangeOrder entry, ExchangePosition position, AttachedProtection protection, long opened)
    {
        if (!entry.IsProtectionApplied)
        {
            entry.IsProtectionApplied = true;
            (entry.AttachedStop, entry.AttachedTarget) = OpenPair(position, protection, opened);
            return;
        }

        Grow(entry.AttachedStop, opened);
        Grow(entry.AttachedTarget, opened);
    }

    private void Grow(ExchangeOrder? half, long opened)
    {
        if (half is { Stage: OrderStage.Untriggered })
        {
            half.Quantity += opened;
            reports.Order(half);
        }
    }

    private ExchangeOrder Open(ExchangePosition position, in Half half, long size)
    {
        var isStop = half.Type == StopOrderType.PartialStopLoss;
        var falls = isStop == (position.Side == PositionSide.Long);
        var order = new ExchangeOrder
        {
            Desk = position.Desk,
            Number = ReportWriter.NextOrderNumber(position.Desk),
            ClientOrderId = ClientOrderId.None,
            Side = position.Side.ClosingSide(),
            Type = half.Limit is null ? OrderType.Market : OrderType.Limit,
            Price = half.Limit?.Units ?? 0,
            ReferencePrice = half.Limit?.Units ?? half.TriggerPrice.Units,
            Quantity = size,
            PositionIdx = position.Idx,
            Trigger = new Trigger(half.TriggerPrice, falls ? TriggerDirection.Fall : TriggerDirection.Rise, half.By),
            ReduceOnly = true,
            CloseOnTrigger = true,
            Closes = true,
            StopOrderType = half.Type,
            Stage = OrderStage.Untriggered,
            Status = OrderStatus.Untriggered,
            CreatedMs = position.Desk.Market.NowMs,
            CreatedAtEvent = position.AddedAtEvent,
        };
        position.Desk.Orders.Add(order);
        position.Desk.Market.IsTouched = true;
        reports.Order(order);
        return order;
    }

    private void ShrinkKind(ExchangePosition position, StopOrderType kind, Settlement settlement)
    {
        var orders = position.Desk.Orders;
        var excess = -position.Size;
        foreach (var order in orders)
        {
            excess += order.StopOrderType == kind && order.PositionIdx == position.Idx && order.IsOpen ? order.Remaining : 0;
        }

        if (excess <= 0)
        {
            return;
        }

        var candidates = orders.Where(o => o.StopOrderType == kind && o.PositionIdx == position.Idx).ToList();
        if (!switches.ShrinkEarliestPartialFirst)
        {
            candidates.Reverse();
        }

        foreach (var order in candidates.TakeWhile(_ => excess > 0))
        {
            excess -= Cut(order, Math.Min(excess, order.Remaining), settlement);
        }
    }

    private long Cut(ExchangeOrder order, long by, Settlement settlement)
    {
        if (by == order.Remaining)
        {
            settlement.End(order, switches.ClearedTpslStatus, Reasons.StopsCleared);
        }
        else
        {
            order.Quantity -= by;
            reports.Order(order);
        }

        return by;
    }

    private readonly record struct Half(StopOrderType Type, Price TriggerPrice, TriggerBy By, Price? Limit);
}
