using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Something that a candle reaches: an order, or a Full stop (or the liquidation) of a position. Level: its trigger or limit; Price: where
/// the candle's path first satisfies it.
/// </summary>
internal readonly record struct BarCandidate(ExchangeOrder? Order, ExchangePosition? Position, StopOrderType Kind, long Level, long Price)
{
    public PositionIdx PositionIdx => Order?.PositionIdx ?? Position!.Idx; // one of the two is there
}

/// <summary>Collects what one instant of a candle reaches, in the order in which it is played.</summary>
internal sealed class BarCandidates(Liquidations liquidations, bool limitTouch)
{
    private long _open;
    private long _opening = -1;

    public List<BarCandidate> Found { get; } = [];

    public void Pending(Desk desk)
    {
        Found.Clear();
        foreach (var order in desk.Orders)
        {
            if (order.Stage == OrderStage.Pending)
            {
                Found.Add(new BarCandidate(order, null, StopOrderType.None, 0, 0));
            }
        }
    }

    /// <summary>
    /// What the opening price has passed: liquidations, stops of positions that were there before, conditional orders, limits.
    /// </summary>
    public void PassedAtOpen(Desk desk, long open, long opening)
    {
        Found.Clear();
        _open = open;
        _opening = opening;
        var point = new Kline(0, open, open, open, open, 0, 0);
        foreach (var position in desk.Positions)
        {
            if (!position.IsFlat && position.OpenedAtEvent != opening)
            {
                AddLiquidation(position, point);
                AddFullStops(position, point);
                AddTakeProfit(position, point);
            }
        }

        AddConditionals(desk, point, Wanted.Closing);
        AddConditionals(desk, point, Wanted.Entries);
        foreach (var order in desk.Orders)
        {
            if (order.Stage == OrderStage.Resting && IsReached(order, open, open))
            {
                Found.Add(new BarCandidate(order, null, StopOrderType.None, order.Price, open));
            }
        }
    }

    /// <summary>Stops of the open positions, and the user's closing conditionals that stop a loss.</summary>
    public void Stops(Desk desk, in Kline bar)
    {
        Begin(bar);
        foreach (var position in desk.Positions)
        {
            if (!position.IsFlat)
            {
                AddLiquidation(position, bar);
                AddFullStops(position, bar);
            }
        }

        AddConditionals(desk, bar, Wanted.Stops);
        SortByNearness();
    }

    /// <summary>Stops of one position right after an entry filled inside the bar.</summary>
    public void StopsOf(ExchangePosition position, in Kline bar)
    {
        Begin(bar);
        AddLiquidation(position, bar);
        AddFullStops(position, bar);
        AddConditionals(position.Desk, bar, Wanted.Stops);
        SortByNearness();
    }

    /// <summary>Take-profits and reduce-only limits.</summary>
    public void Targets(Desk desk, in Kline bar)
    {
        Begin(bar);
        foreach (var position in desk.Positions)
        {
            if (!position.IsFlat)
            {
                AddTakeProfit(position, bar);
            }
        }

        AddConditionals(desk, bar, Wanted.Targets);
        AddLimits(desk, bar, closing: true);
        SortByNearness();
    }

    /// <summary>Orders that open: those that were there when the range began.</summary>
    public void Entries(Desk desk, in Kline bar)
    {
        Begin(bar);
        AddConditionals(desk, bar, Wanted.Entries);
        AddLimits(desk, bar, closing: false);
        SortByNearness();
    }

    private void Begin(in Kline bar)
    {
        Found.Clear();
        _open = bar.Open;
        _opening = -1;
    }

    private void AddLiquidation(ExchangePosition position, in Kline bar)
    {
        if (!position.Desk.Market.HasMark && liquidations.Level(position) is { } level)
        {
            var takeOver = new BarCandidate(null, position, StopOrderType.Liquidation, level, 0);
            AddLevel(takeOver, Triggers.Direction(position.Side, isStop: true), bar);
        }
    }

