namespace StrategyHost.Core.Domain;

/// <summary>When a conditional order becomes active.</summary>
public readonly record struct Trigger(Price Price, TriggerDirection Direction, TriggerBy By);

/// <summary>Take-profit and stop-loss carried by an entry or set on a position. Null leaves a side unset.</summary>
public sealed record AttachedProtection
{
    public Price? StopLoss { get; init; }
    public Price? TakeProfit { get; init; }
    public TriggerBy StopLossBy { get; init; }
    public TriggerBy TakeProfitBy { get; init; }
    public TpslMode Mode { get; init; }

    /// <summary>Limit price after the trigger; null: market. Only in <see cref="TpslMode.Partial"/>.</summary>
    public Price? StopLossLimit { get; init; }
    public Price? TakeProfitLimit { get; init; }
}

/// <summary>A new order as the exchange takes it (Bybit V5 create-order, read 2026-07-24).</summary>
public sealed record OrderRequest
{
    public required ClientOrderId ClientOrderId { get; init; }
    public required Symbol Symbol { get; init; }
    public required Side Side { get; init; }
    public required OrderType Type { get; init; }

    /// <summary>Zero with reduce-only and close-on-trigger closes the whole position.</summary>
    public required Quantity Quantity { get; init; }

    /// <summary>Required for limit orders, ignored for market orders.</summary>
    public Price? Price { get; init; }
    public TimeInForce TimeInForce { get; init; }
    public PositionIdx PositionIdx { get; init; }
    public Trigger? Trigger { get; init; }
    public bool ReduceOnly { get; init; }
    public bool CloseOnTrigger { get; init; }
    public AttachedProtection? Protection { get; init; }
}

/// <summary>A change of an open order; null leaves a field as it is (Bybit V5 amend-order, read 2026-07-24).</summary>
public sealed record OrderAmendment
{
    public required Symbol Symbol { get; init; }
    public required ClientOrderId ClientOrderId { get; init; }
    public Quantity? Quantity { get; init; }
    public Price? Price { get; init; }
    public Price? TriggerPrice { get; init; }
    public Price? StopLoss { get; init; }
    public Price? TakeProfit { get; init; }
}

/// <summary>
/// The wanted protection of a position (Bybit V5 trading-stop, Full mode unless said). A null field is left as it is;
/// a price of zero removes it.
/// </summary>
public sealed record TradingStop
{
    public required Symbol Symbol { get; init; }
    public PositionIdx PositionIdx { get; init; }
    public Price? StopLoss { get; init; }
    public Price? TakeProfit { get; init; }
    public TriggerBy StopLossBy { get; init; }
    public TriggerBy TakeProfitBy { get; init; }

    /// <summary>Distance of the exchange's own trailing stop, in quote units.</summary>
    public Price? TrailingDistance { get; init; }
    public Price? ActivationPrice { get; init; }
    public TpslMode Mode { get; init; }

    /// <summary>Size of a Partial pair.</summary>
    public Quantity? Size { get; init; }
    public Price? StopLossLimit { get; init; }
    public Price? TakeProfitLimit { get; init; }
}
