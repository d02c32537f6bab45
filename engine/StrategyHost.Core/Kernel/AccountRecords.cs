using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>Makes the records that an account's orders and trades leave; each names only that account.</summary>
internal sealed class AccountRecords(AccountId account, AccountWatch? watch)
{
    public void Order(PlanOrder order, EffectList effects) => effects.Add(new OrderClosed(Describe(order)));

    public static OrderRecord Describe(AccountId account, PlanOrder order)
    {
        var request = order.Order.Request;
        return new OrderRecord
        {
            Seq = order.Number,
            Time = order.Order.CreatedAt,
            Account = account,
            Strategy = order.Plan.Strategy,
            OrderLinkId = order.Id,
            Symbol = request.Symbol,
            Side = request.Side,
            Type = order.TypeName,
            Quantity = request.Quantity,
            Price = request.Price,
            TriggerPrice = request.Trigger?.Price,
            ReduceOnly = request.ReduceOnly,
            Role = RoleText(order),
            Status = StatusText(order.Order),
            FilledQuantity = order.Order.Filled,
            AveragePrice = order.Order.AveragePrice,
            Fee = order.Order.Fees,
            Reason = order.Order.EndReason,
        };
    }

    /// <summary>The trade that an order closed; null: it closed none.</summary>
    public TradeRecord? Trade(PlanOrder order, EffectList effects)
    {
        var closed = order.Closed;
        if (closed.Quantity.IsZero)
        {
            return null;
        }

        var plan = order.Plan;
        var quantity = closed.Quantity.Value;
        var entry = closed.EntryValue / quantity;
        var (worst, best) = plan.Side == PositionSide.Long ? (plan.Low, plan.High) : (plan.High, plan.Low);
        var gross = (closed.ExitValue - closed.EntryValue) * plan.Side.Sign();
        var trade = new TradeRecord
        {
            Account = account,
            TradeId = $"{account}-{plan.Number}-{order.Number}",
            Strategy = plan.Strategy,
            Symbol = plan.Symbol,
            Side = plan.Side,
            Tag = plan.Origin.Tag,
            Tranche = plan.Origin.Tranche,
            EntryTime = plan.OpenedAt,
            EntryPrice = Round(entry),
            ExitTime = closed.At,
            ExitPrice = Round(closed.ExitValue / quantity),
            Quantity = closed.Quantity,
            GrossPnl = Round(gross),
            Fees = Round(closed.Fees),
            Funding = Round(closed.Funding),
            Slippage = Round(closed.Slippage),
            R = plan.FirstRisk is > 0 and { } risk ? Round((gross - closed.Fees - closed.Funding) / (risk * quantity)) : null,
            Mae = Round(Math.Max(0, (entry - FixedPoint.ToDecimal(worst)) * plan.Side.Sign() * quantity)),
            Mfe = Round(Math.Max(0, (FixedPoint.ToDecimal(best) - entry) * plan.Side.Sign() * quantity)),
            ExitReason = order.ExitReason ?? ExitReason.TakeProfit,
            EntryReason = plan.Origin.Reason,
            SignalId = plan.Origin.SignalId,
            ScriptSha256 = plan.Origin.ScriptSha256,
        };
        watch?.Take(trade);
        effects.Add(new TradeClosed(trade));
        return trade;
    }

    /// <summary>
    /// The order that the exchange made to close a position (its own stop or target, a liquidation), known by its first fill.
    /// </summary>
    public static PlanOrder StopOrder(TradePlan plan, Quantity size, FillReport fill, long number)
    {
        var reason = Reason(plan, fill);
        var isStop = fill.StopOrderType is StopOrderType.StopLoss or StopOrderType.PartialStopLoss or StopOrderType.Stop;
        var direction = plan.Side == PositionSide.Long ? TriggerDirection.Fall : TriggerDirection.Rise;
        var request = new OrderRequest
        {
            ClientOrderId = ClientOrderId.None,
            Symbol = plan.Symbol,
            Side = plan.Side.ClosingSide(),
            Type = OrderType.Market,
            Quantity = size,
            PositionIdx = plan.PositionIdx,
            Trigger = isStop && plan.Leg.FullStop != 0 ? new Trigger(new Price(plan.Leg.FullStop), direction, plan.Spec.TriggerBy) : null,
            ReduceOnly = true,
            CloseOnTrigger = true,
        };
        return new PlanOrder(new Order(request, fill.At), plan, OrderRole.Stop, number)
        {
            TypeName = fill.StopOrderType switch
            {
                StopOrderType.Liquidation or StopOrderType.None => "market",
                StopOrderType.TrailingStop => "trailing_stop",
                _ => "stop_market",
            },
            ExchangeId = fill.OrderId,
            ExitReason = reason,
            Tag = plan.Origin.Tag,
        };
    }

    /// <summary>The role's name for scripts and records.</summary>
    public static string RoleText(PlanOrder order) => order.Role switch
    {
        OrderRole.Entry => "entry",
        OrderRole.Target => "target",
        OrderRole.Stop => order.ExitReason switch
        {
            ExitReason.TrailingStop => "trail",
            ExitReason.Liquidation => "liquidation",
            ExitReason.TakeProfit => "target",
            _ => "stop",
        },
        OrderRole.Exit => order.ExitReason switch
        {
            ExitReason.Time => "time",
            ExitReason.Emergency => "emergency",
            ExitReason.StopLoss or ExitReason.Breakeven => "stop",
            ExitReason.TrailingStop => "trail",
            ExitReason.Manual => "manual",
            _ => "signal",
        },
    };

    private OrderRecord Describe(PlanOrder order) => Describe(account, order);

    private static ExitReason Reason(TradePlan plan, FillReport fill) => fill.StopOrderType switch
    {
        StopOrderType.Liquidation => ExitReason.Liquidation,
        StopOrderType.TakeProfit or StopOrderType.PartialTakeProfit => ExitReason.TakeProfit,
        StopOrderType.TrailingStop => ExitReason.TrailingStop,
        StopOrderType.StopLoss or StopOrderType.PartialStopLoss or StopOrderType.Stop => StopReason(plan.Stop.Source),
        StopOrderType.None => ExitReason.Manual,
    };

    public static ExitReason StopReason(StopSource source) => source switch
    {
        StopSource.TrailingStop => ExitReason.TrailingStop,
        StopSource.Breakeven => ExitReason.Breakeven,
        StopSource.StopLoss or StopSource.None => ExitReason.StopLoss,
    };

    private static string StatusText(Order order) => order.Status switch
    {
        OrderStatus.Filled => "filled",
        OrderStatus.Cancelled or OrderStatus.Deactivated => "cancelled",
        OrderStatus.Rejected => "rejected",
        OrderStatus.PartiallyFilled => "partial",
        OrderStatus.Pending or OrderStatus.Untriggered or OrderStatus.Triggered or OrderStatus.New or OrderStatus.Unknown => "open",
    };

    /// <summary>Money in records has 8 decimals, half-even, as the exchange books it.</summary>
    private static decimal Round(decimal value) => decimal.Round(value, 8);
}
