using System.Text.Json.Serialization;

namespace StrategyHost.Bybit.Wire;

// The names are the exchange's (Bybit V5 enum definitions, read 2026-07-24). Unknown is always the first: a row that lacks a field must
// not look like a known value.

/// <summary>side; None on a flat position.</summary>
[JsonConverter(typeof(WireEnumConverter<WireSide>))]
public enum WireSide { Unknown, None, Buy, Sell }

/// <summary>orderType; None on rows that are no orders, such as funding.</summary>
[JsonConverter(typeof(WireEnumConverter<WireOrderType>))]
public enum WireOrderType { Unknown, None, Market, Limit }

/// <summary>timeInForce.</summary>
[JsonConverter(typeof(WireEnumConverter<WireTimeInForce>))]
public enum WireTimeInForce
{
    Unknown,
    None,
    [JsonStringEnumMemberName("GTC")] Gtc,
    [JsonStringEnumMemberName("IOC")] Ioc,
    [JsonStringEnumMemberName("FOK")] Fok,
    PostOnly,
    [JsonStringEnumMemberName("RPI")] Rpi,
}

/// <summary>orderStatus.</summary>
[JsonConverter(typeof(WireEnumConverter<WireOrderStatus>))]
public enum WireOrderStatus
{
    Unknown, New, PartiallyFilled, Untriggered, Triggered, Filled, Cancelled, Rejected, Deactivated, PartiallyFilledCanceled,
}

/// <summary>stopOrderType; None on ordinary orders.</summary>
[JsonConverter(typeof(WireEnumConverter<WireStopOrderType>))]
public enum WireStopOrderType
{
    Unknown, None, Stop, TakeProfit, StopLoss, PartialTakeProfit, PartialStopLoss, TrailingStop, TrailingProfit, MmRateClose,
}

/// <summary>execType; the exchange itself may say UNKNOWN, which stays Unknown.</summary>
[JsonConverter(typeof(WireEnumConverter<WireExecType>))]
public enum WireExecType
{
    Unknown, Trade, Funding, AdlTrade, BustTrade, Delivery, Settle, BlockTrade, MovePosition, FutureSpread, CorporateAction,
}

/// <summary>triggerBy, tpTriggerBy, slTriggerBy.</summary>
[JsonConverter(typeof(WireEnumConverter<WireTriggerBy>))]
public enum WireTriggerBy { Unknown, None, LastPrice, MarkPrice, IndexPrice }

/// <summary>tpslMode.</summary>
[JsonConverter(typeof(WireEnumConverter<WireTpslMode>))]
public enum WireTpslMode { Unknown, None, Full, Partial }

/// <summary>positionStatus.</summary>
[JsonConverter(typeof(WireEnumConverter<WirePositionStatus>))]
public enum WirePositionStatus { Unknown, None, Normal, Liq, Adl }

/// <summary>status of an instrument.</summary>
[JsonConverter(typeof(WireEnumConverter<WireInstrumentStatus>))]
public enum WireInstrumentStatus { Unknown, PreLaunch, Trading, Delivering, Closed }

/// <summary>contractType of an instrument.</summary>
[JsonConverter(typeof(WireEnumConverter<WireContractType>))]
public enum WireContractType { Unknown, None, LinearPerpetual, LinearFutures, InversePerpetual, InverseFutures }

/// <summary>marginMode of an account.</summary>
[JsonConverter(typeof(WireEnumConverter<WireMarginMode>))]
public enum WireMarginMode
{
    Unknown,
    [JsonStringEnumMemberName("ISOLATED_MARGIN")] Isolated,
    [JsonStringEnumMemberName("REGULAR_MARGIN")] Regular,
    [JsonStringEnumMemberName("PORTFOLIO_MARGIN")] Portfolio,
}

/// <summary>tickDirection of a trade or ticker.</summary>
[JsonConverter(typeof(WireEnumConverter<WireTickDirection>))]
public enum WireTickDirection { Unknown, None, PlusTick, ZeroPlusTick, MinusTick, ZeroMinusTick }

/// <summary>type of a public message.</summary>
[JsonConverter(typeof(WireEnumConverter<WireMessageType>))]
public enum WireMessageType
{
    Unknown,
    None,
    [JsonStringEnumMemberName("snapshot")] Snapshot,
    [JsonStringEnumMemberName("delta")] Delta,
}
