using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Emulator.Wire;

/// <summary>Numbers, times and enums as Bybit V5 writes them (enum page, read 2026-07-24).</summary>
internal static class WireText
{
    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Plain decimal text; averages are cut to 10 decimals.</summary>
    public static string Of(decimal value) => decimal.Round(value, 10).ToString("0.##########", CultureInfo.InvariantCulture);

    /// <summary>Money, 8 decimals at most.</summary>
    public static string Money(decimal value) => decimal.Round(value, 8).ToString("0.########", CultureInfo.InvariantCulture);

    public static string Of(Side side) => side == Side.Buy ? "Buy" : "Sell";
    public static string Of(PositionSide side) => side == PositionSide.Long ? "Buy" : "Sell";
    public static string Of(OrderType type) => type == OrderType.Limit ? "Limit" : "Market";
    public static string Of(TpslMode mode) => mode == TpslMode.Full ? "Full" : "Partial";

    public static string Of(TimeInForce tif) => tif switch
    {
        TimeInForce.Gtc => "GTC",
        TimeInForce.Ioc => "IOC",
        TimeInForce.Fok => "FOK",
        TimeInForce.PostOnly => "PostOnly",
    };

    public static string Of(TriggerBy by) => by switch
    {
        TriggerBy.Last => "LastPrice",
        TriggerBy.Mark => "MarkPrice",
        TriggerBy.Index => "IndexPrice",
    };

    public static string Of(OrderStatus status) => status switch
    {
        OrderStatus.Pending or OrderStatus.Unknown or OrderStatus.New => "New",
        OrderStatus.Untriggered => "Untriggered",
        OrderStatus.Triggered => "Triggered",
        OrderStatus.PartiallyFilled => "PartiallyFilled",
        OrderStatus.Filled => "Filled",
        OrderStatus.Cancelled => "Cancelled",
        OrderStatus.Rejected => "Rejected",
        OrderStatus.Deactivated => "Deactivated",
    };

    public static string Of(StopOrderType type) => type switch
    {
        StopOrderType.None or StopOrderType.Liquidation => "",
        StopOrderType.Stop => "Stop",
        StopOrderType.TakeProfit => "TakeProfit",
        StopOrderType.StopLoss => "StopLoss",
        StopOrderType.PartialTakeProfit => "PartialTakeProfit",
        StopOrderType.PartialStopLoss => "PartialStopLoss",
        StopOrderType.TrailingStop => "TrailingStop",
    };

    /// <summary>createType of an order of this kind; a user's conditional order is CreateByUser.</summary>
    public static string CreateType(StopOrderType type) => type switch
    {
        StopOrderType.None or StopOrderType.Stop => "CreateByUser",
        StopOrderType.TakeProfit => "CreateByTakeProfit",
        StopOrderType.StopLoss => "CreateByStopLoss",
        StopOrderType.PartialTakeProfit => "CreateByPartialTakeProfit",
        StopOrderType.PartialStopLoss => "CreateByPartialStopLoss",
        StopOrderType.TrailingStop => "CreateByTrailingStop",
        StopOrderType.Liquidation => "CreateByLiq",
    };

    public static string Of(ExecType type) => type switch
    {
        ExecType.Trade => "Trade",
        ExecType.Funding => "Funding",
        ExecType.BustTrade => "BustTrade",
        ExecType.AdlTrade => "AdlTrade",
        ExecType.Settle => "Settle",
    };
}
