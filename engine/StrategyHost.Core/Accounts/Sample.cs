namespace StrategyHost.Core.Accounts;

/// <summary>Moments and quantiles of a list of numbers. Callers see to it that the list is long enough.</summary>
internal static class Sample
{
    public static double Mean(IReadOnlyList<double> values) => Central(values, 0, 1);

    /// <summary>Standard deviation of a sample: the sum of squares is divided by N − 1.</summary>
    public static double Deviation(IReadOnlyList<double> values) =>
        values.Count < 2 ? 0 : Math.Sqrt(Central(values, Mean(values), 2) * values.Count / (values.Count - 1));

    /// <summary>Third standardised moment of the population.</summary>
    public static double Skewness(IReadOnlyList<double> values)
    {
        var mean = Mean(values);
        return Central(values, mean, 3) / Math.Pow(Central(values, mean, 2), 1.5);
    }

    /// <summary>Fourth standardised moment of the population; 3 for a normal distribution.</summary>
    public static double Kurtosis(IReadOnlyList<double> values)
    {
        var mean = Mean(values);
        var variance = Central(values, mean, 2);
        return Central(values, mean, 4) / (variance * variance);
    }

    /// <summary>Quantile with linear interpolation between order statistics (Hyndman and Fan's type 7).</summary>
    public static double Quantile(IEnumerable<double> values, double share) => QuantileOfSorted([.. values.Order()], share);

    /// <summary>The same of values that ascend already: for several quantiles of one sample.</summary>
    public static double QuantileOfSorted(ReadOnlySpan<double> sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    public static double Median(IReadOnlyList<double> values) => Quantile(values, 0.5);

    /// <summary>
    /// Distribution function of the standard normal law: Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8, ample for a
    /// probability printed with a few digits.
    /// </summary>
    public static double NormalDistribution(double x)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(x)));
        var polynomial = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        var tail = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI) * polynomial;
        return x >= 0 ? 1 - tail : tail;
    }

    private static double Central(IReadOnlyList<double> values, double around, int power)
    {
        double sum = 0;
        foreach (var value in values)
        {
            var distance = value - around;
            sum += power switch
            {
                1 => distance,
                2 => distance * distance,
                3 => distance * distance * distance,
                _ => distance * distance * distance * distance,
            };
        }

        return sum / values.Count;
    }
}
