namespace StrategyHost.Core.Accounts;

/// <summary>
/// Figures of the net results (after fees and funding) of one account's closed trades, or of one group of them. Money is summed in decimal.
/// A trade that ends at exactly zero is neither won nor lost. Formulas and guards: <c>engine/docs/reports.md</c>.
/// </summary>
public sealed record TradeMetrics
{
    /// <summary>Two-sided 95 % quantile of the normal law.</summary>
    private const double NormalQuantile95 = 1.959963984540054;

    public required int Trades { get; init; }
    public required int Wins { get; init; }
    public required int Losses { get; init; }
    public required int BreakEven { get; init; }
    public required decimal NetProfit { get; init; }
    public required decimal Fees { get; init; }
    public required decimal Funding { get; init; }
    public required decimal Slippage { get; init; }
    public required Metric WinRate { get; init; }
    public required Metric LossRate { get; init; }
    public required Metric AverageWin { get; init; }

    /// <summary>Positive.</summary>
    public required Metric AverageLoss { get; init; }
    public required Metric Payoff { get; init; }
    public required Metric ProfitFactor { get; init; }

    /// <summary>Win rate × average win − loss rate × average loss, money per trade.</summary>
    public required Metric Expectancy { get; init; }

    /// <summary>Ends of the 95 % interval of the expectancy, by the normal law.</summary>
    public required Metric ExpectancyLow { get; init; }
    public required Metric ExpectancyHigh { get; init; }
    public required Metric ExpectancyRatio { get; init; }
    public required Metric Sqn { get; init; }
    public required Metric AverageR { get; init; }
    public required Metric BestTrade { get; init; }
    public required Metric WorstTrade { get; init; }

    public IReadOnlyList<NamedMetric> All =>
    [
        new("netProfit", MetricUnit.Money, Metric.Of(NetProfit)),
        new("winRate", MetricUnit.Fraction, WinRate),
        new("lossRate", MetricUnit.Fraction, LossRate),
        new("averageWin", MetricUnit.Money, AverageWin),
        new("averageLoss", MetricUnit.Money, AverageLoss),
        new("payoff", MetricUnit.Ratio, Payoff),
        new("profitFactor", MetricUnit.Ratio, ProfitFactor),
        new("expectancy", MetricUnit.Money, Expectancy),
        new("expectancyLow", MetricUnit.Money, ExpectancyLow),
        new("expectancyHigh", MetricUnit.Money, ExpectancyHigh),
        new("expectancyRatio", MetricUnit.Ratio, ExpectancyRatio),
        new("sqn", MetricUnit.Ratio, Sqn),
        new("averageR", MetricUnit.Ratio, AverageR),
        new("bestTrade", MetricUnit.Money, BestTrade),
        new("worstTrade", MetricUnit.Money, WorstTrade),
    ];

    public static TradeMetrics Of(IReadOnlyList<TradeRecord> trades)
    {
        var tally = Tally.Of(trades);
        var none = tally.Count == 0 ? SampleGuard.NoTrades : null;
        var noWins = none ?? (tally.Wins == 0 ? SampleGuard.NoWins : null);
        var noLosses = none ?? (tally.Losses == 0 ? SampleGuard.NoLosses : null);
        var (low, high) = Interval(trades);
        var (sqn, averageR) = InUnitsOfRisk(trades);
        return new TradeMetrics
        {
            Trades = tally.Count,
            Wins = tally.Wins,
            Losses = tally.Losses,
            BreakEven = tally.Count - tally.Wins - tally.Losses,
            NetProfit = tally.Won - tally.Lost,
            Fees = trades.Sum(t => t.Fees),
            Funding = trades.Sum(t => t.Funding),
            Slippage = trades.Sum(t => t.Slippage),
            WinRate = Metric.Unless(none, () => tally.WinRate),
            LossRate = Metric.Unless(none, () => tally.LossRate),
            AverageWin = Metric.Unless(noWins, () => tally.AverageWin),
            AverageLoss = Metric.Unless(noLosses, () => tally.AverageLoss),
            Payoff = Metric.Unless(noWins ?? noLosses, () => tally.AverageWin / tally.AverageLoss),
            ProfitFactor = Metric.Unless(noLosses, () => (double)tally.Won / (double)tally.Lost),
            Expectancy = Metric.Unless(none, () => (double)((tally.Won - tally.Lost) / tally.Count)),
            ExpectancyLow = low,
            ExpectancyHigh = high,
            ExpectancyRatio = Metric.Unless(
                SampleGuard.Trades(tally.Count) ?? noLosses,
                () => ((1 + (tally.AverageWin / tally.AverageLoss)) * tally.WinRate) - 1),
            Sqn = sqn,
            AverageR = averageR,
            BestTrade = Metric.Unless(none, () => (double)trades.Max(t => t.NetPnl)),
            WorstTrade = Metric.Unless(none, () => (double)trades.Min(t => t.NetPnl)),
        };
    }

    private static (Metric Low, Metric High) Interval(IReadOnlyList<TradeRecord> trades)
    {
        if (SampleGuard.Trades(trades.Count) is { } reason)
        {
            return (Metric.None(reason), Metric.None(reason));
        }

        var results = trades.Select(t => (double)t.NetPnl).ToArray();
        var mean = Sample.Mean(results);
        var half = NormalQuantile95 * Sample.Deviation(results) / Math.Sqrt(results.Length);
        return (Metric.Of(mean - half), Metric.Of(mean + half));
    }

    /// <summary>System quality number √n · mean(R) / deviation(R), over the trades that had a stop and so a risk.</summary>
    private static (Metric Sqn, Metric Average) InUnitsOfRisk(IReadOnlyList<TradeRecord> trades)
    {
        var multiples = trades.Where(t => t.R is not null).Select(t => (double)t.R.GetValueOrDefault()).ToArray();
        if (multiples.Length == 0)
        {
            return (Metric.None(SampleGuard.NoStop), Metric.None(SampleGuard.NoStop));
        }

        var mean = Sample.Mean(multiples);
        var deviation = Sample.Deviation(multiples);
        var reason = SampleGuard.Trades(multiples.Length) ?? (deviation < SampleGuard.Epsilon ? SampleGuard.NoVariation : null);
        return (Metric.Unless(reason, () => Math.Sqrt(multiples.Length) * mean / deviation), Metric.Of(mean));
    }

    private readonly record struct Tally(int Count, int Wins, int Losses, decimal Won, decimal Lost)
    {
        public double WinRate => (double)Wins / Count;
        public double LossRate => (double)Losses / Count;
        public double AverageWin => Wins == 0 ? 0 : (double)(Won / Wins);
        public double AverageLoss => Losses == 0 ? 0 : (double)(Lost / Losses);

        public static Tally Of(IReadOnlyList<TradeRecord> trades)
        {
            var (wins, losses, won, lost) = (0, 0, 0m, 0m);
            foreach (var trade in trades)
            {
                var net = trade.NetPnl;
                (wins, won) = net > 0 ? (wins + 1, won + net) : (wins, won);
                (losses, lost) = net < 0 ? (losses + 1, lost - net) : (losses, lost);
            }

            return new Tally(trades.Count, wins, losses, won, lost);
        }
    }
}
