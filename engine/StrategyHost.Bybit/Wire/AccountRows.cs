using System.Text.Json;
using System.Text.Json.Serialization;

namespace StrategyHost.Bybit.Wire;

/// <summary>
/// A fill, a funding payment or another change of a position, of <c>execution/list</c> and the streams <c>execution</c> and
/// <c>execution.fast</c> (which carries a few fields only). Unique by symbol and <see cref="ExecId"/>.
/// </summary>
public sealed class ExecutionRow : WireObject
{
    public string? Category { get; set; }
    public string? Symbol { get; set; }
    public string? OrderId { get; set; }
    public string? OrderLinkId { get; set; }
    public WireSide Side { get; set; }
    public decimal? OrderPrice { get; set; }
    public decimal? OrderQty { get; set; }
    public decimal? LeavesQty { get; set; }
    public string? CreateType { get; set; }
    public WireOrderType OrderType { get; set; }
    public WireStopOrderType StopOrderType { get; set; }

    /// <summary>Positive: paid. For funding the payment itself.</summary>
    public decimal? ExecFee { get; set; }
    public string? ExecId { get; set; }
    public decimal? ExecPrice { get; set; }
    public decimal? ExecQty { get; set; }
    public WireExecType ExecType { get; set; }
    public decimal? ExecValue { get; set; }
    public long? ExecTime { get; set; }

    /// <summary>Stream only: realised profit of this fill before fees.</summary>
    public decimal? ExecPnl { get; set; }
    public bool? IsMaker { get; set; }
    public decimal? FeeRate { get; set; }
    public string? FeeCurrency { get; set; }

    /// <summary>Raw: a list or an empty text.</summary>
    public JsonElement? ExtraFees { get; set; }
    public decimal? MarkPrice { get; set; }
    public decimal? IndexPrice { get; set; }
    public decimal? UnderlyingPrice { get; set; }
    public decimal? MarkIv { get; set; }
    public decimal? TradeIv { get; set; }
    public decimal? ClosedSize { get; set; }
    public string? BlockTradeId { get; set; }
    public string? IsLeverage { get; set; }
    public string? MarketUnit { get; set; }

    /// <summary>Shared by the fills of one match and by other symbols: joins positions, identifies nothing.</summary>
    public long? Seq { get; set; }
}

/// <summary>
/// A position of <c>position/list</c> (where the average entry is <see cref="AvgPrice"/>) or of the stream <c>position</c> (where it is
/// <see cref="EntryPrice"/>). Size is never negative; a flat row may have an empty text in nearly every field.
/// </summary>
public sealed class PositionRow : WireObject
{
    public string? Category { get; set; }
    public int? PositionIdx { get; set; }
    public string? Symbol { get; set; }
    public WireSide Side { get; set; }
    public decimal? Size { get; set; }
    public decimal? AvgPrice { get; set; }
    public decimal? EntryPrice { get; set; }
    public decimal? SessionAvgPrice { get; set; }
    public decimal? PositionValue { get; set; }
    public decimal? PositionBalance { get; set; }
    public decimal? Leverage { get; set; }
    public decimal? MarkPrice { get; set; }
    public decimal? LiqPrice { get; set; }
    public decimal? BustPrice { get; set; }
    public decimal? BreakEvenPrice { get; set; }

    [JsonPropertyName("positionIM")]
    public decimal? InitialMargin { get; set; }

    [JsonPropertyName("positionIMByMp")]
    public decimal? InitialMarginByMark { get; set; }

    [JsonPropertyName("positionMM")]
    public decimal? MaintenanceMargin { get; set; }

    [JsonPropertyName("positionMMByMp")]
    public decimal? MaintenanceMarginByMark { get; set; }
    public decimal? TakeProfit { get; set; }
    public decimal? StopLoss { get; set; }
    public decimal? TrailingStop { get; set; }
    public WireTpslMode TpslMode { get; set; }
    public decimal? UnrealisedPnl { get; set; }
    public decimal? CurRealisedPnl { get; set; }
    public decimal? CumRealisedPnl { get; set; }
    public WirePositionStatus PositionStatus { get; set; }
    public int? AdlRankIndicator { get; set; }
    public int? RiskId { get; set; }
    public decimal? RiskLimitValue { get; set; }
    public int? TradeMode { get; set; }
    public int? AutoAddMargin { get; set; }
    public bool? IsReduceOnly { get; set; }
    public long? MmrSysUpdatedTime { get; set; }

    /// <summary>The same under the name that one example of the documentation uses.</summary>
    public long? MmrSysUpdateTime { get; set; }
    public long? LeverageSysUpdatedTime { get; set; }
    public long? CreatedTime { get; set; }
    public long? UpdatedTime { get; set; }
    public long? OpenTime { get; set; }
    public long? Seq { get; set; }
}
