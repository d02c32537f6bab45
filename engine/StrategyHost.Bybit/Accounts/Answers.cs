using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>Whether the book shows what a request wanted. Pure. An acknowledgement says only that it was queued.</summary>
internal static class Answers
{
    public static bool IsShown(AccountBook book, AccountEffect request, long stampMs) => request switch
    {
        PlaceOrder place => book.Order(place.Request.ClientOrderId) is not null,
        CancelOrder cancel => book.Order(cancel.Id) is { Status: var status } && status.IsFinal(),
        AmendOrder amend => book.Order(amend.Amendment.ClientOrderId) is { } order && IsShown(order, amend.Amendment, stampMs),
        SetTradingStop stop => IsShown(book.Position(stop.Wanted.Symbol, stop.Wanted.PositionIdx), stop.Wanted),
        _ => throw new ArgumentException("only requests to an exchange are sent to it", nameof(request)),
    };

    /// <summary>What is known of the thing that a change was about; null: nothing, or the request is a new order.</summary>
    public static ExchangeReport? Report(AccountBook book, AccountEffect request) => request switch
    {
        CancelOrder cancel => book.Order(cancel.Id),
        AmendOrder amend => book.Order(amend.Amendment.ClientOrderId),
        SetTradingStop { Wanted: var wanted } => book.Position(wanted.Symbol, wanted.PositionIdx),
        _ => null,
    };

    private static bool IsShown(OrderReport order, OrderAmendment amendment, long stampMs) => order.Status.IsFinal()
        || ((amendment.Quantity is null || amendment.Quantity == order.Quantity)
            && (amendment.Price is null || amendment.Price == order.Price)
            && (amendment.TriggerPrice is null || amendment.TriggerPrice == order.TriggerPrice)
            && order.At.Ms >= stampMs);

    // Partial pairs do not show on the position: they come as orders of their own (bybit-v5 §4.1).
    private static bool IsShown(PositionReport? position, TradingStop wanted) => wanted.Mode == TpslMode.Partial
        || (position is not null && (position.Size.IsZero
            || (Matches(wanted.StopLoss, position.StopLoss) && Matches(wanted.TakeProfit, position.TakeProfit)
                && Matches(wanted.TrailingDistance, position.TrailingDistance))));

    private static bool Matches(Price? wanted, Price? shown) => wanted is null || wanted.Value.Units == (shown?.Units ?? 0);
}
