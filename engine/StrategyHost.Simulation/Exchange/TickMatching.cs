using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Plays trades and books (contracts §6): what waited takes at this event; then liquidation, trails and triggers, whose children wait for
/// the next event; then resting limits, by the touch, cross or book rule.
/// </summary>
internal sealed class TickMatching(Taking taking, Settlement settlement, Triggers triggers, Liquidations liquidations, FillModel model)
{
    private readonly List<ExchangeOrder> _orders = [];

    public void OnTrade(Market market, in Print print)
    {
        foreach (var desk in market.Desks)
        {
            if (desk.IsIdle)
            {
                continue;
            }

            TakePending(desk, print.Price);
            OnLast(desk, print.Price);
            MatchResting(desk, print);
        }
    }

    /// <summary>A change of depth: takers fill; in the book model a side that crosses a resting limit fills it.</summary>
    public void OnBook(Market market, IDepth depth, bool isLast)
    {
        var bid = depth.Bids.Count > 0 ? depth.Bids[0].Price : 0;
        var ask = depth.Asks.Count > 0 ? depth.Asks[0].Price : long.MaxValue;
        foreach (var desk in market.Desks)
        {
            if (desk.IsIdle)
            {
                continue;
            }

            TakePending(desk, bid, ask);
            if (isLast)
            {
                OnLast(desk, market.Last);
            }

            if (model == FillModel.Book)
            {
                MatchCrossed(desk, bid, ask);
            }
        }
    }

    /// <summary>A mark or index price: liquidation and triggers.</summary>
    public void OnReference(Market market, TriggerBy by, long price)
    {
        foreach (var desk in market.Desks)
        {
            if (desk.IsIdle)
            {
                continue;
            }

            if (by == TriggerBy.Mark)
            {
                liquidations.Check(desk, price);
            }

            triggers.OnReference(desk, by, price);
        }
    }

    private void OnLast(Desk desk, long price)
    {
        if (!desk.Market.HasMark)
        {
            liquidations.Check(desk, price);
        }

        triggers.OnReference(desk, TriggerBy.Last, price);
    }

    private void TakePending(Desk desk, long price)
    {
        if (model == FillModel.Book && desk.Market.Depth is { } depth)
        {
            TakeDown(desk, depth);
            return;
        }

        foreach (var order in Staged(desk, OrderStage.Pending))
        {
            if (order.IsOpen)
            {
                taking.At(order, price);
            }
        }
    }

    private void TakePending(Desk desk, long bid, long ask)
    {
        if (model == FillModel.Book)
        {
            TakeDown(desk, desk.Market.Depth!); // the caller has just set it
            return;
        }

        foreach (var order in Staged(desk, OrderStage.Pending))
        {
            var price = order.Side == Side.Buy ? ask : bid;
            if (order.IsOpen && price is > 0 and < long.MaxValue)
            {
                taking.At(order, price);
            }
        }
    }

    private void TakeDown(Desk desk, IDepth depth)
    {
        foreach (var order in Staged(desk, OrderStage.Pending))
        {
            if (order.IsOpen)
            {
                taking.Down(order, depth);
            }
        }
    }

    /// <summary>In order of time; a print at a price serves at most its size, after the queue ahead of each order.</summary>
    private void MatchResting(Desk desk, in Print print)
    {
        var left = print.Size;
        foreach (var order in Staged(desk, OrderStage.Resting))
        {
            if (!order.IsOpen)
            {
                continue;
            }

            var isThrough = order.Side == Side.Buy ? print.Price < order.Price : print.Price > order.Price;
            if (isThrough || (model == FillModel.Touch && print.Price == order.Price))
            {
                settlement.Fill(order, new Execution(order.Price, order.Remaining, IsMaker: true));
            }
            else if (print.Price == order.Price && print.Serves(order.Side))
            {
                left -= FillAfterQueue(order, print.Size, left);
            }
        }
    }

    private long FillAfterQueue(ExchangeOrder order, long size, long left)
    {
        if (order.QueueAhead == long.MaxValue)
        {
            return 0;
        }

        var reaches = Math.Min(size - order.QueueAhead, left);
        order.QueueAhead = Math.Max(0, order.QueueAhead - size);
        order.Desk.Account.IsChanged = true;
        return reaches <= 0 ? 0 : settlement.Fill(order, new Execution(order.Price, reaches, IsMaker: true));
    }

    private void MatchCrossed(Desk desk, long bid, long ask)
    {
        foreach (var order in Staged(desk, OrderStage.Resting))
        {
            var isCrossed = order.Side == Side.Buy ? ask < order.Price : bid > order.Price;
            if (order.IsOpen && isCrossed)
            {
                settlement.Fill(order, new Execution(order.Price, order.Remaining, IsMaker: true));
            }
        }
    }

    /// <summary>A copy, since fills remove orders. What rests since this event has had its share of it.</summary>
    private List<ExchangeOrder> Staged(Desk desk, OrderStage stage)
    {
        _orders.Clear();
        foreach (var order in desk.Orders)
        {
            if (order.Stage == stage && order.RestedAtEvent != desk.Market.EventSeq)
            {
                _orders.Add(order);
            }
        }

        return _orders;
    }
}

/// <summary>A public trade. Taker side +1 buy, −1 sell, 0 not known.</summary>
internal readonly record struct Print(long Price, long Size, int TakerSide)
{
    /// <summary>Sellers serve resting buys, buyers resting sells.</summary>
    public bool Serves(Side side) => TakerSide == 0 || (TakerSide < 0) == (side == Side.Buy);
}
