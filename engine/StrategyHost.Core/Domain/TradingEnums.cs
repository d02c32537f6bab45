namespace StrategyHost.Core.Domain;

/// <summary>Side of an order, a fill or a trade (the taker's).</summary>
public enum Side { Buy, Sell }

/// <summary>Side of a position.</summary>
public enum PositionSide { Long, Short }

/// <summary>Bybit's positionIdx: 0 one-way, 1 the long and 2 the short leg of hedge mode.</summary>
public enum PositionIdx { OneWay = 0, HedgeLong = 1, HedgeShort = 2 }

public enum PositionMode { OneWay, Hedge }

public enum MarginMode { Isolated, Cross }

/// <summary>What an order is after its trigger, if it has one.</summary>
public enum OrderType { Market, Limit }

public enum TimeInForce { Gtc, Ioc, Fok, PostOnly }

/// <summary>Reference price of a trigger.</summary>
public enum TriggerBy { Last, Mark, Index }

/// <summary>Rise: fires when the reference is at or above the trigger; fall: at or below (Bybit triggerDirection 1 and 2).</summary>
public enum TriggerDirection { Rise = 1, Fall = 2 }

public enum TpslMode { Full, Partial }

/// <summary>
/// Bybit's orderStatus plus the two that only the host knows: <see cref="Pending"/> (not yet answered) and <see cref="Unknown"/>.
/// </summary>
public enum OrderStatus { Pending, Untriggered, Triggered, New, PartiallyFilled, Filled, Cancelled, Rejected, Deactivated, Unknown }

/// <summary>Bybit's stopOrderType: how a conditional order came to be.</summary>
public enum StopOrderType { None, Stop, TakeProfit, StopLoss, PartialTakeProfit, PartialStopLoss, TrailingStop, Liquidation }

/// <summary>Bybit's execType, as far as it changes a position or the wallet.</summary>
public enum ExecType { Trade, Funding, BustTrade, AdlTrade, Settle }

/// <summary>Names and relations of the trading enums.</summary>
public static class TradingEnums
{
    public static Side Opposite(this Side side) => side == Side.Buy ? Side.Sell : Side.Buy;
    public static PositionSide Opposite(this PositionSide side) => side == PositionSide.Long ? PositionSide.Short : PositionSide.Long;
    public static PositionSide Opens(this Side side) => side == Side.Buy ? PositionSide.Long : PositionSide.Short;
    public static Side OpeningSide(this PositionSide side) => side == PositionSide.Long ? Side.Buy : Side.Sell;
    public static Side ClosingSide(this PositionSide side) => side == PositionSide.Long ? Side.Sell : Side.Buy;

    /// <summary>+1 for long, −1 for short.</summary>
    public static int Sign(this PositionSide side) => side == PositionSide.Long ? 1 : -1;

    public static string Text(this Side side) => side == Side.Buy ? "buy" : "sell";
    public static string Text(this PositionSide side) => side == PositionSide.Long ? "long" : "short";

    public static bool IsFinal(this OrderStatus status) => status switch
    {
        OrderStatus.Filled or OrderStatus.Cancelled or OrderStatus.Rejected or OrderStatus.Deactivated => true,
        OrderStatus.Pending or OrderStatus.Untriggered or OrderStatus.Triggered or OrderStatus.New or OrderStatus.PartiallyFilled
            or OrderStatus.Unknown => false,
    };
}
