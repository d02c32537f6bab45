using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Codec;

/// <summary>
/// Rows of one account into the reports that the kernel takes. Pure.
/// 1. A row is translated whole or refused with every error it has; no field is guessed.
/// 2. REST and stream name the average entry differently (avgPrice, entryPrice): each has its own method.
/// 3. The order of arrival means nothing here; the kernel orders by time and cumulative quantity.
/// </summary>
public sealed class AccountCodec(AccountId account)
{
    /// <summary>An order of realtime, history or the stream. The price of a market order is a protection price and is left out.</summary>
    public Result<OrderReport> Order(OrderRow row)
    {
        var reader = new WireReader("order");
        var type = EnumCodec.OrderType(reader, row.OrderType);
        var report = new OrderReport
        {
            Account = account,
            At = reader.Time(row.UpdatedTime, "updatedTime"),
            Symbol = new Symbol(reader.Text(row.Symbol, "symbol")),
            OrderId = new ExchangeOrderId(reader.Text(row.OrderId, "orderId")),
            ClientOrderId = new ClientOrderId(row.OrderLinkId ?? ""),
            Status = EnumCodec.Status(row.OrderStatus),
            Side = EnumCodec.Side(reader, row.Side),
            Type = type,
            Quantity = reader.Quantity(row.Qty, "qty"),
            FilledQuantity = reader.Quantity(row.CumExecQty ?? 0, "cumExecQty"),
            Price = type == OrderType.Market ? null : reader.PriceOrNone(row.Price, "price"),
            TriggerPrice = reader.PriceOrNone(row.TriggerPrice, "triggerPrice"),
            AveragePrice = row.AvgPrice ?? 0,
            PositionIdx = EnumCodec.PositionIdx(reader, row.PositionIdx),
            ReduceOnly = row.ReduceOnly ?? false,
            StopOrderType = EnumCodec.StopOrderType(reader, row.StopOrderType, row.CreateType),
            Reason = ReasonOf(row),
        };
        return reader.Done(() => report);
    }

    /// <summary>
    /// An execution: a fill, or funding. Executions do not say which leg of a hedge they belong to, so the caller passes the order's
    /// (funding: the position's). The stream execution.fast has no fee and is refused. REST rows carry no profit; it is zero there.
    /// </summary>
    public Result<ExchangeReport> Execution(ExecutionRow row, PositionIdx positionIdx)
    {
        var reader = new WireReader("execution");
        return EnumCodec.ExecType(reader, row.ExecType) == ExecType.Funding
            ? Funding(reader, row, positionIdx)
            : Fill(reader, row, positionIdx);
    }

    /// <summary>A position of <c>position/list</c>.</summary>
    public Result<PositionReport> PositionOfRest(PositionRow row, Timestamp replyTime) =>
        Position(row, row.AvgPrice, "avgPrice", replyTime);

    /// <summary>A position of the stream.</summary>
    public Result<PositionReport> PositionOfStream(PositionRow row, Timestamp messageTime) =>
        Position(row, row.EntryPrice, "entryPrice", messageTime);

    /// <summary>The USDT balance of a wallet; a row without USDT is an error, because some replies leave out zero coins.</summary>
    public Result<WalletReport> Wallet(WalletRow row, Timestamp at)
    {
        var reader = new WireReader("wallet");
        var usdt = row.Coin?.FirstOrDefault(c => c.Coin == "USDT");
        var report = new WalletReport
        {
            Account = account,
            At = at,
            Balance = reader.Amount(usdt?.WalletBalance, "coin[USDT].walletBalance"),
        };
        return reader.Done(() => report);
    }

    private Result<ExchangeReport> Fill(WireReader reader, ExecutionRow row, PositionIdx positionIdx)
    {
        var report = new FillReport
        {
            Account = account,
            At = reader.Time(row.ExecTime, "execTime"),
            Symbol = new Symbol(reader.Text(row.Symbol, "symbol")),
            ExecutionId = new ExecutionId(reader.Text(row.ExecId, "execId")),
            OrderId = new ExchangeOrderId(reader.Text(row.OrderId, "orderId")),
            ClientOrderId = new ClientOrderId(row.OrderLinkId ?? ""),
            Side = EnumCodec.Side(reader, row.Side),
            Price = reader.Price(row.ExecPrice, "execPrice"),
            Quantity = reader.Quantity(row.ExecQty, "execQty"),
            Fee = reader.Amount(row.ExecFee, "execFee"),
            FeeRate = reader.Amount(row.FeeRate, "feeRate"),
            IsMaker = row.IsMaker ?? reader.Bad<bool>("isMaker", null, "is missing"),
            PositionIdx = positionIdx,
            ExecType = EnumCodec.ExecType(new WireReader("execution"), row.ExecType),
            StopOrderType = EnumCodec.StopOrderType(reader, row.StopOrderType, row.CreateType),
            ClosedQuantity = reader.Quantity(row.ClosedSize ?? 0, "closedSize"),
            RealisedPnl = row.ExecPnl ?? 0,
            IsPnlKnown = row.ExecPnl is not null || row.ClosedSize is null or 0, // what opens has none
        };
        return reader.Done<ExchangeReport>(() => report);
    }

    // execFee is positive when funding was paid, the sign of the report (bybit-v5 §7.5).
    private Result<ExchangeReport> Funding(WireReader reader, ExecutionRow row, PositionIdx positionIdx)
    {
        var report = new FundingReport
        {
            Account = account,
            At = reader.Time(row.ExecTime, "execTime"),
            Symbol = new Symbol(reader.Text(row.Symbol, "symbol")),
            PositionIdx = positionIdx,
            Amount = reader.Amount(row.ExecFee, "execFee"),
            Rate = reader.Amount(row.FeeRate, "feeRate"),
        };
        return reader.Done<ExchangeReport>(() => report);
    }

    private Result<PositionReport> Position(PositionRow row, decimal? average, string averageField, Timestamp at)
    {
        var reader = new WireReader("position");
        var size = reader.Quantity(row.Size ?? 0, "size");
        var positionIdx = EnumCodec.PositionIdx(reader, row.PositionIdx);
        var report = new PositionReport
        {
            Account = account,
            At = row.UpdatedTime is { } updated ? new Timestamp(updated) : at,
            Symbol = new Symbol(reader.Text(row.Symbol, "symbol")),
            PositionIdx = positionIdx,
            Side = size.IsZero ? FlatSide(positionIdx) : EnumCodec.Side(reader, row.Side).Opens(),
            Size = size,
            AveragePrice = size.IsZero ? 0 : reader.Amount(average, averageField),
            StopLoss = reader.PriceOrNone(row.StopLoss, "stopLoss"),
            TakeProfit = reader.PriceOrNone(row.TakeProfit, "takeProfit"),
            TrailingDistance = reader.PriceOrNone(row.TrailingStop, "trailingStop"),
        };
        return reader.Done(() => report);
    }

    private static PositionSide FlatSide(PositionIdx positionIdx) => positionIdx switch
    {
        PositionIdx.OneWay or PositionIdx.HedgeLong => PositionSide.Long,
        PositionIdx.HedgeShort => PositionSide.Short,
    };

    // EC_NoError and UNKNOWN say that nothing is wrong; EC_PerCancelRequest is the normal end of a cancel and cancelType says more.
    private static string ReasonOf(OrderRow row)
    {
        string? reject = row.RejectReason is null or "" or "EC_NoError" or "EC_PerCancelRequest" ? null : row.RejectReason;
        string? cancel = row.CancelType is null or "" or "UNKNOWN" ? null : row.CancelType;
        return reject ?? cancel ?? "";
    }
}
