namespace StrategyHost.Core.Accounts;

/// <summary>
/// Figures of the net results (after fees and funding) of one account's closed trades, or of one group of them. Money is summed in decimal.
/// A trade that ends at exactly zero is neither won nor lost. Formulas and guards: <c>engine/docs/reports.md</c>.
/// </summary>
public sealed record TradeMetrics
{
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
        var tally = new TradeTally();
        foreach (var trade in trades)
        {
            tally.Take(trade);
        }

        return tally.Metrics();
    }
}
