using System.Diagnostics;
using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange.Saved;

/// <summary>Open orders to values and back.</summary>
internal static class SavedOrders
{
    public static SavedOrder Of(ExchangeOrder order) => new()
    {
        Number = order.Number,
        ClientOrderId = order.ClientOrderId.Value ?? "",
        Side = order.Side,
        Type = order.Type,
        Quantity = order.Quantity,
        Price = order.Price,
        TimeInForce = order.TimeInForce,
        PositionIdx = order.PositionIdx,
        Trigger = order.Trigger is { } trigger ? new SavedTrigger(trigger.Price.Units, trigger.Direction, trigger.By) : null,
        ReduceOnly = order.ReduceOnly,
        CloseOnTrigger = order.CloseOnTrigger,
        Closes = order.Closes,
        IsWholePosition = order.IsWholePosition,
        Protection = Of(order.Protection),
        IsProtectionApplied = order.IsProtectionApplied,
        StopOrderType = order.StopOrderType,
        Sibling = Link(order.Sibling),
        AttachedStop = Link(order.AttachedStop),
        AttachedTarget = Link(order.AttachedTarget),
        Stage = Stage(order.Stage),
        Status = order.Status,
        Filled = order.Filled,
        FilledValue = order.FilledValue,
        OnePrice = order.OnePrice,
        FeesPaid = order.FeesPaid,
        ReferencePrice = order.ReferencePrice,
        QueueAhead = order.QueueAhead == long.MaxValue ? null : order.QueueAhead,
        HeldMargin = order.HeldMargin,
        CreatedMs = order.CreatedMs,
        UpdatedMs = order.UpdatedMs,
        CreatedAtEvent = order.CreatedAtEvent,
        RestedAtEvent = order.RestedAtEvent,
        ActivatedAtEvent = order.ActivatedAtEvent,
    };

    /// <summary>Opens a desk's orders, the links between them last.</summary>
    public static void Restore(Desk desk, IReadOnlyList<SavedOrder> saved)
    {
        foreach (var order in saved)
        {
            desk.Orders.Add(Open(desk, order));
        }

        for (var i = 0; i < saved.Count; i++)
        {
            var order = desk.Orders[i];
            order.Sibling = Linked(desk, saved[i].Sibling);
            order.AttachedStop = Linked(desk, saved[i].AttachedStop);
            order.AttachedTarget = Linked(desk, saved[i].AttachedTarget);
        }
    }

    private static ExchangeOrder Open(Desk desk, SavedOrder saved)
    {
        var order = new ExchangeOrder
        {
            Desk = desk,
            Number = saved.Number,
            ClientOrderId = saved.ClientOrderId.Length == 0 ? ClientOrderId.None : new ClientOrderId(saved.ClientOrderId),
            Side = saved.Side,
            Type = saved.Type,
            Quantity = saved.Quantity,
            Price = saved.Price,
            TimeInForce = saved.TimeInForce,
            PositionIdx = saved.PositionIdx,
            Trigger = saved.Trigger is { } trigger ? new Trigger(new Price(trigger.Price), trigger.Direction, trigger.By) : null,
            ReduceOnly = saved.ReduceOnly,
            CloseOnTrigger = saved.CloseOnTrigger,
            Closes = saved.Closes,
            IsWholePosition = saved.IsWholePosition,
            Protection = Open(saved.Protection),
            IsProtectionApplied = saved.IsProtectionApplied,
            StopOrderType = saved.StopOrderType,
            Stage = Stage(saved.Stage),
            Status = saved.Status,
            ReferencePrice = saved.ReferencePrice,
            QueueAhead = saved.QueueAhead ?? long.MaxValue,
            HeldMargin = saved.HeldMargin,
            CreatedMs = saved.CreatedMs,
            UpdatedMs = saved.UpdatedMs,
            CreatedAtEvent = saved.CreatedAtEvent,
            RestedAtEvent = saved.RestedAtEvent,
            ActivatedAtEvent = saved.ActivatedAtEvent,
        };
        order.RestoreFills(saved.Filled, saved.FilledValue, saved.OnePrice, saved.FeesPaid);
        return order;
    }

    private static SavedProtection? Of(AttachedProtection? protection) => protection is null ? null : new SavedProtection
    {
        StopLoss = protection.StopLoss?.Units,
        TakeProfit = protection.TakeProfit?.Units,
        StopLossBy = protection.StopLossBy,
        TakeProfitBy = protection.TakeProfitBy,
        Mode = protection.Mode,
        StopLossLimit = protection.StopLossLimit?.Units,
        TakeProfitLimit = protection.TakeProfitLimit?.Units,
    };

    private static AttachedProtection? Open(SavedProtection? saved) => saved is null ? null : new AttachedProtection
    {
        StopLoss = Optional(saved.StopLoss),
        TakeProfit = Optional(saved.TakeProfit),
        StopLossBy = saved.StopLossBy,
        TakeProfitBy = saved.TakeProfitBy,
        Mode = saved.Mode,
        StopLossLimit = Optional(saved.StopLossLimit),
        TakeProfitLimit = Optional(saved.TakeProfitLimit),
    };

    private static long? Link(ExchangeOrder? other) => other is { IsOpen: true } ? other.Number : null;

    private static ExchangeOrder? Linked(Desk desk, long? number) =>
        number is { } wanted ? desk.Orders.Find(o => o.Number == wanted) : null;

    private static Price? Optional(long? units) => units is { } price ? new Price(price) : null;

    private static SavedStage Stage(OrderStage stage) => stage switch
    {
        OrderStage.Untriggered => SavedStage.Untriggered,
        OrderStage.Pending => SavedStage.Pending,
        OrderStage.Resting => SavedStage.Resting,
        OrderStage.Done => throw new UnreachableException("an order that has ended is on no desk"),
    };

    private static OrderStage Stage(SavedStage stage) => stage switch
    {
        SavedStage.Untriggered => OrderStage.Untriggered,
        SavedStage.Pending => OrderStage.Pending,
        SavedStage.Resting => OrderStage.Resting,
    };
}
