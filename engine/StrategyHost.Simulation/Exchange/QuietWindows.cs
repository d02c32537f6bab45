using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Computes the prices between which nothing of a market can trade, trigger, trail or be liquidated (architecture §5). Law: leaving out
/// events inside the window gives the same state and the same reports as feeding them.
/// </summary>
internal sealed class QuietWindows(Liquidations liquidations)
{
    private readonly Bounds _bounds = new();

    /// <summary>Renews the cached windows of a market that was touched.</summary>
    public void Refresh(Market market)
    {
        market.IsTouched = false;
        var bounds = _bounds;
        bounds.Reset();
        foreach (var desk in market.Desks)
        {
            if (!desk.IsIdle)
            {
                AddOrders(desk, bounds);
                AddPositions(desk, bounds);
            }
        }

        market.LastWindow = bounds.Last.Window(bounds.IsBusy);
        market.WindowWithoutStops = bounds.WithoutStops.Window(bounds.IsBusy);
        market.MarkWindow = bounds.Mark.Window(bounds.IsBusy);
        market.IndexWindow = bounds.Index.Window(isBusy: false);
    }

    private static void AddOrders(Desk desk, Bounds bounds)
    {
        foreach (var order in desk.Orders)
        {
            switch (order.Stage)
            {
                case OrderStage.Pending:
                    bounds.IsBusy = true;
                    break;
                case OrderStage.Resting:
                    bounds.AddLast(order.Side == Side.Buy ? TriggerDirection.Fall : TriggerDirection.Rise, order.Price);
                    break;
                case OrderStage.Untriggered when order.Trigger is { } trigger:
                    bounds.Add(desk.Market.Follows(trigger.By), trigger.Direction, trigger.Price.Units);
                    break;
                default:
                    break;
            }
        }
    }

    private void AddPositions(Desk desk, Bounds bounds)
    {
        bounds.IsBusy |= Liquidations.NeedsWalletCheck(desk.Account);
        foreach (var position in desk.Positions)
        {
            if (position.IsFlat)
            {
                continue;
            }

            var down = Triggers.Direction(position.Side, isStop: true);
            var up = Triggers.Direction(position.Side, isStop: false);
            if (position.StopLoss != 0)
            {
                bounds.AddStop(desk.Market.Follows(position.StopLossBy), down, position.StopLoss);
            }

            if (position.TakeProfit != 0)
            {
                bounds.Add(desk.Market.Follows(position.TakeProfitBy), up, position.TakeProfit);
            }

            if (liquidations.Level(position) is { } level)
            {
                bounds.Add(desk.Market.Follows(TriggerBy.Mark), down, level);
            }

            AddTrailing(position, down, up, bounds);
        }
    }

    /// <summary>An armed trail also moves with each better price, so the window ends one unit past its extreme.</summary>
    private static void AddTrailing(ExchangePosition position, TriggerDirection down, TriggerDirection up, Bounds bounds)
    {
        var trailing = position.Trailing;
        if (trailing.Trigger(position.Side) is { } trail)
        {
            bounds.AddLast(down, trail);
            bounds.AddLast(up, trailing.Extreme + position.Side.Sign());
        }
        else if (trailing.Distance != 0)
        {
            bounds.AddLast(up, trailing.Activation);
        }
    }

    private struct Range()
    {
        private long _low = long.MinValue;
        private long _high = long.MaxValue;

        public void Add(TriggerDirection direction, long price)
        {
            if (direction == TriggerDirection.Fall)
            {
                _low = Math.Max(_low, price);
            }
            else
            {
                _high = Math.Min(_high, price);
            }
        }

        public readonly PriceWindow Window(bool isBusy) => isBusy ? PriceWindow.Empty : new PriceWindow(_low, _high, long.MaxValue);
    }

    /// <summary>Reused by every refresh: it allocates nothing.</summary>
    private sealed class Bounds
    {
        public Range Last = new();
        public Range WithoutStops = new();
        public Range Mark = new();
        public Range Index = new();
        public bool IsBusy;

        public void Reset()
        {
            Last = new Range();
            WithoutStops = new Range();
            Mark = new Range();
            Index = new Range();
            IsBusy = false;
        }

        public void AddLast(TriggerDirection direction, long price)
        {
            Last.Add(direction, price);
            WithoutStops.Add(direction, price);
        }

        public void Add(TriggerBy by, TriggerDirection direction, long price)
        {
            switch (by)
            {
                case TriggerBy.Last:
                    AddLast(direction, price);
                    break;
                case TriggerBy.Mark:
                    Mark.Add(direction, price);
                    break;
                case TriggerBy.Index:
                    Index.Add(direction, price);
                    break;
            }
        }

        public void AddStop(TriggerBy by, TriggerDirection direction, long price)
        {
            if (by == TriggerBy.Last)
            {
                Last.Add(direction, price);
            }
            else
            {
                Add(by, direction, price);
            }
        }
    }
}
