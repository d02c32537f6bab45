using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>
/// The performance of ONE account while it trades, kept up trade by trade, so that a question does not depend on how many there were.
/// Invariants: (1) a trade of another account is a bug and throws (rule 13); (2) no member takes two accounts; (3) the same trades in the
/// same order give the same figures, and those of <see cref="AccountPerformance"/>. Not thread-safe. Filled from an account's tables.
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
    private int _winStreak;
    private int _lossStreak;
    private int _streak;
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
        _streak = Math.Sign(trade.NetPnl) switch
        {
            > 0 => Math.Max(_streak, 0) + 1,
            < 0 => Math.Min(_streak, 0) - 1,
            _ => 0,
        };
        (_winStreak, _lossStreak) = (Math.Max(_winStreak, _streak), Math.Max(_lossStreak, -_streak));
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
    public PerformanceFigures Figures(EquitySample? now)
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
            LongestWinStreak = _winStreak,
            LongestLossStreak = _lossStreak,
            CurrentStreak = _streak,
            TargetHitRate = Metric.Unless(none, () => (double)Ended(ExitReason.TakeProfit, ExitReason.InstantTp) / Trades),
            StopHitRate = Metric.Unless(
                none, () => (double)Ended(ExitReason.StopLoss, ExitReason.TrailingStop, ExitReason.Breakeven) / Trades),
            AverageMae = Metric.Unless(none, () => (double)(_mae / Trades)),
            AverageMfe = Metric.Unless(none, () => (double)(_mfe / Trades)),
            AverageHoldSeconds = Metric.Unless(none, () => (double)(_holdSeconds / Trades)),
            ExitReasons = [.. Enum.GetValues<ExitReason>().Select(r => KeyValuePair.Create(r, _exits[(int)r]))],
            Days = _periods.Last(PeriodLength.Day, 31, daily),
            Weeks = _periods.Last(PeriodLength.Week, 26, daily),
            Months = _periods.Last(PeriodLength.Month, 24, daily),
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

/// <summary>The figures of one account at one moment; formulas and guards: <c>engine/docs/performance.md</c>.</summary>
public sealed record PerformanceFigures
{
    public required AccountId Account { get; init; }
    public required TradeMetrics Trades { get; init; }

    /// <summary>From the equity at the starts of days, and now.</summary>
    public required EquityMetrics Equity { get; init; }

    /// <summary>Ends of the 95 % interval of the expectancy, by the bootstrap.</summary>
    public required Metric ExpectancyLow { get; init; }
    public required Metric ExpectancyHigh { get; init; }

    /// <summary>Trades like these until zero is outside the interval; see <see cref="TradeTally.TradesNeeded"/>.</summary>
    public required Metric TradesNeeded { get; init; }
    public required int LongestWinStreak { get; init; }
    public required int LongestLossStreak { get; init; }

    /// <summary>Positive: won in a row; negative: lost.</summary>
    public required int CurrentStreak { get; init; }

    /// <summary>Share of trades that a target ended, or a stop of any kind.</summary>
    public required Metric TargetHitRate { get; init; }
    public required Metric StopHitRate { get; init; }
    public required Metric AverageMae { get; init; }
    public required Metric AverageMfe { get; init; }
    public required Metric AverageHoldSeconds { get; init; }
    public required IReadOnlyList<KeyValuePair<ExitReason, int>> ExitReasons { get; init; }
    public required IReadOnlyList<PeriodResult> Days { get; init; }
    public required IReadOnlyList<PeriodResult> Weeks { get; init; }
    public required IReadOnlyList<PeriodResult> Months { get; init; }
}
