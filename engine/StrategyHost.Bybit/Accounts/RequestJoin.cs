using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// Two wishes about one thing as one. Pure. A null field means "leave it", so what the older one wanted and the newer one leaves is still
/// wanted.
/// </summary>
internal static class RequestJoin
{
    /// <summary>Null: they cannot be one.</summary>
    public static AccountEffect? Of(AccountEffect older, AccountEffect newer) => (older, newer) switch
    {
        (PlaceOrder { Request: var order }, AmendOrder { Amendment: var change }) when order.ClientOrderId == change.ClientOrderId =>
            new PlaceOrder(older.Account, Amended(order, change)),
        (AmendOrder { Amendment: var a }, AmendOrder { Amendment: var b }) when a.ClientOrderId == b.ClientOrderId =>
            new AmendOrder(newer.Account, Joined(a, b)),
        (SetTradingStop { Wanted: var a }, SetTradingStop { Wanted: var b }) when AreOne(a, b) =>
            new SetTradingStop(newer.Account, Joined(a, b)),
        _ => null,
    };

    // Each Partial call adds orders of its own and replaces nothing (bybit-v5 §4.3).
    private static bool AreOne(TradingStop a, TradingStop b) =>
        a.Symbol == b.Symbol && a.PositionIdx == b.PositionIdx && a.Mode == TpslMode.Full && b.Mode == TpslMode.Full;

    private static OrderAmendment Joined(OrderAmendment a, OrderAmendment b) => b with
    {
        Quantity = b.Quantity ?? a.Quantity,
        Price = b.Price ?? a.Price,
        TriggerPrice = b.TriggerPrice ?? a.TriggerPrice,
        StopLoss = b.StopLoss ?? a.StopLoss,
        TakeProfit = b.TakeProfit ?? a.TakeProfit,
    };

    private static TradingStop Joined(TradingStop a, TradingStop b) => b with
    {
        StopLoss = b.StopLoss ?? a.StopLoss,
        StopLossBy = b.StopLoss is null ? a.StopLossBy : b.StopLossBy,
        TakeProfit = b.TakeProfit ?? a.TakeProfit,
        TakeProfitBy = b.TakeProfit is null ? a.TakeProfitBy : b.TakeProfitBy,
        TrailingDistance = b.TrailingDistance ?? a.TrailingDistance,
        ActivationPrice = b.TrailingDistance is null ? a.ActivationPrice : b.ActivationPrice,
    };

    private static OrderRequest Amended(OrderRequest order, OrderAmendment change) => order with
    {
        Quantity = change.Quantity ?? order.Quantity,
        Price = change.Price ?? order.Price,
        Trigger = change.TriggerPrice is { } price && order.Trigger is { } trigger ? trigger with { Price = price } : order.Trigger,
        Protection = Amended(order.Protection, change),
    };

    // A price of zero takes a side away; without either side there is no protection left to send.
    private static AttachedProtection? Amended(AttachedProtection? protection, OrderAmendment change)
    {
        if (change is { StopLoss: null, TakeProfit: null })
        {
            return protection;
        }

        var known = protection ?? new AttachedProtection();
        var (stop, target) = (change.StopLoss ?? known.StopLoss, change.TakeProfit ?? known.TakeProfit);
        var amended = known with
        {
            StopLoss = stop is { Units: 0 } ? null : stop,
            TakeProfit = target is { Units: 0 } ? null : target,
        };
        return amended is { StopLoss: null, TakeProfit: null } ? null : amended;
    }
}
