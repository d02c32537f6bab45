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
        Symbol = RequestWays.SymbolOf(effect),
        ClientOrderId = RequestWays.OrderOf(effect),
        PositionIdx = effect is SetTradingStop { Wanted.PositionIdx: var idx } ? idx : PositionIdx.OneWay,
        Code = code,
        Text = text,
    };

    /// <summary>An order in doubt: nothing but the wish is known of it.</summary>
    public static OrderReport Unknown(AccountId account, DoubtfulOrder order, Timestamp at) =>
        Of(account, order.Request, at) with { Status = OrderStatus.Unknown, Reason = order.Why };

    /// <summary>An order that its owner cancelled before it was sent.</summary>
    public static OrderReport Withdrawn(PlaceOrder place, Timestamp at) =>
        Of(place.Account, place.Request, at) with { Status = OrderStatus.Cancelled, Reason = "not_sent" };

    private static OrderReport Of(AccountId account, OrderRequest order, Timestamp at) => new()
    {
        Account = account,
        At = at,
        Symbol = order.Symbol,
        OrderId = new ExchangeOrderId(""),
        ClientOrderId = order.ClientOrderId,
        Status = OrderStatus.Pending,
        Side = order.Side,
        Type = order.Type,
        Quantity = order.Quantity,
        FilledQuantity = Quantity.Zero,
        Price = order.Price,
        TriggerPrice = order.Trigger?.Price,
        PositionIdx = order.PositionIdx,
        ReduceOnly = order.ReduceOnly,
    };

    public static RequestKind Kind(AccountEffect effect) => effect switch
    {
        PlaceOrder => RequestKind.Place,
        AmendOrder => RequestKind.Amend,
        CancelOrder => RequestKind.Cancel,
        _ => RequestKind.TradingStop,
    };
}
