using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Trading;

namespace StrategyHost.Emulator.Wire;

/// <summary>
/// Orders, executions, closed results and the ledger as rows of REST lists and stream messages (Bybit V5, read 2026-07-24).
/// </summary>
internal static class Rows
{
    public static JsonObject Order(OrderRecord order)
    {
        var average = order.Filled.IsZero ? 0m : order.FilledValue / order.Filled.Value;
        var protection = order.Protection;
        var (cancelType, rejectReason) = Reasons(order);
        return new JsonObject
        {
            ["orderId"] = order.OrderId,
            ["orderLinkId"] = order.LinkId,
            ["parentOrderLinkId"] = order.ParentLinkId,
            ["blockTradeId"] = "",
            ["symbol"] = order.Symbol.Name,
            ["side"] = WireText.Of(order.Side),
            ["orderType"] = WireText.Of(order.Type),
            ["price"] = (order.Price ?? order.ProtectedPrice)?.ToString() ?? "0",
            ["qty"] = order.Quantity.ToString(),
            ["timeInForce"] = WireText.Of(order.TimeInForce),
            ["orderStatus"] = WireText.Of(order.Status),
            ["positionIdx"] = (int)order.PositionIdx,
            ["avgPrice"] = order.Filled.IsZero ? "" : WireText.Of(average),
            ["leavesQty"] = order.Leaves.ToString(),
            ["leavesValue"] = WireText.Of(order.Leaves.Value * ((order.Price ?? order.ProtectedPrice)?.Value ?? average)),
            ["cumExecQty"] = order.Filled.ToString(),
            ["cumExecValue"] = WireText.Of(order.FilledValue),
            ["cumExecFee"] = WireText.Money(order.Fees),
            ["cumFeeDetail"] = order.Fees == 0 ? new JsonObject() : new JsonObject { ["USDT"] = WireText.Money(order.Fees) },
            ["createType"] = WireText.CreateType(order.StopOrderType),
            ["cancelType"] = cancelType,
            ["rejectReason"] = rejectReason,
            ["stopOrderType"] = WireText.Of(order.StopOrderType),
            ["triggerPrice"] = order.Trigger?.Price.ToString() ?? "",
            ["triggerDirection"] = order.Trigger is { } trigger ? (int)trigger.Direction : 0,
            ["triggerBy"] = order.Trigger is { } by ? WireText.Of(by.By) : "",
            ["takeProfit"] = protection?.TakeProfit?.ToString() ?? "",
            ["stopLoss"] = protection?.StopLoss?.ToString() ?? "",
            ["tpTriggerBy"] = protection?.TakeProfit is null ? "" : WireText.Of(protection.TakeProfitBy),
            ["slTriggerBy"] = protection?.StopLoss is null ? "" : WireText.Of(protection.StopLossBy),
            ["tpLimitPrice"] = protection?.TakeProfitLimit?.ToString() ?? "",
            ["slLimitPrice"] = protection?.StopLossLimit?.ToString() ?? "",
            ["tpslMode"] = TpslMode(order),
            ["lastPriceOnCreated"] = order.LastPriceOnCreated.Units == 0 ? "" : order.LastPriceOnCreated.ToString(),
            ["reduceOnly"] = order.ReduceOnly,
            ["closeOnTrigger"] = order.CloseOnTrigger,
            ["smpType"] = "None",
            ["smpGroup"] = 0,
            ["smpOrderId"] = "",
            ["isLeverage"] = "",
            ["orderIv"] = "",
            ["marketUnit"] = "",
            ["placeType"] = "",
            ["ocoTriggerBy"] = "",
            ["slippageToleranceType"] = "UNKNOWN",
            ["slippageTolerance"] = "",
            ["extraFees"] = "",
            ["rpiTakerAccess"] = false,
            ["rpiMatchedQty"] = "0",
            ["createdTime"] = WireText.Of(order.CreatedMs),
            ["updatedTime"] = WireText.Of(order.UpdatedMs),
        };
    }

    /// <summary>The row of the order topic has its category and realised result in it.</summary>
    public static JsonObject StreamOrder(OrderRecord order)
    {
        var row = Order(order);
        row["category"] = "linear";
        row["closedPnl"] = WireText.Money(order.ClosedPnl);
        row["feeCurrency"] = "";
        return row;
    }

    public static JsonObject Execution(ExecutionRecord execution) => new()
    {
        ["symbol"] = execution.Symbol.Name,
        ["orderId"] = execution.OrderId,
        ["orderLinkId"] = execution.LinkId,
        ["side"] = WireText.Of(execution.Side),
        ["orderPrice"] = execution.OrderPrice?.ToString() ?? "0",
        ["orderQty"] = execution.OrderQuantity.ToString(),
        ["leavesQty"] = execution.Leaves.ToString(),
        ["createType"] = execution.Type == ExecType.Funding ? "" : WireText.CreateType(execution.StopOrderType),
        ["orderType"] = execution.OrderType is { } type ? WireText.Of(type) : "UNKNOWN",
        ["stopOrderType"] = WireText.Of(execution.StopOrderType) is { Length: > 0 } stop ? stop : "UNKNOWN",
        ["execFee"] = WireText.Money(execution.Fee),
        ["execId"] = execution.ExecId,
        ["execPrice"] = execution.Price.ToString(),
        ["execQty"] = execution.Quantity.ToString(),
        ["execType"] = WireText.Of(execution.Type),
        ["execValue"] = WireText.Of(execution.Quantity.Notional(execution.Price)),
        ["execTime"] = WireText.Of(execution.AtMs),
        ["feeCurrency"] = "USDT",
        ["isMaker"] = execution.IsMaker,
        ["feeRate"] = WireText.Of(execution.FeeRate),
        ["tradeIv"] = "",
        ["markIv"] = "",
        ["markPrice"] = execution.MarkPrice.ToString(),
        ["indexPrice"] = "",
        ["underlyingPrice"] = "",
        ["blockTradeId"] = "",
        ["closedSize"] = execution.ClosedQuantity.ToString(),
        ["seq"] = execution.Seq,
        ["extraFees"] = "",
    };