    private void AddFullStops(ExchangePosition position, in Kline bar)
    {
        var direction = Triggers.Direction(position.Side, isStop: true);
        if (position.StopLoss != 0 && position.Desk.Market.Follows(position.StopLossBy) == TriggerBy.Last)
        {
            AddLevel(new BarCandidate(null, position, StopOrderType.StopLoss, position.StopLoss, 0), direction, bar);
        }

        if (position.Trailing.Trigger(position.Side) is { } trail)
        {
            AddLevel(new BarCandidate(null, position, StopOrderType.TrailingStop, trail, 0), direction, bar);
        }
    }

    private void AddTakeProfit(ExchangePosition position, in Kline bar)
    {
        if (position.TakeProfit != 0 && position.Desk.Market.Follows(position.TakeProfitBy) == TriggerBy.Last)
        {
            var target = new BarCandidate(null, position, StopOrderType.TakeProfit, position.TakeProfit, 0);
            AddLevel(target, Triggers.Direction(position.Side, isStop: false), bar);
        }
    }

    private void AddConditionals(Desk desk, in Kline bar, Wanted wanted)
    {
        foreach (var order in desk.Orders)
        {
            if (order is { Stage: OrderStage.Untriggered, Trigger: { } trigger } && desk.Market.Follows(trigger.By) == TriggerBy.Last
                && Is(order, wanted))
            {
                AddLevel(new BarCandidate(order, null, order.StopOrderType, trigger.Price.Units, 0), trigger.Direction, bar);
            }
        }
    }

    private void AddLimits(Desk desk, in Kline bar, bool closing)
    {
        foreach (var order in desk.Orders)
        {
            if (order.Stage == OrderStage.Resting && order.Closes == closing && IsThereForRange(order)
                && IsReached(order, bar.Low, bar.High))
            {
                var price = order.Side == Side.Buy ? Math.Min(order.Price, bar.Open) : Math.Max(order.Price, bar.Open);
                Found.Add(new BarCandidate(order, null, StopOrderType.None, order.Price, price));
            }
        }
    }

    /// <summary>Adds a trigger that the bar reaches, at the worse of its level and the start of the path.</summary>
    private void AddLevel(in BarCandidate candidate, TriggerDirection direction, in Kline bar)
    {
        if (Triggers.IsReached(direction, candidate.Level, direction == TriggerDirection.Rise ? bar.High : bar.Low))
        {
            var price = direction == TriggerDirection.Rise ? Math.Max(candidate.Level, bar.Open) : Math.Min(candidate.Level, bar.Open);
            Found.Add(candidate with { Price = price });
        }
    }

    /// <summary>A target fills when it is reached; an entry when the bar trades through it, unless touching is enough.</summary>
    private bool IsReached(ExchangeOrder order, long low, long high)
    {
        var isEnough = limitTouch || order.Closes;
        return order.Side == Side.Buy
            ? low < order.Price || (isEnough && low == order.Price)
            : high > order.Price || (isEnough && high == order.Price);
    }

    /// <summary>Insertion sort, stable: what is nearer the open comes first, else what was found first.</summary>
    private void SortByNearness()
    {
        for (var i = 1; i < Found.Count; i++)
        {
            var moving = Found[i];
            var at = i;
            while (at > 0 && Distance(Found[at - 1]) > Distance(moving))
            {
                Found[at] = Found[at - 1];
                at--;
            }

            Found[at] = moving;
        }
    }

    /// <summary>
    /// Answers to what happened inside the range wait for the next bar; so does a stop-limit that was triggered inside it.
    /// </summary>
    private static bool IsThereForRange(ExchangeOrder order) =>
        order.Number <= order.Desk.RangeNumber && order.ActivatedAtEvent != order.Desk.Market.EventSeq;

    private bool Is(ExchangeOrder order, Wanted wanted) => wanted switch
    {
        Wanted.Closing => order.Closes && order.CreatedAtEvent != _opening,
        Wanted.Stops => order.Closes && order.IsStop,
        Wanted.Targets => order.Closes && !order.IsStop,
        Wanted.Entries => !order.Closes && (_opening >= 0 || IsThereForRange(order)),
    };

    private long Distance(in BarCandidate candidate) => Math.Abs(candidate.Price - _open);

    private enum Wanted { Closing, Stops, Targets, Entries }
}
