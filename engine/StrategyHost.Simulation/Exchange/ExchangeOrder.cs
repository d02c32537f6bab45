using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>Where an open order waits.</summary>
internal enum OrderStage
{
    /// <summary>For its trigger.</summary>
    Untriggered,

    /// <summary>For the next market event, to take liquidity.</summary>
    Pending,

    /// <summary>On the book.</summary>
    Resting,
    Done,
}

/// <summary>
/// One order on the exchange: a user's, or the child of a position's stop. Quantities and prices in units of 1e-9, price 0: none.
/// </summary>
internal sealed class ExchangeOrder
{
    private string? _id;

    public required Desk Desk { get; init; }

    /// <summary>Creation order within the account; gives the order id.</summary>
    public required long Number { get; set; }
    public required ClientOrderId ClientOrderId { get; init; }
    public required Side Side { get; init; }
    public required OrderType Type { get; init; }
    public required long Quantity { get; set; }
    public long Price { get; set; }
    public TimeInForce TimeInForce { get; init; }
    public PositionIdx PositionIdx { get; init; }
    public Trigger? Trigger { get; set; }
    public bool ReduceOnly { get; init; }
    public bool CloseOnTrigger { get; init; }

    /// <summary>Whether it may only reduce: asked for, or because hedge mode knows no other meaning of this side.</summary>
    public bool Closes { get; init; }

    /// <summary>The quantity is the position's at the fill.</summary>
    public bool IsWholePosition { get; init; }
    public AttachedProtection? Protection { get; set; }
    public StopOrderType StopOrderType { get; init; }

    /// <summary>The other half of a Partial pair.</summary>
    public ExchangeOrder? Sibling { get; set; }

    /// <summary>The Partial pair that this entry's fills opened; they grow with it.</summary>
    public ExchangeOrder? AttachedStop { get; set; }
    public ExchangeOrder? AttachedTarget { get; set; }
    public bool IsProtectionApplied { get; set; }

    public OrderStage Stage { get; set; }
    public OrderStatus Status { get; set; }
    public long Filled { get; private set; }
    public decimal FilledValue { get; private set; }

    /// <summary>The price of all fills when they had the same, else 0: spares a division.</summary>
    public long OnePrice { get; private set; }
    public decimal FeesPaid { get; private set; }

    /// <summary>What slippage is measured against: last price at placement, trigger, or limit.</summary>
    public long ReferencePrice { get; set; }

    /// <summary>Displayed quantity that must trade before this order; <see cref="long.MaxValue"/>: not known.</summary>
    public long QueueAhead { get; set; } = long.MaxValue;
    public decimal HeldMargin { get; set; }
    public long CreatedMs { get; init; }

    /// <summary>The event of the market whose fill created it (Partial stops): it is tested from the next one. −1: a request did.</summary>
    public long CreatedAtEvent { get; init; } = -1;
    /// <summary>The event of the market at which its rest went on the book, after taking what that event offered.</summary>
    public long RestedAtEvent { get; set; } = -1;

    /// <summary>The event of the market at which its trigger fired.</summary>
    public long ActivatedAtEvent { get; set; } = -1;
    public long UpdatedMs { get; set; }

    public long Remaining => Quantity - Filled;
    public bool IsOpen => Stage != OrderStage.Done;
    public bool IsPartialTpsl => StopOrderType is StopOrderType.PartialStopLoss or StopOrderType.PartialTakeProfit;
    public bool IsUserConditional => StopOrderType == StopOrderType.Stop && Stage == OrderStage.Untriggered;
    public decimal AveragePrice => Filled == 0 ? 0 : OnePrice != 0 ? Money.Of(OnePrice) : FilledValue / Money.Of(Filled);
    public ExchangeOrderId Id => new(_id ??= ReportWriter.OrderIdText(Number));

    /// <summary>A closing conditional that stops a loss: sells on a fall, buys on a rise.</summary>
    public bool IsStop => Trigger is { } trigger && (Side == Side.Sell) == (trigger.Direction == TriggerDirection.Fall);

    /// <summary>A trigger may give the order a new id.</summary>
    public void Renumber(long number)
    {
        Number = number;
        _id = null;
    }

    /// <summary>Takes over the fills of the order that this one continues.</summary>
    public void RestoreFills(long filled, decimal value, long onePrice, decimal fees) =>
        (Filled, FilledValue, OnePrice, FeesPaid) = (filled, value, onePrice, fees);

    /// <summary>Counts a fill.</summary>
    public void AddFill(in Execution execution, decimal value, decimal fee)
    {
        OnePrice = Filled == 0 || OnePrice == execution.Price ? execution.Price : 0;
        Filled += execution.Quantity;
        FilledValue += value;
        FeesPaid += fee;
    }
}
