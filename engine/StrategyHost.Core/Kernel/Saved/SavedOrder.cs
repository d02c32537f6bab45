using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>An order of a plan: see <see cref="Planning.PlanOrder"/>.</summary>
public sealed record SavedOrder
{
    public required long Number { get; init; }
    public required OrderRole Role { get; init; }
    public required OrderState Order { get; init; }
    public ExchangeOrderId ExchangeId { get; init; }
    public ExitReason? ExitReason { get; init; }
    public required string TypeName { get; init; }
    public string Tag { get; init; } = "";
    public decimal ReferencePrice { get; init; }
    public Timestamp? ExpiresAt { get; init; }
    public string? Oco { get; init; }
    public string SignalId { get; init; } = "";
    public SavedTrail? Trail { get; init; }
    public SavedStop? TrailState { get; init; }
    public Timestamp TrailMovedAt { get; init; }
    public bool IsHeld { get; init; }
    public bool EntersNow { get; init; }
    public Timestamp? PassedAt { get; init; }
    public bool IsTakenNow { get; init; }
    public required ProtectionSpec Spec { get; init; }
    public bool IsUnwanted { get; init; }
    public bool HasExpired { get; init; }
    public SavedTold? Told { get; init; }

    /// <summary>Executions that were booked, in the order in which they came: told again they count no more.</summary>
    public IReadOnlyList<ExecutionId> Executions { get; init; } = [];
    public SavedPart? Closed { get; init; }
    public bool IsRecorded { get; init; }
    public bool IsDropped { get; init; }
    public bool IsToldEnded { get; init; }
    public Price? ShownTrigger { get; init; }
    public Quantity ShownQuantity { get; init; }

    /// <summary>What it closed of other plans on the position.</summary>
    public IReadOnlyList<SavedShare> Others { get; init; } = [];
}

/// <summary>What a script was last told of an order.</summary>
public sealed record SavedTold(OrderStatus Status, Quantity Filled, Price? Price, Trigger? Trigger, Quantity Quantity);

/// <summary>Sums of what a closing order has closed: see <see cref="Planning.ClosedPart"/>.</summary>
public sealed record SavedPart
{
    public required Timestamp At { get; init; }
    public required Quantity Quantity { get; init; }
    public decimal EntryValue { get; init; }
    public decimal ExitValue { get; init; }
    public decimal Fees { get; init; }
    public decimal Funding { get; init; }
    public decimal Slippage { get; init; }
}

/// <summary>A part of an order that closed another plan on the same position.</summary>
public sealed record SavedShare(long Plan, string Tag, ExitReason? ExitReason, SavedPart? Closed);
