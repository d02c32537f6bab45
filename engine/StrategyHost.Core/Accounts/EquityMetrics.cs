namespace StrategyHost.Core.Accounts;

/// <summary>
/// Figures of one account's daily equity E. r = E_t / E_(t−1) − 1 at the end of each UTC day; a year has 365 days; the risk-free rate is 0.
/// Formulas and guards: <c>engine/docs/reports.md</c>.
/// </summary>
public sealed record EquityMetrics
{
    private const double DaysPerYear = 365;
    private const int ReturnsMinForQuantile95 = 20;
    private const int ReturnsMinForQuantile99 = 100;

    public required Metric TotalReturn { get; init; }
    public required Metric Cagr { get; init; }
    public required Metric Volatility { get; init; }
    public required Metric Sharpe { get; init; }
    public required Metric Sortino { get; init; }
    public required Metric Calmar { get; init; }
    public required Metric Omega { get; init; }
    public required Metric ProbabilisticSharpe { get; init; }
    public required Metric UlcerIndex { get; init; }

    /// <summary>From daily equity; the drawdown sampled at each market event is a figure of the simulation, not of this class.</summary>
    public required Metric DailyMaxDrawdown { get; init; }
    public required Metric DailyMaxDrawdownPercent { get; init; }
    public required Metric LongestUnderwaterDays { get; init; }
    public required Metric CurrentDrawdownPercent { get; init; }
    public required Metric RecoveryFactor { get; init; }
    public required Metric ValueAtRisk95 { get; init; }
    public required Metric ValueAtRisk99 { get; init; }
    public required Metric ConditionalValueAtRisk95 { get; init; }
    public required Metric ConditionalValueAtRisk99 { get; init; }
    public required Metric BestDay { get; init; }
    public required Metric WorstDay { get; init; }

    public IReadOnlyList<NamedMetric> All =>
    [
        new("totalReturn", MetricUnit.Fraction, TotalReturn),
        new("cagr", MetricUnit.Fraction, Cagr),
        new("volatility", MetricUnit.Fraction, Volatility),
        new("sharpe", MetricUnit.Ratio, Sharpe),
        new("sortino", MetricUnit.Ratio, Sortino),
        new("calmar", MetricUnit.Ratio, Calmar),
        new("omega", MetricUnit.Ratio, Omega),
        new("probabilisticSharpe", MetricUnit.Fraction, ProbabilisticSharpe),
        new("ulcerIndex", MetricUnit.Percent, UlcerIndex),
        new("dailyMaxDrawdown", MetricUnit.Money, DailyMaxDrawdown),
        new("dailyMaxDrawdownPercent", MetricUnit.Percent, DailyMaxDrawdownPercent),
        new("longestUnderwaterDays", MetricUnit.Days, LongestUnderwaterDays),
        new("currentDrawdownPercent", MetricUnit.Percent, CurrentDrawdownPercent),
        new("recoveryFactor", MetricUnit.Ratio, RecoveryFactor),
        new("valueAtRisk95", MetricUnit.Fraction, ValueAtRisk95),
        new("valueAtRisk99", MetricUnit.Fraction, ValueAtRisk99),
        new("conditionalValueAtRisk95", MetricUnit.Fraction, ConditionalValueAtRisk95),
        new("conditionalValueAtRisk99", MetricUnit.Fraction, ConditionalValueAtRisk99),
        new("bestDay", MetricUnit.Fraction, BestDay),
        new("worstDay", MetricUnit.Fraction, WorstDay),
    ];

