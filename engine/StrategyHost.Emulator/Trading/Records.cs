using StrategyHost.Core.Domain;

namespace StrategyHost.Emulator.Trading;

/// <summary>One order as its account sees it, open or final; what realtime, history and the order topic show.</summary>
internal sealed class OrderRecord
{
    public required string OrderId { get; init; }
    public required ExchangeOrderId ExchangeId { get; init; }

    /// <summary>Creation order within the account.</summary>
    public required long Number { get; init; }
    public required Symbol Symbol { get; init; }
    public required string LinkId { get; init; }
    public required Side Side { get; init; }
    public required OrderType Type { get; init; }
    public TimeInForce TimeInForce { get; init; }
    public PositionIdx PositionIdx { get; init; }
    public bool ReduceOnly { get; init; }
    public bool CloseOnTrigger { get; init; }
    public StopOrderType StopOrderType { get; init; }
    public Price LastPriceOnCreated { get; init; }

    /// <summary>The bound at which a market order protects itself; what the exchange shows as its price.</summary>
    public Price? ProtectedPrice { get; init; }
    public string ParentLinkId { get; init; } = "";
    public required long CreatedMs { get; set; }

    public Price? Price { get; set; }
    public Quantity Quantity { get; set; }
    public Trigger? Trigger { get; set; }
    public AttachedProtection? Protection { get; set; }
    public OrderStatus Status { get; set; }

    /// <summary>Executions so far, value in quote currency.</summary>
    public Quantity Filled { get; set; }
    public decimal FilledValue { get; set; }
    public decimal Fees { get; set; }

    /// <summary>Realised profit of its closing part, before fees.</summary>
    public decimal ClosedPnl { get; set; }
    public string Reason { get; set; } = "";
    public long UpdatedMs { get; set; }

    public bool IsFinal => Status.IsFinal();
    public Quantity Leaves => IsFinal ? Quantity.Zero : Quantity - Filled;

    /// <summary>A stop of a whole position, which the simulated exchange keeps with the position and not as an order.</summary>
    public bool IsFullStop => StopOrderType is StopOrderType.TakeProfit or StopOrderType.StopLoss or StopOrderType.TrailingStop;
}

/// <summary>One execution or funding settlement.</summary>
internal sealed record ExecutionRecord
{
    public required string ExecId { get; init; }
    public required long Number { get; init; }
    public required Symbol Symbol { get; init; }
    public required string OrderId { get; init; }
    public required string LinkId { get; init; }
    public required Side Side { get; init; }
    public required ExecType Type { get; init; }

    /// <summary>Null for funding.</summary>
    public OrderType? OrderType { get; init; }
    public StopOrderType StopOrderType { get; init; }
    public Price? OrderPrice { get; init; }
    public Quantity OrderQuantity { get; init; }
    public Quantity Leaves { get; init; }
    public required Price Price { get; init; }
    public required Quantity Quantity { get; init; }
    public required decimal Fee { get; init; }
    public required decimal FeeRate { get; init; }
    public bool IsMaker { get; init; }
    public required Price MarkPrice { get; init; }
    public Quantity ClosedQuantity { get; init; }
    public decimal RealisedPnl { get; init; }
    public required long Seq { get; init; }
    public required long AtMs { get; init; }

    /// <summary>Wallet after it, and the signed size of the position.</summary>
    public decimal BalanceAfter { get; init; }
    public decimal SizeAfter { get; init; }
}

/// <summary>What one closing order realised; grows with its fills.</summary>
internal sealed class ClosedPnlRecord
{
    public required long Number { get; init; }
    public required OrderRecord Order { get; init; }
    public required ExecType Type { get; init; }
    public required decimal Leverage { get; init; }
    public required long CreatedMs { get; init; }
    public Quantity ClosedQuantity { get; set; }
    public decimal ExitValue { get; set; }
    public decimal EntryValue { get; set; }
    public decimal OpenFee { get; set; }
    public decimal CloseFee { get; set; }
    public int Fills { get; set; }
    public long UpdatedMs { get; set; }

    /// <summary>Gross result: what came out less what went in, by the direction of the closed position.</summary>
    public decimal Gross => (ExitValue - EntryValue) * (Order.Side == Side.Sell ? 1 : -1);
}

/// <summary>What the exchange's view of a position does not keep.</summary>
internal sealed class PositionRecord
{
    public long CreatedMs { get; set; }
    public long UpdatedMs { get; set; }
    public decimal CumRealised { get; set; }
    public long Seq { get; set; } = -1;

    /// <summary>Signed size as the fold of its fills, in base units.</summary>
    public decimal Size { get; set; }

    /// <summary>Fees paid to open what is still open.</summary>
    public decimal OpenFees { get; set; }
}
