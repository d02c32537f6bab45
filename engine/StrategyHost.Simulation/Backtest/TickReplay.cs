using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// Replays trades and books in the order of their times (a book before a trade of the same millisecond, then the order of the symbols).
/// A candle closes with the first event at or after its end and is delivered before that event.
/// </summary>
internal sealed class TickReplay(EngineKernel kernel, SimulatedExchange exchange, EffectLoop loop, ReplayClock clock, ReplayRun run)
{
    private readonly SymbolCursor[] _symbols = [.. run.Feeds.Select(f => new SymbolCursor(f))];
    private readonly CandleCursor[] _candles = [.. run.Feeds.SelectMany(f => f.Candles).Select(c => new CandleCursor(c))];

    private readonly FormingCandles _forming = new(kernel, run.Feeds);

    public void SkipTo(long ms)
    {
        foreach (var cursor in _symbols)
        {
            cursor.SkipTo(ms);
            for (var i = 0; i < cursor.NextTrade && _forming.Follow(cursor.Symbol); i++)
            {
                _forming.Add(cursor.Trades!, i); // it has passed some
            }
        }

        foreach (var candle in _candles)
        {
            while (candle.EndMs <= ms)
            {
                candle.Next++;
            }
        }
    }

    public void Play()
    {
        while (run.GoOn())
        {
            var next = _symbols.MinBy(s => s.NextMs)!; // there is at least one symbol
            var time = next.NextMs;
            if (time == long.MaxValue)
            {
                return;
            }

            CloseCandles(time);
            clock.PassTo(time);
            if (next.IsTickerNext)
            {
                Ticker(next);
            }
            else if (next.IsBookNext)
            {
                Book(next);
            }
            else if (_symbols.Length != 1 || !Quiet(next))
            {
                Trade(next);
            }
        }
    }

    private void CloseCandles(long time)
    {
        while (true)
        {
            var end = CandleCursor.FirstEnd(_candles);
            if (end > time)
            {
                return;
            }

            clock.PassTo(end);
            var closing = _candles.Where(c => c.EndMs == end).OrderByDescending(c => c.Block.Interval.Minutes).ToArray();
            var series = closing.Select(c => new KlineRange(c.Block, c.Next, c.Next + 1)).ToArray();
            Array.ForEach(closing, c => c.Next++);
            clock.PassTo(time);
            loop.Feed(new KlinesClosed(series) { At = new Timestamp(time) });
            run.Observe(time);
        }
    }

    /// <summary>Plays as many trades as can pass quietly; false when the next one cannot.</summary>
    private bool Quiet(SymbolCursor cursor)
    {
        var block = cursor.Trades!; // the next event is a trade
        var window = exchange.QuietWindow(block.Symbol, includePositionStops: false);
        if (run.OneByOne || window.IsEmpty || _forming.Follow(block.Symbol))
        {
            return false;
        }

        var candle = CandleCursor.FirstEnd(_candles);
        var until = Math.Min(Math.Min(window.UntilMs, clock.NextMs), Math.Min(candle, Math.Min(cursor.NextBookMs, cursor.NextTickerMs)));
        var rows = kernel.QuietTrades(
            block, cursor.NextTrade, Math.Min(block.Count, cursor.NextTrade + run.Stretch),
            new QuietBounds(window.Low, window.High, until));
        if (rows < 2)
        {
            return false;
        }

        var last = cursor.NextTrade + rows - 1;
        if (!kernel.IsHeard(block))
        {
            exchange.SkipQuiet(block.Symbol, block.Price[last], block.Time[last]);
        }

        var at = new Timestamp(block.Time[kernel.IsHeard(block) ? cursor.NextTrade : last]);
        loop.FeedRun(new TradesPrinted(block, cursor.NextTrade, cursor.NextTrade + rows) { At = at }, rows);
        run.Offered(loop.Consumed);
        cursor.NextTrade += loop.Consumed;
        run.Took(loop.Consumed, block.Time[cursor.NextTrade - 1]);
        return true;
    }

    private void Trade(SymbolCursor cursor)
    {
        var block = cursor.Trades!; // the next event is a trade
        var i = cursor.NextTrade++;
        var at = new Timestamp(block.Time[i]);
        exchange.OnTrade(block.Symbol, block.Time[i], block.Price[i], block.Size[i], block.Side[i]);
        loop.Settle(at);
        loop.Feed(new TradesPrinted(block, i, i + 1) { At = at });
        Update(block, i, at);
        run.Took(1, at.Ms);
        run.Observe(at.Ms);
    }

    private void Update(TradeBlock block, int row, Timestamp at)
    {
        _forming.Add(block, row);
        foreach (var changed in _forming.Changed(block.Symbol, at))
        {
            loop.Feed(changed);
        }
    }

    private void Ticker(SymbolCursor cursor)
    {
        var tickers = cursor.Tickers!; // the next event is a ticker
        var i = cursor.NextTicker++;
        var at = new Timestamp(tickers.Time[i]);
        if (tickers.Mark[i] != 0)
        {
            exchange.OnMark(tickers.Symbol, tickers.Mark[i], at.Ms);
        }

        if (tickers.Index[i] != 0)
        {
            exchange.OnIndex(tickers.Symbol, tickers.Index[i], at.Ms);
        }

        loop.Settle(at);
        loop.Feed(new MarkChanged(tickers.Symbol, PriceOf(tickers.Mark[i]), PriceOf(tickers.Index[i]), null, null) { At = at });
        run.Took(1, at.Ms);
        run.Observe(at.Ms);
    }

    private static Price? PriceOf(long units) => units == 0 ? null : new Price(units);

    private void Book(SymbolCursor cursor)
    {
        var update = cursor.TakeBook();
        var book = cursor.Book;
        run.Took(1, update.Time.Ms);
        if (!book.IsValid)
        {
            return;
        }

        exchange.OnBook(update.Symbol, cursor.Depth, update.Time.Ms);
        loop.Settle(update.Time);
        loop.Feed(new BookChanged(update.Symbol, book.Bids, book.Asks) { At = update.Time });
        run.Observe(update.Time.Ms);
    }
}
