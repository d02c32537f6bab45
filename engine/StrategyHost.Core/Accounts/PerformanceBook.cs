using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>
/// The performance of ONE account while it trades, kept up trade by trade, so that a question does not depend on how many there were.
/// Invariants: (1) a trade of another account is a bug and throws (rule 13); (2) no member takes two accounts; (3) the same trades in the
/// same order give the same figures; <see cref="AccountPerformance"/> of a backtest is made by it too. Not thread-safe. A running host
/// fills it from an account's tables.
/// </summary>
public sealed class PerformanceBook(AccountId account)
{
    private readonly TradeTally _all = new();
    private readonly BootstrapMean _mean = new();
    private readonly TradePeriods _periods = new();
    private readonly SortedDictionary<string, TradeTally> _strategies = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, TradeTally> _symbols = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, TradeTally> _tags = new(StringComparer.Ordinal);
    private readonly int[] _exits = new int[Enum.GetValues<ExitReason>().Length];
    private readonly List<EquitySample> _daily = [];
    private TradeStreaks _streaks;
    private decimal _mae;
    private decimal _mfe;
    private decimal _holdSeconds;

    public AccountId Account { get; } = account;
    public int Trades => _all.Trades;

    public void Take(TradeRecord trade)
    {
        if (trade.Account != Account)
        {
            throw new ArgumentException($"a trade of account {trade.Account} in the book of {Account}", nameof(trade));
        }

        _all.Take(trade);
        _mean.Take((double)trade.NetPnl);
        _periods.Take(trade);
        Group(_strategies, trade.Strategy.Name).Take(trade);
        Group(_symbols, trade.Symbol.Name).Take(trade);
        Group(_tags, trade.Tag).Take(trade);
        _exits[(int)trade.ExitReason]++;
        _streaks = _streaks.With(trade.NetPnl);
        (_mae, _mfe, _holdSeconds) = (_mae + trade.Mae, _mfe + trade.Mfe, _holdSeconds + trade.HoldSeconds);
    }

    /// <summary>Equity at mark without transfers at the start of a UTC day, in the order of time; the same day again corrects it.</summary>
    public void Take(EquitySample start)
    {
        if (_daily.Count > 0 && _daily[^1].Time.Ms / DayMs >= start.Time.Ms / DayMs)
        {
            _daily[^1] = start;
        }
        else
        {
            _daily.Add(start);
        }
    }

    /// <summary>All figures. Now: equity at mark without transfers, null where it is not known.</summary>
    public PerformanceFigures Figures(EquitySample? now) => Figures(now, PeriodRoom.Live);

    /// <summary>The same with so many periods.</summary>
    public PerformanceFigures Figures(EquitySample? now, PeriodRoom room)
    {
        IReadOnlyList<EquitySample> daily = now is { } last ? [.. _daily, last] : _daily;
        var none = Trades == 0 ? SampleGuard.NoTrades : null;
        var (low, high) = _mean.Interval();
        return new PerformanceFigures
        {
            Account = Account,
            Trades = _all.Metrics(),
            Equity = EquityMetrics.Of(daily, Trades),
            ExpectancyLow = low,
            ExpectancyHigh = high,
            TradesNeeded = _all.TradesNeeded(),
            LongestWinStreak = _streaks.LongestWin,
            LongestLossStreak = _streaks.LongestLoss,
            CurrentStreak = _streaks.Current,
            TargetHitRate = Metric.Unless(none, () => (double)Ended(ExitReason.TakeProfit, ExitReason.InstantTp) / Trades),
            StopHitRate = Metric.Unless(
                none, () => (double)Ended(ExitReason.StopLoss, ExitReason.TrailingStop, ExitReason.Breakeven) / Trades),
            AverageMae = Metric.Unless(none, () => (double)(_mae / Trades)),
            AverageMfe = Metric.Unless(none, () => (double)(_mfe / Trades)),
            AverageHoldSeconds = Metric.Unless(none, () => (double)(_holdSeconds / Trades)),
            ExitReasons = [.. Enum.GetValues<ExitReason>().Select(r => KeyValuePair.Create(r, _exits[(int)r]))],
            Days = _periods.Last(PeriodLength.Day, room.Days, daily),
            Weeks = _periods.Last(PeriodLength.Week, room.Weeks, daily),
            Months = _periods.Last(PeriodLength.Month, room.Months, daily),
        };
    }

    /// <summary>The figures of all trades alone.</summary>
    public TradeMetrics Total() => _all.Metrics();

    public IReadOnlyList<TradeGroup> ByStrategy() => Groups(_strategies);

    public IReadOnlyList<TradeGroup> BySymbol() => Groups(_symbols);

    public IReadOnlyList<TradeGroup> ByTag() => Groups(_tags);

    private const long DayMs = 86_400_000;

    private int Ended(params ReadOnlySpan<ExitReason> reasons)
    {
        var count = 0;
        foreach (var reason in reasons)
        {
            count += _exits[(int)reason];
        }

        return count;
    }

    private static TradeTally Group(SortedDictionary<string, TradeTally> groups, string key)
    {
        if (!groups.TryGetValue(key, out var tally))
        {
            groups.Add(key, tally = new TradeTally());
        }

        return tally;
    }

    private static TradeGroup[] Groups(SortedDictionary<string, TradeTally> groups) =>
        [.. groups.Select(g => new TradeGroup(g.Key, g.Value.Metrics()))];
}
