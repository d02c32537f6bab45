using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// Replays candles with bar fills (contracts §6): open, range, close; the kernel's answers take effect in between. Stretches in which
/// nothing can trade or trigger go through in one step.
/// </summary>
internal sealed class BarReplay(EngineKernel kernel, SimulatedExchange exchange, EffectLoop loop, ReplayClock clock, ReplayRun run)
{
    private readonly CandleCursor[] _bars = [.. run.Feeds.Select(f => new CandleCursor(f.Bars!))]; // a bar replay has bars of every symbol
    private readonly CandleCursor[] _candles = [.. run.Feeds.SelectMany(f => f.Candles).Select(c => new CandleCursor(c))];
    private readonly List<CandleCursor> _closing = [];

    public void SkipTo(long ms)
    {
        foreach (var cursor in _bars.Concat(_candles))
        {
            while (cursor.EndMs <= ms)
            {
                cursor.Next++;
            }
        }
    }

    public void Play()
    {
        while (run.GoOn())
        {
            var end = CandleCursor.FirstEnd(_bars);
            if (end == long.MaxValue)
            {
                return;
            }

            if (CandleCursor.FirstEnd(_candles) < end)
            {
                CloseBefore(end);
            }

            if (_bars.Length != 1 || !Quiet(_bars[0]))
            {
                Single(end);
            }
        }
    }

    /// <summary>Delivers the candles that ended in a gap: with the first event at or after their end, the next bar's open.</summary>
    private void CloseBefore(long barEnd)
    {
        var start = _bars.Where(b => b.EndMs == barEnd).Min(b => b.Block.Start[b.Next]);
        while (CandleCursor.FirstEnd(_candles) is var end && end <= start)
        {
            clock.PassTo(start);
            _closing.Clear();
            AddClosing(_candles, end);
            Deliver(start);
        }
    }

    /// <summary>Plays as many candles as can pass quietly; false when the next one cannot.</summary>
    private bool Quiet(CandleCursor bars)
    {
        var block = bars.Block;
        var window = exchange.QuietWindow(block.Symbol, includePositionStops: false);
        if (run.OneByOne || window.IsEmpty)
        {
            return false;
        }

        // A candle of another interval is put into history with the bar that ends with it, one by one.
        var until = Math.Min(Math.Min(window.UntilMs, clock.NextMs), CandleCursor.FirstEnd(_candles) - 1);
        var rows = kernel.QuietKlines(
            block, bars.Next, Math.Min(block.Count, bars.Next + run.Stretch), new QuietBounds(window.Low, window.High, until));
        if (rows < 2)
        {
            return false;
        }

        var last = bars.Next + rows - 1;
        if (!kernel.IsHeard(block))
        {
            exchange.SkipQuiet(block.Symbol, block.Close[last], block.Start[last] + block.Interval.Ms);
        }

        loop.FeedRun(new KlinesClosed([new KlineRange(block, bars.Next, bars.Next + rows) { Drives = true }])
        {
            At = new Timestamp(block.Start[bars.Next] + block.Interval.Ms),
        }, rows);
        run.Offered(loop.Consumed);
        bars.Next += loop.Consumed;
        run.Took(loop.Consumed, bars.Block.Start[bars.Next - 1] + block.Interval.Ms);
        return true;
    }

    private void Single(long end)
    {
        _closing.Clear();
        foreach (var bars in _bars)
        {
            if (bars.EndMs == end)
            {
                PlayBar(bars.Block, bars.Next);
            }
        }

        clock.PassTo(end);
        AddClosing(_candles, end);
        AddClosing(_bars, end);
        Deliver(end);
    }

    private void Deliver(long at)
    {
        var longestFirst = _closing.Count == 1 ? _closing : [.. _closing.OrderByDescending(c => c.Block.Interval.Minutes)];
        var series = new KlineRange[longestFirst.Count];
        for (var i = 0; i < series.Length; i++)
        {
            var cursor = longestFirst[i];
            var drives = Array.IndexOf(_bars, cursor) >= 0;
            series[i] = new KlineRange(cursor.Block, cursor.Next, cursor.Next + 1) { Drives = drives };
            run.Took(drives ? 1 : 0, at);
            cursor.Next++;
        }

        loop.Feed(new KlinesClosed(series) { At = new Timestamp(at) });
        run.Observe(at);
    }

    private void AddClosing(CandleCursor[] cursors, long end)
    {
        foreach (var cursor in cursors)
        {
            if (cursor.EndMs == end)
            {
                _closing.Add(cursor);
            }
        }
    }

    private void PlayBar(KlineBlock block, int index)
    {
        var bar = block[index];
        clock.PassTo(bar.Start);
        exchange.BarOpen(block.Symbol, bar);
        loop.Settle(new Timestamp(bar.Start));
        run.Observe(bar.Start);
        clock.SettleInside(block.Symbol, bar.Start, bar.Start + block.Interval.Ms);
        while (exchange.BarRange(block.Symbol, bar))
        {
            loop.Settle(new Timestamp(bar.Start));
            run.Observe(bar.Start);
        }

        loop.Settle(new Timestamp(bar.Start));
        exchange.BarClose(block.Symbol, bar, bar.Start + block.Interval.Ms);
        loop.Settle(new Timestamp(bar.Start + block.Interval.Ms));
        run.Observe(bar.Start + block.Interval.Ms);
    }
}
