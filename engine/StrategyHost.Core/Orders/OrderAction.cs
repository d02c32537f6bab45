using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Orders;

/// <summary>One step of a plan that an operator is shown and may have carried out, with a sentence why. Closed hierarchy.</summary>
public abstract record OrderAction(Symbol Symbol, PositionIdx Leg, string Why);

/// <summary>The stop of the whole position.</summary>
public sealed record SetStop(Symbol Symbol, PositionIdx Leg, Price Stop, TriggerBy By, string Why) : OrderAction(Symbol, Leg, Why);

/// <summary>A new protective order.</summary>
public sealed record PlaceProtection(Symbol Symbol, PositionIdx Leg, DesiredOrder Wanted, string Why) : OrderAction(Symbol, Leg, Why);

/// <summary>An order of ours as it should be.</summary>
public sealed record AmendProtection(OrderReport Present, DesiredOrder Wanted, string Why)
    : OrderAction(Present.Symbol, Present.PositionIdx, Why);

/// <summary>An order that has to go.</summary>
public sealed record CancelResting(OrderReport Present, string Why) : OrderAction(Present.Symbol, Present.PositionIdx, Why);

/// <summary>A position, or a part of it, closed at market, reduce-only.</summary>
public sealed record CloseAtMarket(Symbol Symbol, PositionIdx Leg, PositionSide Side, Quantity Quantity, string Why)
    : OrderAction(Symbol, Leg, Why);

/// <summary>
/// A closing order that should stand. Id: none where it was not placed yet. Quantity: all of it, with what has filled. A trigger makes it a
/// conditional order, which counts against the exchange's limit.
/// </summary>
public sealed record DesiredOrder(OrderRole Role, ClientOrderId Id, Side Side, Quantity Quantity, Price? Price, Trigger? Trigger);

/// <summary>What should protect one position: the stop of the whole (null: none is wanted), and orders for parts of it.</summary>
public sealed record DesiredLeg(Symbol Symbol, PositionIdx Leg, PositionSide Side, Price? Stop, TriggerBy StopBy)
{
    public IReadOnlyList<DesiredOrder> Orders { get; init; } = [];
}

/// <summary>An account as its exchange shows it: open positions, and orders that have not ended.</summary>
public sealed record AccountPicture(
    AccountId Account, IReadOnlyList<PositionReport> Positions, IReadOnlyList<OrderReport> Orders);
