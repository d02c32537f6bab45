using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.SampleTape;

namespace StrategyHost.Simulation.LiveMarket;

/// <summary>
/// Candles of the time before a <see cref="MarketWalk"/> begins, so that strategies can warm up: invented like the walk itself, and scaled
/// so that the last close is the walk's first price.
/// </summary>
public static class InventedHistory
{
    private const int PointsPerMinute = 12;

    /// <summary>
    /// The last <paramref name="minutes"/> one-minute candles that closed at or before the moment, oldest first; their last close is the
    /// price.
    /// </summary>
    public static KlineBlock Minutes(Instrument instrument, long seed, Timestamp until, Price price, int minutes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minutes, 1);
        var minuteMs = new Interval(1).Ms;
        var startMs = (until.Ms / minuteMs * minuteMs) - (minutes * minuteMs);
        var chance = new Prng(seed ^ 0x5EED_0004);
        var market = new MarketModel(new Prng(seed ^ 0x5EED_0005), startMs, MarketWalk.ModelStart);
        var path = new double[(minutes * PointsPerMinute) + 1];
        for (var i = 0; i < path.Length; i++)
        {
            market.MoveTo(startMs + (i * minuteMs / PointsPerMinute));
            path[i] = market.Fair;
        }

        var scale = price.Units / path[^1];
        long Units(double fair) => Math.Max((long)Math.Round(fair * scale / instrument.TickSize.Units), 1) * instrument.TickSize.Units;
        var (start, open, high) = (new long[minutes], new long[minutes], new long[minutes]);
        var (low, close, volume, turnover) = (new long[minutes], new long[minutes], new long[minutes], new double[minutes]);
        for (var i = 0; i < minutes; i++)
        {
            var points = path.AsSpan(i * PointsPerMinute, PointsPerMinute + 1);
            start[i] = startMs + (i * minuteMs);
            open[i] = Units(points[0]);
            close[i] = Units(points[^1]);
            high[i] = Units(Max(points));
            low[i] = Units(-Max(points, -1));
            var quote = 150_000 * (0.2 + chance.NextExponential());
            volume[i] = Math.Max((long)(quote / ((double)close[i] / FixedPoint.Scale) * FixedPoint.Scale / instrument.QtyStep.Units), 1)
                * instrument.QtyStep.Units;
            turnover[i] = quote;
        }

        return new KlineBlock(instrument.Symbol, new Interval(1), start, open, high, low, close, volume, turnover);
    }

    /// <summary>Candles of a longer interval from one-minute ones; the first and the last only where they are whole.</summary>
    public static KlineBlock Aggregate(KlineBlock minutes, Interval interval)
    {
        if (interval == minutes.Interval)
        {
            return minutes;
        }

        var builder = new KlineBuilder(minutes.Symbol, interval);
        var closed = new List<Kline>();
        for (var i = 0; i < minutes.Count; i++)
        {
            var part = minutes[i];
            if (builder.Current is null && part.Start % interval.Ms != 0)
            {
                continue;
            }

            builder.AddKline(part);
            while (builder.TryClose(part.Start + minutes.Interval.Ms, out var kline))
            {
                closed.Add(kline);
            }
        }

        return KlineBlocks.Of(minutes.Symbol, interval, closed);
    }

    private static double Max(ReadOnlySpan<double> points, int sign = 1)
    {
        var best = double.MinValue;
        foreach (var point in points)
        {
            best = Math.Max(best, sign * point);
        }

        return best;
    }
}
