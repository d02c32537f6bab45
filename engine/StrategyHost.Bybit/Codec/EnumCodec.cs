using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Codec;

/// <summary>
/// Wire enums into trading enums. What Core has no word for is an error of the message, never a neighbour; only an order's status has its
/// own Unknown. A liquidation is told by createType, since its orders have no stopOrderType.
/// </summary>
internal static class EnumCodec
{
    public static Side Side(WireReader reader, WireSide side) => side switch
    {
        WireSide.Buy => Core.Domain.Side.Buy,
        WireSide.Sell => Core.Domain.Side.Sell,
        WireSide.None or WireSide.Unknown => reader.Bad<Side>("side", side, "is neither Buy nor Sell"),
    };

    public static OrderType OrderType(WireReader reader, WireOrderType type) => type switch
    {
        WireOrderType.Market => Core.Domain.OrderType.Market,
        WireOrderType.Limit => Core.Domain.OrderType.Limit,
        WireOrderType.None or WireOrderType.Unknown => reader.Bad<OrderType>("orderType", type, "is neither Market nor Limit"),
    };

    public static PositionIdx PositionIdx(WireReader reader, int? positionIdx) => positionIdx switch
    {
        0 => Core.Domain.PositionIdx.OneWay,
        1 => Core.Domain.PositionIdx.HedgeLong,
        2 => Core.Domain.PositionIdx.HedgeShort,
        _ => reader.Bad<PositionIdx>("positionIdx", positionIdx, "is not 0, 1 or 2"),
    };

    /// <summary>PartiallyFilledCanceled counts as cancelled with fills; the filled quantity tells.</summary>
    public static OrderStatus Status(WireOrderStatus status) => status switch
    {
        WireOrderStatus.New => OrderStatus.New,
        WireOrderStatus.PartiallyFilled => OrderStatus.PartiallyFilled,
        WireOrderStatus.Untriggered => OrderStatus.Untriggered,
        WireOrderStatus.Triggered => OrderStatus.Triggered,
        WireOrderStatus.Filled => OrderStatus.Filled,
        WireOrderStatus.Cancelled or WireOrderStatus.PartiallyFilledCanceled => OrderStatus.Cancelled,
        WireOrderStatus.Rejected => OrderStatus.Rejected,
        WireOrderStatus.Deactivated => OrderStatus.Deactivated,
        WireOrderStatus.Unknown => OrderStatus.Unknown,
    };

    public static StopOrderType StopOrderType(WireReader reader, WireStopOrderType type, string? createType) =>
        createType is "CreateByLiq" or "CreateByTakeOver_PassThrough"
            ? Core.Domain.StopOrderType.Liquidation
            : StopOrderType(reader, type);

    private static StopOrderType StopOrderType(WireReader reader, WireStopOrderType type) => type switch
    {
        WireStopOrderType.None => Core.Domain.StopOrderType.None,
        WireStopOrderType.Stop => Core.Domain.StopOrderType.Stop,
        WireStopOrderType.TakeProfit => Core.Domain.StopOrderType.TakeProfit,
        WireStopOrderType.StopLoss => Core.Domain.StopOrderType.StopLoss,
        WireStopOrderType.PartialTakeProfit => Core.Domain.StopOrderType.PartialTakeProfit,
        WireStopOrderType.PartialStopLoss => Core.Domain.StopOrderType.PartialStopLoss,
        WireStopOrderType.TrailingStop or WireStopOrderType.TrailingProfit => Core.Domain.StopOrderType.TrailingStop,
        WireStopOrderType.MmRateClose => Core.Domain.StopOrderType.Liquidation,
        WireStopOrderType.Unknown => reader.Bad<StopOrderType>("stopOrderType", type, "is a kind that is not known"),
    };

    /// <summary>
    /// Executions that change a position but came from no order of ours (moved positions, corporate actions) have no word in Core: the
    /// error makes the caller read the position again.
    /// </summary>
    public static ExecType ExecType(WireReader reader, WireExecType type) => type switch
    {
        WireExecType.Trade or WireExecType.BlockTrade or WireExecType.FutureSpread => Core.Domain.ExecType.Trade,
        WireExecType.Funding => Core.Domain.ExecType.Funding,
        WireExecType.AdlTrade => Core.Domain.ExecType.AdlTrade,
        WireExecType.BustTrade => Core.Domain.ExecType.BustTrade,
        WireExecType.Delivery or WireExecType.Settle => Core.Domain.ExecType.Settle,
        WireExecType.MovePosition or WireExecType.CorporateAction or WireExecType.Unknown =>
            reader.Bad<ExecType>("execType", type, "is a kind of execution that the host does not book"),
    };
}
