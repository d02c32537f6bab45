namespace StrategyHost.Simulation.Backtest;

/// <summary>Reduces a symbol's prices to the candles of a chart.</summary>
internal static class PriceThinning
{
    private const int CandlesMax = 4000;
    private const double Scale = Core.Domain.FixedPoint.Scale;

    public static PriceSeries Thin(SymbolFeed feed)
    {
        if (feed.Bars is { } bars)
        {
            return new PriceSeries(
                feed.Symbol, Thin(bars.Count, i => bars.Start[i], i => (bars.Open[i], bars.High[i], bars.Low[i], bars.Close[i])));
        }

        return feed.Trades is { } trades
            ? new PriceSeries(
                feed.Symbol,
                Thin(trades.Count, i => trades.Time[i], i => (trades.Price[i], trades.Price[i], trades.Price[i], trades.Price[i])))
            : new PriceSeries(feed.Symbol, []);
    }

    private static List<ChartCandle> Thin(int count, Func<int, long> time, Func<int, (long Open, long High, long Low, long Close)> prices)
    {
        var each = Math.Max(1, (count + CandlesMax - 1) / CandlesMax);
        var candles = new List<ChartCandle>();
        for (var from = 0; from < count; from += each)
        {
            var (open, high, low, close) = prices(from);
            for (var i = from + 1; i < Math.Min(count, from + each); i++)
            {
                var next = prices(i);
                high = Math.Max(high, next.High);
                low = Math.Min(low, next.Low);
                close = next.Close;
            }

            candles.Add(new ChartCandle(time(from), open / Scale, high / Scale, low / Scale, close / Scale));
        }

        return candles;
    }
}
