using System.Diagnostics;

namespace StrategyHost.Core.Domain;

/// <summary>
/// One order of ours, from the wish to its end, as a state machine over reports.
/// 1. Final states absorb; 2. the filled quantity never falls; 3. filled beats cancelled when both arrive (bybit-v5 §3.10).
/// Only the account's kernel changes it.
/// </summary>
public sealed class Order(OrderRequest request, Timestamp createdAt)
{
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
    public Quantity Remaining => IsFinal ? Quantity.Zero : Request.Quantity - Filled;
    public decimal? AveragePrice => Filled.IsZero ? null : FilledValue / Filled.Value;

    /// <summary>Takes a report of the order stream; late and repeated ones change nothing.</summary>
    public void Apply(OrderReport report)
    {
        if (IsFinal && !(report.Status == OrderStatus.Filled && Status != OrderStatus.Filled))
        {
            return;
        }

        Status = report.Status;
        if (report.Status.IsFinal())
        {
            IsCancelling = false;
            EndReason = report.Reason;
        }
    }

    /// <summary>Takes one execution. The same execution is never given twice: the ledger drops repeats by id.</summary>
    public void Apply(FillReport fill)
    {
        Filled += fill.Quantity;
        FilledValue += fill.Quantity.Notional(fill.Price);
        Fees += fill.Fee;
        if (!IsFinal)
        {
            Status = Filled >= Request.Quantity ? OrderStatus.Filled : OrderStatus.PartiallyFilled;
        }

        Debug.Assert(Request.Quantity.IsZero || Filled <= Request.Quantity, "an order cannot fill more than its quantity");
    }

    /// <summary>The exchange refused to take it.</summary>
    public void Refuse(string reason)
    {
        Status = OrderStatus.Rejected;
        EndReason = reason;
    }

    public void Cancelling() => IsCancelling = true;

    /// <summary>An amendment was sent: the order is known by its wish, so that the same wish is not sent twice.</summary>
    public void Amended(OrderAmendment amendment) => Request = Request with
    {
        Quantity = amendment.Quantity ?? Request.Quantity,
        Price = amendment.Price ?? Request.Price,
        Trigger = amendment.TriggerPrice is { } price && Request.Trigger is { } trigger ? trigger with { Price = price } : Request.Trigger,
    };
}
