using System.Text.Json;

namespace StrategyHost.Bybit.Wire;

/// <summary>
/// An order as realtime, history and the stream <c>order</c> show it. Prices of 0 and empty texts both mean "none". On a market order
/// <see cref="Price"/> is the protection price, never a fill price. Reasons and create types are kept verbatim: their lists grow.
/// </summary>
public sealed class OrderRow : WireObject
{
    public string? Category { get; set; }
    public string? Symbol { get; set; }
    public string? OrderId { get; set; }
    public string? OrderLinkId { get; set; }
    public string? ParentOrderLinkId { get; set; }
    public string? BlockTradeId { get; set; }
    public WireSide Side { get; set; }
    public WireOrderType OrderType { get; set; }
    public WireTimeInForce TimeInForce { get; set; }
    public decimal? Price { get; set; }
    public decimal? Qty { get; set; }
    public int? PositionIdx { get; set; }
    public WireOrderStatus OrderStatus { get; set; }
    public string? CreateType { get; set; }
    public string? CancelType { get; set; }
    public string? RejectReason { get; set; }
    public decimal? AvgPrice { get; set; }
    public decimal? LeavesQty { get; set; }
    public decimal? LeavesValue { get; set; }
    public decimal? CumExecQty { get; set; }
    public decimal? CumExecValue { get; set; }
    public decimal? CumExecFee { get; set; }

    /// <summary>Raw: fee per coin.</summary>
    public JsonElement? CumFeeDetail { get; set; }
    public WireStopOrderType StopOrderType { get; set; }

    /// <summary>On a trailing stop the activation price.</summary>
    public decimal? TriggerPrice { get; set; }
    public int? TriggerDirection { get; set; }
    public WireTriggerBy TriggerBy { get; set; }
    public decimal? TakeProfit { get; set; }
    public decimal? StopLoss { get; set; }
    public WireTriggerBy TpTriggerBy { get; set; }
    public WireTriggerBy SlTriggerBy { get; set; }
    public decimal? TpLimitPrice { get; set; }
    public decimal? SlLimitPrice { get; set; }
    public WireTpslMode TpslMode { get; set; }
    public decimal? LastPriceOnCreated { get; set; }
    public bool? ReduceOnly { get; set; }
    public bool? CloseOnTrigger { get; set; }
    public string? SmpType { get; set; }
    public int? SmpGroup { get; set; }
    public string? SmpOrderId { get; set; }
    public string? SlippageToleranceType { get; set; }
    public decimal? SlippageTolerance { get; set; }
    public bool? RpiTakerAccess { get; set; }
    public decimal? RpiMatchedQty { get; set; }

    /// <summary>Raw: a list or an empty text.</summary>
    public JsonElement? ExtraFees { get; set; }

    /// <summary>Stream only: realised profit of this closing order.</summary>
    public decimal? ClosedPnl { get; set; }
    public string? FeeCurrency { get; set; }
    public long? CreatedTime { get; set; }
    public long? UpdatedTime { get; set; }
    public string? IsLeverage { get; set; }
    public decimal? OrderIv { get; set; }
    public string? MarketUnit { get; set; }
    public string? PlaceType { get; set; }
    public string? OcoTriggerBy { get; set; }
}

/// <summary>The answer to create, amend and cancel: the request was queued, no more.</summary>
public sealed class OrderAck : WireObject
{
    public string? Category { get; set; }
    public string? Symbol { get; set; }
    public string? OrderId { get; set; }
    public string? OrderLinkId { get; set; }

    /// <summary>Batch create only.</summary>
    public long? CreateAt { get; set; }
}

/// <summary>retExtInfo of a batch: one code per item, in the order of the request; the outer retCode is 0 even when all failed.</summary>
public sealed class BatchCodes : WireObject
{
    public BatchCode[]? List { get; set; }
}

/// <summary>The retCode of one item of a batch.</summary>
public sealed class BatchCode : WireObject
{
    public int? Code { get; set; }
    public string? Msg { get; set; }
}
