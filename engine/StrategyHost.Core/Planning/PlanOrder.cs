using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Planning;

/// <summary>An order of a plan with what it is for.</summary>
public sealed class PlanOrder(Order order, TradePlan plan, OrderRole role, long number)
{
    public Order Order { get; } = order;

    /// <summary>An entry moves to the strategy's open plan when it fills while there is one.</summary>
    public TradePlan Plan { get; set; } = plan;
    public OrderRole Role { get; } = role;

    /// <summary>The exchange's id of an order that it made itself: a position's own stop, a liquidation. None has an id of ours.</summary>
    public ExchangeOrderId ExchangeId { get; init; }

    /// <summary>The id by which scripts and records know it: ours, else the exchange's.</summary>
    public string Id => Order.Id.IsNone ? ExchangeId.ToString() : Order.Id.Value;

    /// <summary>Ordinal of the order among all orders of the run.</summary>
    public long Number { get; } = number;

    /// <summary>Why an exit order closes; null for entries and targets.</summary>
    public ExitReason? ExitReason { get; init; }

    /// <summary>The signal's type, for records.</summary>
    public required string TypeName { get; init; }
    public string Tag { get; init; } = "";

    /// <summary>Price that margin is held at while the order is open.</summary>
    public decimal ReferencePrice { get; set; }
    public Timestamp? ExpiresAt { get; set; }
    public string? Oco { get; init; }

    /// <summary>The signal behind it; main's and the mirror's order of one signal have the same.</summary>
    public string SignalId { get; init; } = "";

    /// <summary>
    /// The trail that the order's trigger goes along with: of an entry, or of an exit for a part of the position. Null for every other.
    /// </summary>
    public StopTrail? Trail { get; set; }
    public StopState TrailState { get; set; }
    public Timestamp TrailMovedAt { get; set; }

    /// <summary>Not sent yet: it waits here for its trail's activation.</summary>
    public bool IsHeld { get; set; }

    /// <summary>When the order has been taken back, what it has not filled enters at market.</summary>
    public bool EntersNow { get; set; }

    /// <summary>Since when the last price has been beyond this target's; null: it is not.</summary>
    public Timestamp? PassedAt { get; set; }

    /// <summary>A passed target that is being taken at market instead.</summary>
    public bool IsTakenNow { get; set; }

    /// <summary>An entry's own protection, resolved.</summary>
    public ProtectionSpec Spec { get; set; } = ProtectionSpec.Unsaid;

    /// <summary>
    /// What still fills of this entry is closed at once: another order of its oco filled first, or main has closed what it was to follow.
    /// </summary>
    public bool IsUnwanted { get; set; }
    public bool HasExpired { get; set; }

    /// <summary>What <c>on_order</c> last said of it: nothing is said twice.</summary>
    public (OrderStatus Status, Quantity Filled, Price? Price, Trigger? Trigger, Quantity Quantity)? Told { get; set; }

    private readonly List<ExecutionId> _executions = new(1);
    private List<PlanOrder>? _others; // made when there is one: every order of a backtest would carry an empty list
    private ClosedPart? _closed;

    /// <summary>Executions that were taken note of, in their order.</summary>
    public IReadOnlyList<ExecutionId> Executions => _executions;

    /// <summary>Takes note of an execution; false when it was reported before.</summary>
    public bool IsNew(ExecutionId id)
    {
        if (_executions.Contains(id))
        {
            return false;
        }

        _executions.Add(id);
        return true;
    }

    /// <summary>What this order has closed so far and at what result; a trade record when it ends.</summary>
    public ClosedPart Closed => _closed ??= new ClosedPart();

    /// <summary>As <see cref="Closed"/>; null where it has closed nothing yet.</summary>
    public ClosedPart? ClosedSoFar
    {
        get => _closed;
        init => _closed = value;
    }

    public bool IsRecorded { get; set; }

    /// <summary>The exchange, or somebody there, ended it unasked before any of it filled.</summary>
    public bool IsDropped { get; set; }

    /// <summary>A report has said that it ended; executions may still come.</summary>
    public bool IsToldEnded { get; set; }

    /// <summary>
    /// What this order closed of other plans on the same position; each is the same order, seen from that plan. They end with it.
    /// </summary>
    public IReadOnlyList<PlanOrder> Others => _others ?? [];

    public void Add(PlanOrder other) => (_others ??= []).Add(other);

    /// <summary>Trigger and quantity as the exchange last reported them: what an amendment has reached.</summary>
    public (Price? Trigger, Quantity Quantity) Shown { get; set; }
}

/// <summary>Sums of what one closing order has closed.</summary>
public sealed class ClosedPart
{
    public Timestamp At { get; set; }
    public Quantity Quantity { get; set; }
    public decimal EntryValue { get; set; }
    public decimal ExitValue { get; set; }
    public decimal Fees { get; set; }
    public decimal Funding { get; set; }
    public decimal Slippage { get; set; }
}
