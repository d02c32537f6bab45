using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>
/// The performance of ONE account, computed from its own closed trades and daily equity. Invariants: (1) no method here takes two accounts,
/// and nothing adds their money (rule 13); (2) every figure is a finite number or a reason; (3) the same history gives the same figures.
/// Called by reports and by the <c>performance</c> command.
/// </summary>
public sealed record AccountPerformance
{
    public required AccountId Account { get; init; }

    /// <summary>Exactly what <c>performance</c> shows of an account that trades, made by the same <see cref="PerformanceBook"/>.</summary>
    public required PerformanceFigures Figures { get; init; }
    public TradeMetrics Trades => Figures.Trades;
    public EquityMetrics Equity => Figures.Equity;
    public required TradeCourseMetrics Course { get; init; }
    public required IReadOnlyList<MonthlyReturn> Months { get; init; }
    public required IReadOnlyList<ExitReasonCount> ExitReasons { get; init; }
    public required IReadOnlyList<TradeGroup> ByStrategy { get; init; }
    public required IReadOnlyList<TradeGroup> BySymbol { get; init; }
    public required IReadOnlyList<TradeGroup> ByTag { get; init; }
    public required IReadOnlyList<TradeGroup> BySide { get; init; }

    /// <summary>Every figure by its stable name: results first, then equity, then course.</summary>
    public IEnumerable<NamedMetric> All => [.. Trades.All, .. Figures.All, .. Equity.All, .. Course.All];

    /// <summary>Computes all figures. Throws on a trade of another account: mixing them is a bug, not an input.</summary>
    public static AccountPerformance Of(AccountHistory history)
    {
        var book = Book(history);
        return new AccountPerformance
        {
            Account = history.Account,
            Figures = book.Figures(history.DailyEquity.Count > 0 ? history.DailyEquity[^1] : null, PeriodRoom.Report),
            Course = TradeCourseMetrics.Of(history),
            Months = MonthlyReturn.Of(history),
            ExitReasons = TradeGroups.ByExitReason(history.Trades),
            ByStrategy = book.ByStrategy(),
            BySymbol = book.BySymbol(),
            ByTag = book.ByTag(),
            BySide = TradeGroups.By(history.Trades, t => t.Side.Text()),
        };
    }

    /// <summary>The last sample is the end of the run; it stands beside the day's, which it may follow by hours.</summary>
    private static PerformanceBook Book(AccountHistory history)
    {
        var book = new PerformanceBook(history.Account);
        foreach (var trade in history.Trades)
        {
            book.Take(trade);
        }

        foreach (var sample in history.DailyEquity.SkipLast(1))
        {
            book.Take(sample);
        }

        return book;
    }
}
