using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Streams;
using StrategyHost.Emulator.Trading;

namespace StrategyHost.Emulator.Markets;

/// <summary>
/// Moves the markets: the simulated wander, tapes, and the jumps that a test asks for. Called under the floor's lock.
/// </summary>
internal sealed class MarketDirector(TradingFloor floor, PublicFeed feed, MarketSources sources)
{
    private const int PathStepsMax = 10_000;
    private long _lastTickMs;

    /// <summary>Prices move by <see cref="MoveTo"/> only.</summary>
    public bool IsPaused { get; set; }

    /// <summary>One step of time for every symbol.</summary>
    public void Tick()
    {
        var now = floor.NowMs;
        var elapsed = now - _lastTickMs;
        _lastTickMs = now;
        foreach (var market in floor.Markets)
        {
            feed.CloseMinutes(market, now);
            floor.PayFunding(market, now);
            if (IsPaused)
            {
                // Prices stand; candles close by the clock all the same.
            }
            else if (sources.Tapes.TryGetValue(market.Symbol.Name, out var tape))
            {
                tape.Play(floor, market, (elapsed, now), sources.Wanders[market.Symbol.Name].Book);
            }
            else
            {
                Wander(market, now);
            }

            feed.Publish(market, now);
        }
    }

    /// <summary>
    /// Last, mark and index go there, past every level at which an order waits, one after the other; the book stands around it afterwards.
    /// </summary>
    public void MoveTo(SymbolMarket market, Price price)
    {
        var wander = sources.Wanders[market.Symbol.Name];
        feed.CloseMinutes(market, floor.NowMs);
        for (var step = 0; step < PathStepsMax && floor.NextLevel(market, price.Units) is { } level; step++)
        {
            Pass(market, wander, OnTick(market, level, price.Units));
        }

        Pass(market, wander, price.Units);
        wander.Restart(price.Units);
        feed.Publish(market, floor.NowMs);
    }

    /// <summary>The first book and price of a symbol.</summary>
    public void Open(SymbolMarket market)
    {
        _lastTickMs = floor.NowMs;
        Step(market, sources.Wanders[market.Symbol.Name], market.Last);
        feed.Publish(market, floor.NowMs);
    }

    private void Wander(SymbolMarket market, long now)
    {
        var wander = sources.Wanders[market.Symbol.Name];
        wander.Step();
        floor.SetBook(market, wander.Book(wander.Bid));
        foreach (var (size, side) in wander.Prints())
        {
            var book = market.Book;
            var price = side == Side.Buy ? book.AskLevels[0].Price : book.BidLevels[0].Price;
            floor.Print(market, (now, price, size), side);
        }
    }

    /// <summary>What an entry filled here has attached is in force for the rest of the path.</summary>
    private void Pass(SymbolMarket market, MarketWander wander, long price)
    {
        Step(market, wander, price);
        Touch(market, wander, price);
    }

    private void Step(SymbolMarket market, MarketWander wander, long price)
    {
        var side = price >= market.Last ? Side.Buy : Side.Sell;
        if (market.RecordedMark is not null || market.RecordedIndex is not null)
        {
            floor.SetReference(market, price, price);
        }

        market.Book = wander.Book(price);
        floor.Print(market, (floor.NowMs, price, market.Instrument.MinQty.Units), side);
    }

    /// <summary>A price that is named is traded at: what rests exactly there fills too, on both sides.</summary>
    private void Touch(SymbolMarket market, MarketWander wander, long price)
    {
        var tick = market.Instrument.TickSize.Units;
        if (price > 3 * tick)
        {
            floor.Touch(market, wander.Book(price - (2 * tick)));
            floor.Touch(market, wander.Book(price + tick));
        }
    }

    /// <summary>A waiting level that is not on the tick is passed by the next tick in the direction of travel.</summary>
    private static long OnTick(SymbolMarket market, long level, long target)
    {
        var tick = market.Instrument.TickSize.Units;
        var rest = level % tick;
        return rest == 0 ? level : target > level ? Math.Min(level - rest + tick, target) : Math.Max(level - rest, target);
    }
}
