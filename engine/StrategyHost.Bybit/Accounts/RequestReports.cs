using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>What is told about a request where no row of the exchange tells it. Pure.</summary>
internal static class RequestReports
{
    public static RefusalReport Refusal(AccountEffect effect, int code, string text, Timestamp at) => new()
    {
        Account = effect.Account,
        At = at,
        Request = Kind(effect),
        Symbol = RequestQueue.SymbolOf(effect),
        ClientOrderId = RequestQueue.OrderOf(effect),
        PositionIdx = effect is SetTradingStop { Wanted.PositionIdx: var idx } ? idx : PositionIdx.OneWay,
        Code = code,
        Text = text,
    };

    /// <summary>An order in doubt: nothing but the wish is known of it.</summary>
    public static OrderReport Unknown(AccountId account, DoubtfulOrder order, Timestamp at) => new()
    {
        Account = account,
        At = at,
        Symbol = order.Request.Symbol,
        OrderId = new ExchangeOrderId(""),
        ClientOrderId = order.Request.ClientOrderId,
        Status = OrderStatus.Unknown,
        Side = order.Request.Side,
        Type = order.Request.Type,
        Quantity = order.Request.Quantity,
        FilledQuantity = Quantity.Zero,
        Price = order.Request.Price,
        TriggerPrice = order.Request.Trigger?.Price,
        PositionIdx = order.Request.PositionIdx,
        ReduceOnly = order.Request.ReduceOnly,
        Reason = order.Why,
    };

    public static RequestKind Kind(AccountEffect effect) => effect switch
    {
        PlaceOrder => RequestKind.Place,
        AmendOrder => RequestKind.Amend,
        CancelOrder => RequestKind.Cancel,
        _ => RequestKind.TradingStop,
    };
}
