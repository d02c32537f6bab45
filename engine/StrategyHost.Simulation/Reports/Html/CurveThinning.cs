using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Simulation.Reports.Html;

/// <summary>Bounds the points that a report embeds without hiding extremes: peaks, troughs, highs and lows survive.</summary>
internal static class CurveThinning
{
    /// <summary>
    /// At most <paramref name="countMax"/> points: of each bucket its lowest and highest in the order of time, and both ends.
    /// </summary>
    public static IReadOnlyList<EquityPoint> Points(IReadOnlyList<EquityPoint> points, int countMax)
    {
        if (points.Count <= countMax)
        {
            return points;
        }

        var thin = new List<EquityPoint>(countMax) { points[0] };
        var buckets = (countMax - 2) / 2;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var start = 1 + (int)((long)bucket * (points.Count - 2) / buckets);
            var end = 1 + (int)((long)(bucket + 1) * (points.Count - 2) / buckets);
            var (low, high) = (start, start);
            for (var i = start; i < end; i++)
            {
                low = points[i].Equity < points[low].Equity ? i : low;
                high = points[i].Equity > points[high].Equity ? i : high;
            }

            thin.Add(points[Math.Min(low, high)]);
            thin.Add(points[Math.Max(low, high)]);
        }

        thin.Add(points[^1]);
        return thin;
    }

    /// <summary>
    /// At most <paramref name="countMax"/> candles, neighbours merged into one with their first open, extremes and last close.
    /// </summary>
    public static IReadOnlyList<ChartCandle> Candles(IReadOnlyList<ChartCandle> candles, int countMax)
    {
        if (candles.Count <= countMax)
        {
            return candles;
        }

        var size = (candles.Count + countMax - 1) / countMax;
        return [.. candles.Chunk(size).Select(group => new ChartCandle(
            group[0].StartMs,
            group[0].Open,
            group.Max(c => c.High),
            group.Min(c => c.Low),
            group[^1].Close))];
    }
}