    /// <summary>
    /// Figures of one account; <paramref name="trades"/> is its number of closed trades, for the sample guard of the ratios.
    /// </summary>
    public static EquityMetrics Of(IReadOnlyList<EquitySample> daily, int trades)
    {
        var curve = EquityCurveFacts.Of(daily);
        var returns = curve.Returns;
        var equity = curve.Reason;
        var spread = equity ?? SampleGuard.Days(curve.Days);
        var ratio = spread ?? SampleGuard.Trades(trades);
        var mean = returns.Count == 0 ? 0 : Sample.Mean(returns);
        var deviation = Sample.Deviation(returns);
        var sharpe = ratio ?? (deviation < SampleGuard.Epsilon ? SampleGuard.NoVariation : null);
        var cagr = Metric.Unless(spread, () => Math.Pow(curve.Last / curve.First, DaysPerYear / curve.Days) - 1);
        var losses = new LossTail(returns, equity);
        var noFall = curve.MaxDrawdown <= 0 ? "equity never fell" : null;
        return new EquityMetrics
        {
            TotalReturn = Metric.Unless(equity, () => (curve.Last / curve.First) - 1),
            Cagr = cagr,
            Volatility = Metric.Unless(spread, () => deviation * Math.Sqrt(DaysPerYear)),
            Sharpe = Metric.Unless(sharpe, () => mean / deviation * Math.Sqrt(DaysPerYear)),
            Sortino = DownsideRatio(returns, mean, ratio),
            Calmar = Metric.Unless(ratio ?? noFall ?? cagr.Reason, () => (cagr.Value ?? 0) / (curve.MaxDrawdownPercent / 100)),
            Omega = GainsToFalls(returns, ratio),
            ProbabilisticSharpe = ProbabilityOfSkill(returns, mean, deviation, sharpe),
            UlcerIndex = Metric.Unless(equity, () => curve.UlcerIndex),
            DailyMaxDrawdown = Metric.Unless(equity, () => curve.MaxDrawdown),
            DailyMaxDrawdownPercent = Metric.Unless(equity, () => curve.MaxDrawdownPercent),
            LongestUnderwaterDays = Metric.Unless(equity, () => curve.LongestUnderwaterDays),
            CurrentDrawdownPercent = Metric.Unless(equity, () => curve.CurrentDrawdownPercent),
            RecoveryFactor = Metric.Unless(equity ?? noFall, () => (curve.Last - curve.First) / curve.MaxDrawdown),
            ValueAtRisk95 = losses.Quantile(0.05, ReturnsMinForQuantile95),
            ValueAtRisk99 = losses.Quantile(0.01, ReturnsMinForQuantile99),
            ConditionalValueAtRisk95 = losses.MeanBelow(0.05, ReturnsMinForQuantile95),
            ConditionalValueAtRisk99 = losses.MeanBelow(0.01, ReturnsMinForQuantile99),
            BestDay = Metric.Unless(equity, returns.Max),
            WorstDay = Metric.Unless(equity, returns.Min),
        };
    }

    private static Metric DownsideRatio(List<double> returns, double mean, string? reason)
    {
        var downside = Math.Sqrt(returns.Sum(r => r < 0 ? r * r : 0) / Math.Max(1, returns.Count));
        return Metric.Unless(
            reason ?? (downside < SampleGuard.Epsilon ? "no losing day" : null),
            () => mean / downside * Math.Sqrt(DaysPerYear));
    }

    private static Metric GainsToFalls(List<double> returns, string? reason)
    {
        var falls = returns.Sum(r => r < 0 ? -r : 0);
        return Metric.Unless(
            reason ?? (falls < SampleGuard.Epsilon ? "no losing day" : null),
            () => returns.Sum(r => r > 0 ? r : 0) / falls);
    }

    /// <summary>
    /// Probability that the true daily Sharpe ratio is above zero, with skewness and kurtosis (Bailey and López de Prado 2012).
    /// </summary>
    private static Metric ProbabilityOfSkill(List<double> returns, double mean, double deviation, string? reason)
    {
        if (reason is not null)
        {
            return Metric.None(reason);
        }

        var ratio = mean / deviation;
        var variance = 1 - (Sample.Skewness(returns) * ratio) + ((Sample.Kurtosis(returns) - 1) / 4 * ratio * ratio);
        return variance > SampleGuard.Epsilon
            ? Metric.Of(Sample.NormalDistribution(ratio * Math.Sqrt(returns.Count - 1) / Math.Sqrt(variance)))
            : Metric.None("the returns are too skewed for the formula");
    }

    /// <summary>Losses as positive fractions; the returns are put in order once for all of them.</summary>
    private sealed class LossTail(List<double> returns, string? reason)
    {
        private readonly double[] _ascending = [.. returns.Order()];

        public Metric Quantile(double share, int countMin) => Metric.Unless(Few(countMin), () => -At(share));

        /// <summary>Of the returns at or below the quantile.</summary>
        public Metric MeanBelow(double share, int countMin) => Metric.Unless(Few(countMin), () =>
        {
            var quantile = At(share);
            return -returns.Where(r => r <= quantile).DefaultIfEmpty(quantile).Average();
        });

        private string? Few(int countMin) => reason ?? (returns.Count < countMin ? $"fewer than {countMin} days" : null);

        private double At(double share) => Sample.QuantileOfSorted(_ascending, share);
    }
}
