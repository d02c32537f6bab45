namespace StrategyHost.Core.Domain;

/// <summary>
/// One order of ours, from the wish to its end, as a state machine over reports.
/// 1. Final states absorb; 2. the filled quantity never falls; 3. filled beats cancelled when both arrive (bybit-v5 §3.10);
/// 4. order and repetition of the reports do not matter: an open order never falls back to an earlier state.
/// Only the account's kernel changes it.
/// </summary>
public sealed class Order(OrderRequest request, Timestamp createdAt)
{
    private Quantity _reported;

    /// <summary>The order as it was when its state was taken.</summary>
    public Order(OrderState state)
        : this(state.Request, state.CreatedAt)
    {
        (Status, Filled, FilledValue, Fees) = (state.Status, state.Filled, state.FilledValue, state.Fees);
        (EndReason, IsCancelling, _reported) = (state.EndReason, state.IsCancelling, state.Reported);
    }

    public OrderRequest Request { get; private set; } = request;
    public Timestamp CreatedAt { get; } = createdAt;
    public ClientOrderId Id => Request.ClientOrderId;
    public OrderStatus Status { get; private set; } = OrderStatus.Pending;
    public Quantity Filled { get; private set; }
    public decimal FilledValue { get; private set; }
    public decimal Fees { get; private set; }
    public string EndReason { get; private set; } = "";

    /// <summary>A cancel was asked for and not yet answered.</summary>
    public bool IsCancelling { get; private set; }
    public bool IsFinal => Status.IsFinal();

    /// <summary>Final, and every execution that its last report counted has come: nothing more will.</summary>
    public bool IsDone => IsFinal && Filled >= _reported;

    /// <summary>Its reports counted executions that have not come yet.</summary>
    public bool IsBehind => Filled < _reported;

    /// <summary>What has filled by its reports and was not told as executions yet.</summary>
    public Quantity Behind => IsBehind ? _reported - Filled : Quantity.Zero;

    /// <summary>What may still fill; zero when an amendment went below what filled meanwhile.</summary>
    public Quantity Remaining => IsFinal || Filled >= Request.Quantity ? Quantity.Zero : Request.Quantity - Filled;
    public decimal? AveragePrice => Filled.IsZero ? null : FilledValue / Filled.Value;

    /// <summary>Everything that the order is, as a value.</summary>
    public OrderState State => new(Request, CreatedAt, Status)
    {
        Filled = Filled,
        FilledValue = FilledValue,
        Fees = Fees,
        EndReason = EndReason,
        IsCancelling = IsCancelling,
        Reported = _reported,
    };

    /// <summary>Takes a report of the order stream; late and repeated ones change nothing.</summary>
    public void Apply(OrderReport report)
    {
        _reported = report.FilledQuantity > _reported ? report.FilledQuantity : _reported;
        if (report.Status == OrderStatus.Filled)
        {
            End(OrderStatus.Filled, "");
        }
        else if (!IsFinal && report.Status.IsFinal())
        {
            End(report.Status, report.Reason);
        }
        else if (!IsFinal && (report.Status == OrderStatus.Unknown || Stage(report.Status) > Stage(Status)))
        {
            Status = report.Status;
        }
    }

    /// <summary>
    /// Takes one execution. The same execution is never given twice: the ledger drops repeats by id. It may be more than the quantity,
    /// where an amendment was on its way.
    /// </summary>
    public void Apply(FillReport fill)
    {
        Filled += fill.Quantity;
        FilledValue += fill.Quantity.Notional(fill.Price);
        Fees += fill.Fee;
        if (Filled >= Request.Quantity)
        {
            End(OrderStatus.Filled, "");
        }
        else if (!IsFinal)
        {
            Status = OrderStatus.PartiallyFilled;
        }
    }

    /// <summary>The exchange refused to take it.</summary>
    public void Refuse(string reason)
    {
        if (!IsFinal)
        {
            End(OrderStatus.Rejected, reason);
        }
    }

    /// <summary>Ends an order that was never sent.</summary>
    public void Withdraw(string reason) => End(OrderStatus.Cancelled, reason);

    public void Cancelling() => IsCancelling = true;

    /// <summary>An amendment was sent: the order is known by its wish, so that the same wish is not sent twice.</summary>
    public void Amended(OrderAmendment amendment) => Request = Request with
    {
        Quantity = amendment.Quantity ?? Request.Quantity,
        Price = amendment.Price ?? Request.Price,
        Protection = amendment.StopLoss is { } stop
            ? (Request.Protection ?? new AttachedProtection()) with { StopLoss = stop }
            : Request.Protection,
        Trigger = amendment.TriggerPrice is { } price && Request.Trigger is { } trigger ? trigger with { Price = price } : Request.Trigger,
    };

    private void End(OrderStatus status, string reason)
    {
        Status = status;
        EndReason = reason;
        IsCancelling = false;
    }

    private static int Stage(OrderStatus status) => status switch
    {
        OrderStatus.Pending or OrderStatus.Unknown => 0,
        OrderStatus.Untriggered => 1,
        OrderStatus.Triggered => 2,
        OrderStatus.New => 3,
        OrderStatus.PartiallyFilled => 4,
        OrderStatus.Filled or OrderStatus.Cancelled or OrderStatus.Rejected or OrderStatus.Deactivated => 5,
    };
}

/// <summary>An <see cref="Order"/> as a value; Reported is what its reports counted as filled.</summary>
public sealed record OrderState(OrderRequest Request, Timestamp CreatedAt, OrderStatus Status)
{
    public Quantity Filled { get; init; }
    public decimal FilledValue { get; init; }
    public decimal Fees { get; init; }
    public string EndReason { get; init; } = "";
    public bool IsCancelling { get; init; }
    public Quantity Reported { get; init; }
}
