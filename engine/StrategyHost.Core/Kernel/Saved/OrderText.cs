using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>Orders in the canonical text: see <see cref="StateText"/>.</summary>
internal static class OrderText
{
    internal static StateWriter Add(this StateWriter to, SavedOrder x) => to
        .Number(x.Number).Number((long)x.Role).Add(x.Order).Text(x.ExchangeId.Value).Number((long?)x.ExitReason).Text(x.TypeName)
        .Text(x.Tag).Money(x.ReferencePrice).Number(x.ExpiresAt?.Ms).Text(x.Oco).Text(x.SignalId).Some(x.Trail, ProtectionText.Add)
        .Some(x.TrailState, ProtectionText.Add).Number(x.TrailMovedAt.Ms).Flag(x.IsHeld).Flag(x.EntersNow).Number(x.PassedAt?.Ms)
        .Flag(x.IsTakenNow).Add(x.Spec).Flag(x.IsUnwanted).Flag(x.HasExpired).Some(x.Told, Add)
        .Each(x.Executions, (w, i) => w.Text(i.Value)).Some(x.Closed, ProtectionText.Add).Flag(x.IsRecorded).Flag(x.IsDropped)
        .Flag(x.IsToldEnded).Number(x.ShownTrigger?.Units).Number(x.ShownQuantity.Units).Each(x.Others, Add);

    internal static StateWriter Add(this StateWriter to, OrderState x) => to
        .Add(x.Request).Number(x.CreatedAt.Ms).Number((long)x.Status).Number(x.Filled.Units).Money(x.FilledValue).Money(x.Fees)
        .Text(x.EndReason).Flag(x.IsCancelling).Number(x.Reported.Units);

    private static StateWriter Add(this StateWriter to, SavedTold x) => to
        .Number((long)x.Status).Number(x.Filled.Units).Number(x.Price?.Units).Maybe(x.Trigger, Add).Number(x.Quantity.Units);

    private static StateWriter Add(this StateWriter to, SavedShare x) => to
        .Number(x.Plan).Text(x.Tag).Number((long?)x.ExitReason).Some(x.Closed, ProtectionText.Add);

    private static StateWriter Add(this StateWriter to, OrderRequest x) => to
        .Text(x.ClientOrderId.Value).Text(x.Symbol.Name).Number((long)x.Side).Number((long)x.Type).Number(x.Quantity.Units)
        .Number(x.Price?.Units).Number((long)x.TimeInForce).Number((long)x.PositionIdx).Maybe(x.Trigger, Add).Flag(x.ReduceOnly)
        .Flag(x.CloseOnTrigger).Some(x.Protection, Add);

    private static StateWriter Add(this StateWriter to, Trigger x) => to
        .Number(x.Price.Units).Number((long)x.Direction).Number((long)x.By);

    private static StateWriter Add(this StateWriter to, AttachedProtection x) => to
        .Number(x.StopLoss?.Units).Number(x.TakeProfit?.Units).Number((long)x.StopLossBy).Number((long)x.TakeProfitBy)
        .Number((long)x.Mode).Number(x.StopLossLimit?.Units).Number(x.TakeProfitLimit?.Units);
}
