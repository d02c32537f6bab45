using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Orders;

/// <summary>
/// The way out of positions: what opens is cancelled first, then everything is closed at market, and what only closes goes when there is
/// nothing to close any more, never before. Pure.
/// </summary>
public static class Flattening
{
    /// <summary>All of it that a picture asks for, with no plan known: of the account, or of one symbol.</summary>
    public static IReadOnlyList<OrderAction> Plan(AccountPicture picture, Symbol? symbol) =>
    [
        .. Cancels(picture, o => symbol is null || o.Symbol == symbol),
        .. picture.Positions.Where(p => symbol is null || p.Symbol == symbol)
            .Select(p => Close(p.Symbol, p.PositionIdx, p.Side, p.Size)),
    ];

    /// <summary>
    /// The orders to cancel, entries first. A position's own stops are not among them: the exchange removes them with the position.
    /// </summary>
    public static IEnumerable<OrderAction> Cancels(AccountPicture picture, Func<OrderReport, bool> isMeant) =>
        picture.Orders.Where(o => isMeant(o) && IsCancelled(o)).OrderBy(o => o.ReduceOnly).Select(o => new CancelResting(
            o, o.ReduceOnly ? "it closes what will be closed; it goes when that is done" : "it would open a position"));

    public static CloseAtMarket Close(Symbol symbol, PositionIdx leg, PositionSide side, Quantity size, string of = "") =>
        new(symbol, leg, side, size, $"{side.Text()} {size} {of}".TrimEnd());

    /// <summary>The reduce-only market order that closes all of a position.</summary>
    public static OrderRequest Request(PositionReport position, OrderTag tag) => new()
    {
        ClientOrderId = tag.Write(),
        Symbol = position.Symbol,
        Side = position.Side.ClosingSide(),
        Type = OrderType.Market,
        Quantity = position.Size,
        PositionIdx = position.PositionIdx,
        ReduceOnly = true,
    };

    /// <summary>What tells an order from others: its id of ours, else the exchange's.</summary>
    public static string Id(OrderReport order) => order.ClientOrderId.IsNone ? order.OrderId.ToString() : order.ClientOrderId.Value;

    private static bool IsCancelled(OrderReport order) => order.StopOrderType is StopOrderType.None or StopOrderType.Stop
        && (order.Type != OrderType.Market || order.TriggerPrice is not null); // a market order under way is not to be stopped
}