    public static JsonObject StreamExecution(ExecutionRecord execution)
    {
        var row = Execution(execution);
        row["category"] = "linear";
        row["execPnl"] = WireText.Money(execution.RealisedPnl);
        row["isLeverage"] = "0";
        row["marketUnit"] = "";
        return row;
    }

    /// <summary>The short form; a maker's link id is left out, as the exchange does.</summary>
    public static JsonObject FastExecution(ExecutionRecord execution) => new()
    {
        ["category"] = "linear",
        ["symbol"] = execution.Symbol.Name,
        ["orderId"] = execution.OrderId,
        ["isMaker"] = execution.IsMaker,
        ["orderLinkId"] = execution.IsMaker ? "" : execution.LinkId,
        ["execId"] = execution.ExecId,
        ["execPrice"] = execution.Price.ToString(),
        ["execQty"] = execution.Quantity.ToString(),
        ["side"] = WireText.Of(execution.Side),
        ["execTime"] = WireText.Of(execution.AtMs),
        ["seq"] = execution.Seq,
    };

    public static JsonObject ClosedPnl(ClosedPnlRecord row)
    {
        var quantity = row.ClosedQuantity.Value;
        return new JsonObject
        {
            ["symbol"] = row.Order.Symbol.Name,
            ["orderId"] = row.Order.OrderId,
            ["side"] = WireText.Of(row.Order.Side),
            ["qty"] = row.Order.Quantity.ToString(),
            ["orderPrice"] = (row.Order.Price ?? row.Order.ProtectedPrice)?.ToString() ?? "0",
            ["orderType"] = WireText.Of(row.Order.Type),
            ["execType"] = WireText.Of(row.Type),
            ["closedSize"] = row.ClosedQuantity.ToString(),
            ["cumEntryValue"] = WireText.Of(row.EntryValue),
            ["avgEntryPrice"] = WireText.Of(row.EntryValue / quantity),
            ["cumExitValue"] = WireText.Of(row.ExitValue),
            ["avgExitPrice"] = WireText.Of(row.ExitValue / quantity),
            ["closedPnl"] = WireText.Money(row.Gross - row.OpenFee - row.CloseFee),
            ["fillCount"] = WireText.Of(row.Fills),
            ["leverage"] = WireText.Of(row.Leverage),
            ["openFee"] = WireText.Money(row.OpenFee),
            ["closeFee"] = WireText.Money(row.CloseFee),
            ["createdTime"] = WireText.Of(row.CreatedMs),
            ["updatedTime"] = WireText.Of(row.UpdatedMs),
        };
    }

    /// <summary>A line of the transaction log: funding has the sign of the wallet there, the opposite of the execution's fee.</summary>
    public static JsonObject Transaction(ExecutionRecord execution, long uid)
    {
        var isFunding = execution.Type == ExecType.Funding;
        var change = isFunding ? -execution.Fee : execution.RealisedPnl - execution.Fee;
        return new JsonObject
        {
            ["id"] = $"{uid}_{execution.Symbol.Name}_{execution.Seq}",
            ["symbol"] = execution.Symbol.Name,
            ["category"] = "linear",
            ["side"] = WireText.Of(execution.Side),
            ["type"] = isFunding ? "SETTLEMENT" : execution.Type == ExecType.BustTrade ? "LIQUIDATION" : "TRADE",
            ["transSubType"] = "",
            ["qty"] = execution.Quantity.ToString(),
            ["size"] = WireText.Of(execution.SizeAfter),
            ["currency"] = "USDT",
            ["tradePrice"] = execution.Price.ToString(),
            ["funding"] = isFunding ? WireText.Money(change) : "",
            ["fee"] = isFunding ? "0" : WireText.Money(execution.Fee),
            ["cashFlow"] = isFunding ? "0" : WireText.Money(execution.RealisedPnl),
            ["change"] = WireText.Money(change),
            ["cashBalance"] = WireText.Money(execution.BalanceAfter),
            ["feeRate"] = WireText.Of(execution.FeeRate),
            ["bonusChange"] = "",
            ["tradeId"] = execution.ExecId,
            ["orderId"] = execution.OrderId,
            ["orderLinkId"] = execution.LinkId,
            ["extraFees"] = "",
            ["transactionTime"] = WireText.Of(execution.AtMs),
        };
    }

    private static string TpslMode(OrderRecord order) => order switch
    {
        { IsFullStop: true } => "Full",
        { StopOrderType: StopOrderType.PartialStopLoss or StopOrderType.PartialTakeProfit } => "Partial",
        { Protection: { } protection } => WireText.Of(protection.Mode),
        _ => "",
    };

    private static (string CancelType, string RejectReason) Reasons(OrderRecord order) => order.Reason switch
    {
        "" => ("UNKNOWN", "EC_NoError"),
        "EC_NoEnoughMargin" => ("UNKNOWN", "EC_Others"),
        ['E', 'C', '_', ..] => ("UNKNOWN", order.Reason),
        "CancelByUser" => ("CancelByUser", "EC_PerCancelRequest"),
        _ => (order.Reason, "EC_NoError"),
    };
}
