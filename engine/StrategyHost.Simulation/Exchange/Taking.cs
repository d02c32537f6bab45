using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Fills of orders that take liquidity: at one price plus slippage, or down the displayed depth; and what becomes of their rest.
/// </summary>
internal sealed class Taking(ReportWriter reports, Settlement settlement, ExchangeOptions options)
{
    private const decimal BasisPoint = 0.0001m;
    private readonly bool _slips = options.SlippageTicks != 0 || options.SlippageBp != 0;

    /// <summary>Whether a limit at this price takes when the other side stands at <paramref name="price"/>.</summary>
    public static bool Crosses(Side side, long limit, long price) => side == Side.Buy ? price <= limit : price >= limit;

    /// <summary>A market order, or a limit that crosses, fills whole at the price plus slippage; other limits rest or end.</summary>
    public void At(ExchangeOrder order, long price)
    {
        var taken = Slipped(order, price);
        if (order.Type == OrderType.Limit)
        {
            if (!Crosses(order.Side, order.Price, price))
            {
                Rest(order);
                return;
            }

            taken = order.Side == Side.Buy ? Math.Min(taken, order.Price) : Math.Max(taken, order.Price);
        }

        settlement.Fill(order, new Execution(taken, order.IsWholePosition ? long.MaxValue : order.Remaining, IsMaker: false));
        EndRest(order);
    }

    /// <summary>Fills level by level as far as the limit allows; the rest of a market order is cancelled as IOC.</summary>
    public void Down(ExchangeOrder order, IDepth depth)
    {
        var levels = order.Side == Side.Buy ? depth.Asks : depth.Bids;
        if (order.TimeInForce == TimeInForce.Fok && order.Type == OrderType.Limit && Reachable(order, levels) < order.Remaining)
        {
            settlement.End(order, OrderStatus.Cancelled, Reasons.NotInFull);
            return;
        }

        for (var i = 0; i < levels.Count && order.IsOpen; i++)
        {
            var level = levels[i];
            if (order.Type == OrderType.Limit && !Crosses(order.Side, order.Price, level.Price))
            {
                break;
            }

            if (level.Size > 0)
            {
                settlement.Fill(order, new Execution(level.Price, level.Size, IsMaker: false));
            }
        }

        if (order.Type == OrderType.Limit)
        {
            Rest(order);
        }

        EndRest(order);
    }

    /// <summary>Puts the rest of a limit order on the book; IOC and FOK end instead.</summary>
    public void Rest(ExchangeOrder order)
    {
        if (!order.IsOpen)
        {
            return;
        }

        if (order.TimeInForce is TimeInForce.Ioc or TimeInForce.Fok)
        {
            var reason = order.TimeInForce == TimeInForce.Fok ? Reasons.NotInFull : Reasons.NoLiquidity;
            settlement.End(order, OrderStatus.Cancelled, reason);
            return;
        }

        order.Stage = OrderStage.Resting;
        order.RestedAtEvent = order.Desk.Market.EventSeq;
        order.QueueAhead = Queue(order);
        order.Desk.Market.IsTouched = true;
        order.Desk.Account.IsChanged = true;
        if (order.Status == OrderStatus.Triggered)
        {
            order.Status = OrderStatus.New;
            reports.Order(order);
        }
    }

    /// <summary>Displayed quantity at the order's price; not known beyond the recorded depth or without one.</summary>
    public static long Queue(ExchangeOrder order)
    {
        if (order.Desk.Market.Depth is not { } depth)
        {
            return long.MaxValue;
        }

        var levels = order.Side == Side.Buy ? depth.Bids : depth.Asks;
        for (var i = 0; i < levels.Count; i++)
        {
            var level = levels[i];
            if (level.Price == order.Price)
            {
                return level.Size;
            }

            if ((level.Price < order.Price) == (order.Side == Side.Buy))
            {
                return 0;
            }
        }

        return long.MaxValue;
    }

    private static long Reachable(ExchangeOrder order, IReadOnlyList<BookLevel> levels)
    {
        var sum = 0L;
        for (var i = 0; i < levels.Count && sum < order.Remaining && Crosses(order.Side, order.Price, levels[i].Price); i++)
        {
            sum += levels[i].Size;
        }

        return sum;
    }

    /// <summary>What a market order could not fill is cancelled; a stop that did not close its position says so.</summary>
    private void EndRest(ExchangeOrder order)
    {
        if (order.Type == OrderType.Market)
        {
            settlement.End(order, OrderStatus.Cancelled, Reasons.NoLiquidity);
        }

        var position = order.Desk.Position(order.PositionIdx);
        if (order.IsWholePosition && order.ClientOrderId.IsNone && !order.IsOpen && !position.IsFlat)
        {
            reports.Position(position);
        }
    }

    private long Slipped(ExchangeOrder order, long price)
    {
        if (!_slips)
        {
            return price;
        }

        var tick = order.Desk.Market.Instrument.TickSize.Units;
        var amount = (options.SlippageTicks * tick) + (price * options.SlippageBp * BasisPoint);
        var ticks = (long)decimal.Ceiling(amount / tick) * tick;
        return order.Side == Side.Buy ? price + ticks : Math.Max(tick, price - ticks);
    }
}
