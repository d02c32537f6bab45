using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Exchange;

/// <summary>Takes market events: those inside the quiet window cost two comparisons, the others go to the matching.</summary>
internal sealed class MarketFeed(Venue venue, QuietWindows windows, BarMatching bars, TickMatching ticks)
{
    public void OnTrade(Symbol symbol, long timeMs, in Print print)
    {
        var market = At(symbol, timeMs);
        market.HasTrades = true;
        market.Last = print.Price;
        if (!market.LastWindow.Holds(print.Price))
        {
            market.EventSeq++;
            ticks.OnTrade(market, print);
        }
    }

    public void OnBook(Symbol symbol, IDepth book, long timeMs)
    {
        var market = At(symbol, timeMs);
        market.Depth = book.Bids.Count + book.Asks.Count == 0 ? null : book;
        if (market.Depth is null)
        {
            return;
        }

        var bid = book.Bids.Count > 0 ? book.Bids[0].Price : 0;
        var ask = book.Asks.Count > 0 ? book.Asks[0].Price : long.MaxValue;
        var isLast = !market.HasTrades && bid > 0 && ask < long.MaxValue;
        if (isLast)
        {
            market.Last = bid + ((ask - bid) / 2);
        }

        if (!market.LastWindow.Holds(bid) || !market.LastWindow.Holds(ask))
        {
            market.EventSeq++;
            ticks.OnBook(market, book, isLast);
        }
    }

    public void OnBook(Symbol symbol, OrderBook book, long timeMs) => OnBook(symbol, venue.Market(symbol).DepthOf(book), timeMs);

    public void BarOpen(Symbol symbol, in Kline bar)
    {
        var market = At(symbol, bar.Start);
        market.HasTrades = true;
        market.Last = bar.Open;
        market.RangeStart = -1;
        if (!market.LastWindow.Holds(bar.Open))
        {
            market.EventSeq++;
            bars.Open(market, bar.Open);
        }
    }

    public bool BarRange(Symbol symbol, in Kline bar)
    {
        var market = At(symbol, bar.Start);
        if (market.RangeStart == bar.Start)
        {
            return Resume(market, bar);
        }

        market.RangeStart = bar.Start;
        if (market.LastWindow.Holds(bar.Low) && market.LastWindow.Holds(bar.High))
        {
            return false;
        }

        market.EventSeq++;
        foreach (var desk in market.Desks)
        {
            desk.Account.IsChanged |= desk.RangeNumber != desk.Account.OrdersMade;
            desk.RangeNumber = desk.Account.OrdersMade;
            bars.StartRange(desk, bar);
        }

        return IsPaused(market);
    }

    public void BarClose(Symbol symbol, in Kline bar, long endMs)
    {
        var market = At(symbol, bar.Start);
        while (Resume(market, bar))
        {
        }

        market.NowMs = endMs;
        market.Last = bar.Close;
        market.RangeStart = -1;
        foreach (var desk in market.Desks)
        {
            desk.RangePrice = 0;
            Trail(desk, bar);
        }
    }

    public void OnReference(Symbol symbol, TriggerBy by, long price, long timeMs)
    {
        var market = At(symbol, timeMs);
        market.Set(by, price);
        Refreshed(market);
        var window = by == TriggerBy.Mark ? market.MarkWindow : market.IndexWindow;
        if (!window.Holds(price))
        {
            market.EventSeq++;
            ticks.OnReference(market, by, price);
        }
    }

    public PriceWindow Window(Symbol symbol, bool includePositionStops)
    {
        var market = Refreshed(venue.Market(symbol));
        return includePositionStops ? market.LastWindow : market.WindowWithoutStops;
    }

    public void Skip(Symbol symbol, long lastPrice, long timeMs)
    {
        var market = venue.Market(symbol);
        market.NowMs = timeMs;
        market.Last = lastPrice;
        market.HasTrades = true;
    }

    private static void Trail(Desk desk, in Kline bar)
    {
        foreach (var position in desk.Positions)
        {
            if (position.Trailing.Distance != 0)
            {
                position.Trailing.Follow(position.Side, position.Side == PositionSide.Long ? bar.High : bar.Low);
                desk.Market.IsTouched = true;
                desk.Account.IsChanged = true;
            }
        }
    }

    private static bool IsPaused(Market market)
    {
        foreach (var desk in market.Desks)
        {
            if (desk.IsRangePaused)
            {
                return true;
            }
        }

        return false;
    }

    private bool Resume(Market market, in Kline bar)
    {
        foreach (var desk in market.Desks)
        {
            if (desk.IsRangePaused)
            {
                bars.ResumeRange(desk, bar);
            }
        }

        return IsPaused(market);
    }

    private Market At(Symbol symbol, long timeMs)
    {
        var market = Refreshed(venue.Market(symbol));
        market.NowMs = timeMs;
        return market;
    }

    private Market Refreshed(Market market)
    {
        if (market.IsTouched)
        {
            windows.Refresh(market);
        }

        return market;
    }
}
