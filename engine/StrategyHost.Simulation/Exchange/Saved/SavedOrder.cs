using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange.Saved;

/// <summary>Where a saved order waits.</summary>
public enum SavedStage { Untriggered, Pending, Resting }

/// <summary>
/// One open order. The orders that it is linked with are named by number; a link to an order that has ended is left out, since nothing
/// is done through it any more.
/// </summary>
public sealed record SavedOrder
{
    public required long Number { get; init; }
    public required string ClientOrderId { get; init; }
    public required Side Side { get; init; }
    public required OrderType Type { get; init; }
    public required long Quantity { get; init; }

    /// <summary>0: none.</summary>
    public required long Price { get; init; }
    public required TimeInForce TimeInForce { get; init; }
    public required PositionIdx PositionIdx { get; init; }
    public required SavedTrigger? Trigger { get; init; }
    public required bool ReduceOnly { get; init; }
    public required bool CloseOnTrigger { get; init; }
    public required bool Closes { get; init; }
    public required bool IsWholePosition { get; init; }
    public required SavedProtection? Protection { get; init; }
    public required bool IsProtectionApplied { get; init; }
    public required StopOrderType StopOrderType { get; init; }
    public required long? Sibling { get; init; }
    public required long? AttachedStop { get; init; }
    public required long? AttachedTarget { get; init; }
    public required SavedStage Stage { get; init; }
    public required OrderStatus Status { get; init; }
    public required long Filled { get; init; }
    public required decimal FilledValue { get; init; }

    /// <summary>The price of all fills when they had the same, else 0.</summary>
    public required long OnePrice { get; init; }
    public required decimal FeesPaid { get; init; }
    public required long ReferencePrice { get; init; }

    /// <summary>Null: not known.</summary>
    public required long? QueueAhead { get; init; }
    public required decimal HeldMargin { get; init; }
    public required long CreatedMs { get; init; }
    public required long UpdatedMs { get; init; }

    /// <summary>Events of its market; −1: none.</summary>
    public required long CreatedAtEvent { get; init; }
    public required long RestedAtEvent { get; init; }
    public required long ActivatedAtEvent { get; init; }
}

/// <summary>When a saved order becomes active.</summary>
public sealed record SavedTrigger(long Price, TriggerDirection Direction, TriggerBy By);

/// <summary>Stops that a saved entry carries; a null price: none.</summary>
public sealed record SavedProtection
{
    public required long? StopLoss { get; init; }
    public required long? TakeProfit { get; init; }
    public required TriggerBy StopLossBy { get; init; }
    public required TriggerBy TakeProfitBy { get; init; }
    public required TpslMode Mode { get; init; }
    public required long? StopLossLimit { get; init; }
    public required long? TakeProfitLimit { get; init; }
}
