namespace StrategyHost.Core.Domain;

/// <summary>What an exchange tells about one account: an input of the kernel. At is exchange time.</summary>
public abstract record ExchangeReport
{
    private protected ExchangeReport() { }
    public required AccountId Account { get; init; }
    public required Timestamp At { get; init; }
}

/// <summary>An order's state after a change. Quantities are cumulative.</summary>
public sealed record OrderReport : ExchangeReport
{
    public required Symbol Symbol { get; init; }
    public required ExchangeOrderId OrderId { get; init; }
    public required ClientOrderId ClientOrderId { get; init; }
    public required OrderStatus Status { get; init; }
    public required Side Side { get; init; }
    public required OrderType Type { get; init; }
    public required Quantity Quantity { get; init; }
    public required Quantity FilledQuantity { get; init; }
    public Price? Price { get; init; }
    public Price? TriggerPrice { get; init; }
    public decimal AveragePrice { get; init; }
    public PositionIdx PositionIdx { get; init; }
    public bool ReduceOnly { get; init; }
    public StopOrderType StopOrderType { get; init; }

    /// <summary>Why it ended, in Bybit's words (rejectReason or cancelType), else empty.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>One execution.</summary>
public sealed record FillReport : ExchangeReport
{
    public required Symbol Symbol { get; init; }
    public required ExecutionId ExecutionId { get; init; }
    public required ExchangeOrderId OrderId { get; init; }
    public required ClientOrderId ClientOrderId { get; init; }
    public required Side Side { get; init; }
    public required Price Price { get; init; }
    public required Quantity Quantity { get; init; }

    /// <summary>Paid fee in quote currency; negative is a rebate.</summary>
    public required decimal Fee { get; init; }
    public required decimal FeeRate { get; init; }
    public required bool IsMaker { get; init; }
    public PositionIdx PositionIdx { get; init; }
    public ExecType ExecType { get; init; }
    public StopOrderType StopOrderType { get; init; }

    /// <summary>The part that reduced the position.</summary>
    public Quantity ClosedQuantity { get; init; }

    /// <summary>Realised profit of this fill before fees; zero for an opening one.</summary>
    public decimal RealisedPnl { get; init; }

    /// <summary>False: the exchange did not say it, as Bybit's execution list does not; who knows the position works it out.</summary>
    public bool IsPnlKnown { get; init; } = true;

    /// <summary>Difference to the reference price at decision, in quote currency; positive is a cost. Simulation only.</summary>
    public decimal Slippage { get; init; }
}

/// <summary>The exchange's own view of a position. Size zero: flat.</summary>
public sealed record PositionReport : ExchangeReport
{
    public required Symbol Symbol { get; init; }
    public PositionIdx PositionIdx { get; init; }
    public PositionSide Side { get; init; }
    public required Quantity Size { get; init; }
    public decimal AveragePrice { get; init; }
    public Price? StopLoss { get; init; }
    public Price? TakeProfit { get; init; }
    public Price? TrailingDistance { get; init; }
}

/// <summary>Funding paid (positive) or received (negative), in quote currency.</summary>
public sealed record FundingReport : ExchangeReport
{
    public required Symbol Symbol { get; init; }
    public PositionIdx PositionIdx { get; init; }
    public required decimal Amount { get; init; }
    public required decimal Rate { get; init; }
}

/// <summary>A wallet after a change.</summary>
public sealed record WalletReport : ExchangeReport
{
    public required decimal Balance { get; init; }
}

/// <summary>What a refused request wanted.</summary>
public enum RequestKind { Place, Amend, Cancel, TradingStop }

/// <summary>A request that the exchange refused; nothing happened. Code is Bybit's retCode.</summary>
public sealed record RefusalReport : ExchangeReport
{
    public required RequestKind Request { get; init; }
    public required Symbol Symbol { get; init; }
    public ClientOrderId ClientOrderId { get; init; }

    /// <summary>The leg that a trading stop was meant for; other requests are known by their order.</summary>
    public PositionIdx PositionIdx { get; init; }
    public required int Code { get; init; }
    public required string Text { get; init; }
}
