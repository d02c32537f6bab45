using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Scripting.Tests;

/// <summary>
/// The indicators written down as their definitions say (Pine Script reference manual v5, ta.*), each value from the candles alone;
/// NaN until there are enough.
/// </summary>
internal sealed class TaReference(KlineBlock block)
{
    private readonly double[] _open = Prices(block.Open);
    private readonly double[] _high = Prices(block.High);
    private readonly double[] _low = Prices(block.Low);
    private readonly double[] _volume = Prices(block.Volume);

    public double[] Close { get; } = Prices(block.Close);
    public int Count => Close.Length;

    public double[] Source(string name) => name switch
    {
        "open" => _open,
        "high" => _high,
        "low" => _low,
        "close" => Close,
        "volume" => _volume,
        "turnover" => block.Turnover,
        "hl2" => Each(i => (_high[i] + _low[i]) / 2),
        "hlc3" => Each(i => (_high[i] + _low[i] + Close[i]) / 3),
        "ohlc4" => Each(i => (_open[i] + _high[i] + _low[i] + Close[i]) / 4),
        _ => throw new ArgumentException(name),
    };

    public double[] Each(Func<int, double> value) => [.. Enumerable.Range(0, Count).Select(value)];

    public double[] Sma(int n, double[] x) => Each(i => i < n - 1 ? double.NaN : Window(x, i, n).Average());

    public double[] Stdev(int n, double[] x) => Each(i =>
    {
        if (i < n - 1)
        {
            return double.NaN;
        }

        var mean = Window(x, i, n).Average();
        return Math.Sqrt(Window(x, i, n).Sum(v => (v - mean) * (v - mean)) / n);
    });

    public double[] Highest(int n, double[] x) => Each(i => i < n - 1 ? double.NaN : Window(x, i, n).Max());

    public double[] Lowest(int n, double[] x) => Each(i => i < n - 1 ? double.NaN : Window(x, i, n).Min());

    /// <summary>An average that is seeded with the mean of the first n values behind the leading NaNs.</summary>
    public double[] Smoothed(int n, double alpha, double[] x)
    {
        var first = x.TakeWhile(double.IsNaN).Count();
        var made = Each(_ => double.NaN);
        for (var i = first + n - 1; i < Count; i++)
        {
            made[i] = i == first + n - 1 ? Window(x, i, n).Average() : (alpha * x[i]) + ((1 - alpha) * made[i - 1]);
        }

        return made;
    }

    public double[] Ema(int n, double[] x) => Smoothed(n, 2.0 / (n + 1), x);

    public double[] Rma(int n, double[] x) => Smoothed(n, 1.0 / n, x);

    public double[] Rsi(int n, double[] x)
    {
        var up = Rma(n, Each(i => i == 0 ? double.NaN : Math.Max(x[i] - x[i - 1], 0)));
        var down = Rma(n, Each(i => i == 0 ? double.NaN : Math.Max(x[i - 1] - x[i], 0)));
        return Each(i => down[i] == 0 ? 100 : 100 - (100 / (1 + (up[i] / down[i]))));
    }

    public double[] Atr(int n) => Rma(n, Each(i => i == 0 ? _high[0] - _low[0]
        : Math.Max(_high[i], Close[i - 1]) - Math.Min(_low[i], Close[i - 1])));

    public double[] MacdLine(int fast, int slow)
    {
        var (a, b) = (Ema(fast, Close), Ema(slow, Close));
        return Each(i => a[i] - b[i]);
    }

    public double[] Vwap(int n) => Each(i => i < n - 1 ? double.NaN : Weighted(i - n + 1, i));

    /// <summary>Since 00:00 UTC.</summary>
    public double[] DailyVwap() => Each(i =>
    {
        var from = i;
        while (from > 0 && block.Start[from - 1] / 86_400_000 == block.Start[i] / 86_400_000)
        {
            from--;
        }

        return Weighted(from, i);
    });

    private double Weighted(int from, int to)
    {
        var x = Source("hlc3");
        var rows = Enumerable.Range(from, to - from + 1).ToList();
        return rows.Sum(i => x[i] * _volume[i]) / rows.Sum(i => _volume[i]);
    }

    private static double[] Window(double[] x, int i, int n) => x[(i - n + 1)..(i + 1)];

    private static double[] Prices(long[] units) => [.. units.Select(u => new Price(u).ToDouble())];
}
