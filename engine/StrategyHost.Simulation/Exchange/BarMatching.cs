using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Plays a candle in three instants (contracts §6). Open: market orders, then what the gap passed. Range: stops, then targets, then
/// entries, each kind nearest the open first; after an entry only its stop. Close: trails take the extreme. The range pauses after fills
/// while entries are left, so that the caller's answers (a cancelled oco sibling) take effect.
/// </summary>
internal sealed class BarMatching(Taking taking, Settlement settlement, Triggers triggers, Liquidations liquidations, bool limitTouch)
{
    private readonly BarCandidates _candidates = new(liquidations, limitTouch);

    public void Open(Market market, long open)
    {
        foreach (var desk in market.Desks)
        {
            desk.RangePrice = 0;
            desk.IsRangePaused = false;
            if (desk.IsIdle)
            {
                continue;
            }

            var before = market.EventSeq;
            TakePending(desk, open);
            _candidates.PassedAtOpen(desk, open, before);
            foreach (var candidate in _candidates.Found)
            {
                Play(candidate with { Price = open });
            }
        }
    }

    /// <summary>Plays the range of a desk from its start; pauses it when entries are left after a fill.</summary>
    public void StartRange(Desk desk, in Kline bar)
    {
        if (desk.IsIdle)
        {
            return;
        }

        TakePending(desk, bar.Open);
        _candidates.Stops(desk, bar);
        var filled = PlayAll(desk);
        _candidates.Targets(desk, bar);
        filled |= PlayAll(desk);
        _candidates.Entries(desk, bar);
        if (filled && _candidates.Found.Count > 0)
        {
            desk.IsRangePaused = true;
            return;
        }

        PlayEntries(desk, bar);
    }

    /// <summary>Goes on where <see cref="StartRange"/> or this method paused.</summary>
    public void ResumeRange(Desk desk, in Kline bar)
    {
        desk.IsRangePaused = false;
        _candidates.Entries(desk, bar);
        PlayEntries(desk, bar);
    }

    private void PlayEntries(Desk desk, in Kline bar)
    {
        while (_candidates.Found.Count > 0)
        {
            var candidate = _candidates.Found[0];
            _candidates.Found.RemoveAt(0);
            if (!Play(candidate))
            {
                continue;
            }

            desk.RangePrice = candidate.Price;
            var position = desk.Position(candidate.PositionIdx);
            if (!position.IsFlat)
            {
                _candidates.StopsOf(position, bar with { Open = candidate.Price });
                PlayAll(desk);
            }

            _candidates.Entries(desk, bar);
            desk.IsRangePaused = _candidates.Found.Count > 0;
            return;
        }
    }

    private bool PlayAll(Desk desk)
    {
        var filled = false;
        foreach (var candidate in _candidates.Found)
        {
            if (Play(candidate))
            {
                desk.RangePrice = candidate.Price;
                filled = true;
            }
        }

        return filled;
    }

    /// <summary>Fires or fills one candidate; true when it traded.</summary>
    private bool Play(in BarCandidate candidate)
    {
        if (candidate.Position is { } position)
        {
            return PlayStop(position, candidate);
        }

        if (candidate.Order is not { IsOpen: true } order)
        {
            return false;
        }

        var before = order.Filled;
        if (order.Stage == OrderStage.Untriggered)
        {
            if (triggers.Activate(order))
            {
                taking.At(order, candidate.Price);
            }
        }
        else
        {
            settlement.Fill(order, new Execution(candidate.Price, order.Remaining, IsMaker: true));
        }

        return order.Filled != before;
    }

    private bool PlayStop(ExchangePosition position, in BarCandidate candidate)
    {
        if (position.IsFlat)
        {
            return false;
        }

        if (candidate.Kind == StopOrderType.Liquidation)
        {
            liquidations.TakeOver(position);
            return true;
        }

        var isGone = candidate.Kind switch
        {
            StopOrderType.StopLoss => position.StopLoss == 0,
            StopOrderType.TakeProfit => position.TakeProfit == 0,
            _ => position.Trailing.Distance == 0,
        };
        if (isGone)
        {
            return false;
        }

        taking.At(Triggers.Child(position, candidate.Kind, candidate.Level), candidate.Price);
        return true;
    }

    private void TakePending(Desk desk, long price)
    {
        _candidates.Pending(desk);
        foreach (var candidate in _candidates.Found)
        {
            if (candidate.Order is { Stage: OrderStage.Pending } order)
            {
                taking.At(order, price);
            }
        }
    }
}
