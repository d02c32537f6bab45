using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>Protective requests never wait for those that may increase exposure.</summary>
internal enum RequestLane { Protective, Exposure }

/// <summary>
/// The ways on which requests leave, most urgent first. On each at most one batch and one single request are under way (they have quotas of
/// their own), so that a slow or rate-limited endpoint holds up its own requests only.
/// </summary>
internal enum RequestWay
{
    /// <summary>Trading-stops.</summary>
    Stop,

    /// <summary>Reduce-only orders that take at once.</summary>
    Close,

    /// <summary>Cancels of orders that may increase exposure.</summary>
    CancelEntry,

    /// <summary>Cancels of reduce-only orders, and of orders nobody knows.</summary>
    Cancel,

    /// <summary>Reduce-only orders that rest or wait for a trigger.</summary>
    Place,

    /// <summary>Amendments of reduce-only orders, of attached stops, and of orders nobody knows.</summary>
    Amend,

    /// <summary>Orders that may increase exposure.</summary>
    Enter,
    AmendEntry,
}

/// <summary>What counts of an order when a request about it is queued.</summary>
internal readonly record struct OrderFacts(bool IsReduceOnly, bool IsConditional)
{
    public static OrderFacts Of(OrderRequest order) => new(order.ReduceOnly || order.CloseOnTrigger, order.Trigger is not null);

    public static OrderFacts Of(OrderReport order) => new(order.ReduceOnly, order.TriggerPrice is not null);
}

/// <summary>Where requests belong. Pure.</summary>
internal static class RequestWays
{
    public static RequestLane Lane(this RequestWay way) => way is RequestWay.Enter or RequestWay.AmendEntry
        ? RequestLane.Exposure
        : RequestLane.Protective;

    /// <summary>Passes everything on its symbol but those of its own way: nothing before it can make it wrong.</summary>
    public static bool IsUrgent(this RequestWay way) => way is RequestWay.Stop or RequestWay.Close or RequestWay.CancelEntry;

    /// <param name="effect">A request to an exchange; anything else is the caller's mistake.</param>
    /// <param name="order">Of the order that an amendment or cancel is about; null: not known, and safety comes first.</param>
    public static RequestWay Of(AccountEffect effect, OrderFacts? order) => effect switch
    {
        SetTradingStop => RequestWay.Stop,
        CancelOrder => order is { IsReduceOnly: false } ? RequestWay.CancelEntry : RequestWay.Cancel,
        PlaceOrder { Request: var request } => !OrderFacts.Of(request).IsReduceOnly ? RequestWay.Enter
            : request.Type == OrderType.Market && request.Trigger is null ? RequestWay.Close : RequestWay.Place,
        AmendOrder { Amendment: { StopLoss: null, TakeProfit: null } } when order is { IsReduceOnly: false } => RequestWay.AmendEntry,
        AmendOrder => RequestWay.Amend,
        _ => throw new ArgumentException("only requests to an exchange are sent to it", nameof(effect)),
    };

    public static Symbol SymbolOf(AccountEffect effect) => effect switch
    {
        PlaceOrder place => place.Request.Symbol,
        AmendOrder amend => amend.Amendment.Symbol,
        CancelOrder cancel => cancel.Symbol,
        SetTradingStop stop => stop.Wanted.Symbol,
        _ => throw new ArgumentException("only requests to an exchange are sent to it", nameof(effect)),
    };

    /// <summary>The order that a request is about; none for a trading-stop.</summary>
    public static ClientOrderId OrderOf(AccountEffect effect) => effect switch
    {
        PlaceOrder place => place.Request.ClientOrderId,
        AmendOrder amend => amend.Amendment.ClientOrderId,
        CancelOrder cancel => cancel.Id,
        _ => ClientOrderId.None,
    };
}
