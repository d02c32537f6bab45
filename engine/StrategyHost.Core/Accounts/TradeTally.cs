namespace StrategyHost.Core.Accounts;

/// <summary>
/// The figures of <see cref="TradeMetrics"/> kept up trade by trade, of one account or of one group of its trades: a question costs the
/// same after 100,000 trades. Money is summed in decimal, deviations by Welford's method.
/// </summary>
public sealed class TradeTally
{
    /// <summary>Two-sided 95 % quantile of the normal law.</summary>
    private const double NormalQuantile95 = 1.959963984540054;
    private decimal _won;
    private decimal _lost;
    private decimal _fees;
    private decimal _funding;
    private decimal _slippage;
    private decimal _best = decimal.MinValue;
    private decimal _worst = decimal.MaxValue;
    private Moments _results;
    private Moments _multiples;

    public int Trades { get; private set; }
    public int Wins { get; private set; }
    public int Losses { get; private set; }
    public decimal NetPnl => _won - _lost;

    public void Take(TradeRecord trade)
    {
        var net = trade.NetPnl;
        Trades++;
        (Wins, _won) = net > 0 ? (Wins + 1, _won + net) : (Wins, _won);
        (Losses, _lost) = net < 0 ? (Losses + 1, _lost - net) : (Losses, _lost);
        _fees += trade.Fees;
        _funding += trade.Funding;
        _slippage += trade.Slippage;
        (_best, _worst) = (Math.Max(_best, net), Math.Min(_worst, net));
        _results = _results.With((double)net);
        _multiples = trade.R is { } r ? _multiples.With((double)r) : _multiples;
    }

    public TradeMetrics Metrics()
    {
        var none = Trades == 0 ? SampleGuard.NoTrades : null;
        var noWins = none ?? (Wins == 0 ? SampleGuard.NoWins : null);
        var noLosses = none ?? (Losses == 0 ? SampleGuard.NoLosses : null);
        var few = SampleGuard.Trades(Trades);
        var (winRate, averageWin, averageLoss) = ((double)Wins / Math.Max(1, Trades), Average(_won, Wins), Average(_lost, Losses));
        var half = NormalQuantile95 * _results.Deviation / Math.Sqrt(Math.Max(1, Trades));
        return new TradeMetrics
        {
            Trades = Trades,
            Wins = Wins,
            Losses = Losses,
            BreakEven = Trades - Wins - Losses,
            NetProfit = NetPnl,
            Fees = _fees,
            Funding = _funding,
            Slippage = _slippage,
            WinRate = Metric.Unless(none, () => winRate),
            LossRate = Metric.Unless(none, () => (double)Losses / Trades),
            AverageWin = Metric.Unless(noWins, () => averageWin),
            AverageLoss = Metric.Unless(noLosses, () => averageLoss),
            Payoff = Metric.Unless(noWins ?? noLosses, () => averageWin / averageLoss),
            ProfitFactor = Metric.Unless(noLosses, () => (double)_won / (double)_lost),
            Expectancy = Metric.Unless(none, () => (double)(NetPnl / Trades)),
            ExpectancyLow = Metric.Unless(few, () => _results.Mean - half),
            ExpectancyHigh = Metric.Unless(few, () => _results.Mean + half),
            ExpectancyRatio = Metric.Unless(few ?? noLosses, () => ((1 + (averageWin / averageLoss)) * winRate) - 1),
            Sqn = Metric.Unless(NoSqn(), () => Math.Sqrt(_multiples.Count) * _multiples.Mean / _multiples.Deviation),
            AverageR = Metric.Unless(_multiples.Count == 0 ? SampleGuard.NoStop : null, () => _multiples.Mean),
            BestTrade = Metric.Unless(none, () => (double)_best),
            WorstTrade = Metric.Unless(none, () => (double)_worst),
        };
    }

    /// <summary>
    /// How many trades like these it takes until the 95 % interval of the expectancy (normal law) no longer holds zero:
    /// (1.96 · deviation ÷ expectancy)², rounded up.
    /// </summary>
    public Metric TradesNeeded() => Metric.Unless(
        SampleGuard.Trades(Trades)
            ?? (Math.Abs(_results.Mean) < SampleGuard.Epsilon ? "the expectancy is zero" : null),
        () => Math.Max(1, Math.Ceiling(Math.Pow(NormalQuantile95 * _results.Deviation / _results.Mean, 2))));

    private string? NoSqn() => _multiples.Count == 0 ? SampleGuard.NoStop
        : SampleGuard.Trades(_multiples.Count) ?? (_multiples.Deviation < SampleGuard.Epsilon ? SampleGuard.NoVariation : null);

    private static double Average(decimal sum, int count) => count == 0 ? 0 : (double)(sum / count);

    /// <summary>Mean and sum of squared distances from it.</summary>
    private readonly record struct Moments(int Count, double Mean, double Squares)
    {
        public double Deviation => Count < 2 ? 0 : Math.Sqrt(Squares / (Count - 1));

        public Moments With(double value)
        {
            var distance = value - Mean;
            var mean = Mean + (distance / (Count + 1));
            return new Moments(Count + 1, mean, Squares + (distance * (value - mean)));
        }
    }
}
