using StrategyHost.Core.Accounts;

namespace StrategyHost.Core.Tests.Accounts;

/// <summary>The figures of a history by the book: each formula over the whole list. The reference for what is kept up trade by trade.</summary>
internal static class TradeModel
{
    private const double NormalQuantile95 = 1.959963984540054;

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
