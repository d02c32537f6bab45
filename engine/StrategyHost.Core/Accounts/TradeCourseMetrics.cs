namespace StrategyHost.Core.Accounts;

/// <summary>
/// How one account's trades ran: streaks, holding times, excursions, time in the market, turnover, drawdown by closed trades.
/// </summary>
public sealed record TradeCourseMetrics
{
    public required int LongestWinStreak { get; init; }
    public required int LongestLossStreak { get; init; }

    /// <summary>Length of the run that the last trade belongs to: positive won, negative lost, 0 break-even or no trades.</summary>
    public required int CurrentStreak { get; init; }
    public required Metric AverageHold { get; init; }
    public required Metric MedianHold { get; init; }
    public required Metric AverageWinHold { get; init; }
    public required Metric AverageLossHold { get; init; }
    public required Metric AverageMae { get; init; }
    public required Metric AverageMfe { get; init; }

    /// <summary>Mean of MFE − gross result: profit that was open and was given back.</summary>
    public required Metric EndTradeDrawdown { get; init; }
    public required Metric Exposure { get; init; }
    public required Metric Turnover { get; init; }

    /// <summary>Largest fall of start equity plus net results, at exits only.</summary>
    public required Metric ClosedTradeMaxDrawdown { get; init; }
    public required Metric ClosedTradeMaxDrawdownPercent { get; init; }

    public IReadOnlyList<NamedMetric> All =>
    [
        new("longestWinStreak", MetricUnit.Count, Metric.Of(LongestWinStreak)),
        new("longestLossStreak", MetricUnit.Count, Metric.Of(LongestLossStreak)),
        new("currentStreak", MetricUnit.Count, Metric.Of(CurrentStreak)),
        new("averageHoldMs", MetricUnit.Milliseconds, AverageHold),
        new("medianHoldMs", MetricUnit.Milliseconds, MedianHold),
        new("averageWinHoldMs", MetricUnit.Milliseconds, AverageWinHold),
        new("averageLossHoldMs", MetricUnit.Milliseconds, AverageLossHold),
        new("averageMae", MetricUnit.Money, AverageMae),
        new("averageMfe", MetricUnit.Money, AverageMfe),
        new("endTradeDrawdown", MetricUnit.Money, EndTradeDrawdown),
        new("exposure", MetricUnit.Fraction, Exposure),
        new("turnover", MetricUnit.Ratio, Turnover),
        new("closedTradeMaxDrawdown", MetricUnit.Money, ClosedTradeMaxDrawdown),
        new("closedTradeMaxDrawdownPercent", MetricUnit.Percent, ClosedTradeMaxDrawdownPercent),
    ];

    public static TradeCourseMetrics Of(AccountHistory history)
    {
        var trades = history.Trades;
        var streaks = trades.Aggregate(default(TradeStreaks), (s, trade) => s.With(trade.NetPnl));
        var (fall, fallPercent) = ClosedTradeDrawdown(history);
        return new TradeCourseMetrics
        {
            LongestWinStreak = streaks.LongestWin,
            LongestLossStreak = streaks.LongestLoss,
            CurrentStreak = streaks.Current,
            AverageHold = Hold(trades, Sample.Mean, SampleGuard.NoTrades),
            MedianHold = Hold(trades, Sample.Median, SampleGuard.NoTrades),
            AverageWinHold = Hold(trades.Where(t => t.NetPnl > 0), Sample.Mean, SampleGuard.NoWins),
            AverageLossHold = Hold(trades.Where(t => t.NetPnl < 0), Sample.Mean, SampleGuard.NoLosses),
            AverageMae = Average(trades, t => t.Mae),
            AverageMfe = Average(trades, t => t.Mfe),
            EndTradeDrawdown = Average(trades, t => t.Mfe - t.GrossPnl),
            Exposure = ExposureOf(history),
            Turnover = TurnoverOf(history),
            ClosedTradeMaxDrawdown = fall,
            ClosedTradeMaxDrawdownPercent = fallPercent,
        };
    }

    private static Metric Hold(IEnumerable<TradeRecord> trades, Func<IReadOnlyList<double>, double> figure, string reason)
    {
        var holds = trades.Select(t => (double)(t.ExitTime.Ms - t.EntryTime.Ms)).ToArray();
        return Metric.Unless(holds.Length == 0 ? reason : null, () => figure(holds));
    }

    private static Metric Average(IReadOnlyList<TradeRecord> trades, Func<TradeRecord, decimal> of) =>
        Metric.Unless(trades.Count == 0 ? SampleGuard.NoTrades : null, () => (double)(trades.Sum(of) / trades.Count));

    private static Metric ExposureOf(AccountHistory history)
    {
        var daily = history.DailyEquity;
        var spanMs = daily.Count == 0 ? 0 : daily[^1].Time.Ms - daily[0].Time.Ms;
        return Metric.Unless(spanMs <= 0 ? "the run has no length" : null, () => Math.Clamp((double)history.ExposureMs / spanMs, 0, 1));
    }

    private static Metric TurnoverOf(AccountHistory history)
    {
        var daily = history.DailyEquity;
        var mean = daily.Count == 0 ? 0 : daily.Average(s => (double)s.Equity);
        var traded = history.Trades.Sum(t => (double)(t.EntryPrice + t.ExitPrice) * t.Quantity.ToDouble());
        return Metric.Unless(mean <= 0 ? SampleGuard.EquityGone : null, () => traded / mean);
    }

    private static (Metric Absolute, Metric Percent) ClosedTradeDrawdown(AccountHistory history)
    {
        if (history.DailyEquity.Count == 0 || history.DailyEquity[0].Equity <= 0)
        {
            return (Metric.None(SampleGuard.EquityGone), Metric.None(SampleGuard.EquityGone));
        }

        var (equity, peak, fall, share) = (history.DailyEquity[0].Equity, history.DailyEquity[0].Equity, 0m, 0m);
        foreach (var trade in history.Trades)
        {
            equity += trade.NetPnl;
            peak = Math.Max(peak, equity);
            fall = Math.Max(fall, peak - equity);
            share = Math.Max(share, (peak - equity) / peak);
        }

        return (Metric.Of(fall), Metric.Of(share * 100));
    }
}
