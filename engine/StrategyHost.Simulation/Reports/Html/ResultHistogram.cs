namespace StrategyHost.Simulation.Reports.Html;

/// <summary>
/// How many trades ended with which net result: about thirty bars of one width, zero at a bar's edge. The outermost bars hold everything
/// beyond the 1 % and 99 % quantiles, so that one outlier does not flatten the rest.
/// </summary>
internal sealed record ResultHistogram(double Start, double Width, IReadOnlyList<int> Counts)
{
    private const int BarsWanted = 30;

    public static readonly ResultHistogram Empty = new(0, 1, []);

    public static ResultHistogram Of(IReadOnlyList<double> results)
    {
        if (results.Count == 0)
        {
            return Empty;
        }

        var sorted = results.Order().ToArray();
        var low = Math.Min(sorted[(int)(0.01 * (sorted.Length - 1))], 0);
        var high = Math.Max(sorted[(int)Math.Ceiling(0.99 * (sorted.Length - 1))], 0);
        var width = RoundWidth((high - low) / BarsWanted);
        var first = Math.Floor(low / width);
        var bars = (int)(Math.Floor(high / width) - first) + 1;
        var counts = new int[bars];
        foreach (var result in sorted)
        {
            counts[(int)Math.Clamp(Math.Floor(result / width) - first, 0, bars - 1)]++;
        }

        return new ResultHistogram(first * width, width, counts);
    }

    /// <summary>The next larger of 1, 2, 5 times a power of ten; 1 where all results are zero.</summary>
    private static double RoundWidth(double width)
    {
        if (width <= 0)
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(width)));
        return (width / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
