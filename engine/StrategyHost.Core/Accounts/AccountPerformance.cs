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
    public required TradeMetrics Trades { get; init; }
    public required TradeCourseMetrics Course { get; init; }
    public required EquityMetrics Equity { get; init; }
    public required IReadOnlyList<MonthlyReturn> Months { get; init; }
    public required IReadOnlyList<ExitReasonCount> ExitReasons { get; init; }
    public required IReadOnlyList<TradeGroup> ByStrategy { get; init; }
    public required IReadOnlyList<TradeGroup> BySymbol { get; init; }
    public required IReadOnlyList<TradeGroup> ByTag { get; init; }
    public required IReadOnlyList<TradeGroup> BySide { get; init; }

    /// <summary>Every figure by its stable name: results first, then equity, then course.</summary>
    public IEnumerable<NamedMetric> All => [.. Trades.All, .. Equity.All, .. Course.All];

    /// <summary>Computes all figures. Throws on a trade of another account: mixing them is a bug, not an input.</summary>
    public static AccountPerformance Of(AccountHistory history)
    {
        if (history.Trades.FirstOrDefault(t => t.Account != history.Account) is { } foreign)
        {
            throw new ArgumentException($"a trade of account {foreign.Account} in the history of {history.Account}", nameof(history));
        }

        return new AccountPerformance
        {
            Account = history.Account,
            Trades = TradeMetrics.Of(history.Trades),
            Course = TradeCourseMetrics.Of(history),
            Equity = EquityMetrics.Of(history.DailyEquity, history.Trades.Count),
            Months = MonthlyReturn.Of(history),
            ExitReasons = TradeGroups.ByExitReason(history.Trades),
            ByStrategy = TradeGroups.By(history.Trades, t => t.Strategy.Name),
            BySymbol = TradeGroups.By(history.Trades, t => t.Symbol.Name),
            ByTag = TradeGroups.By(history.Trades, t => t.Tag),
            BySide = TradeGroups.By(history.Trades, t => t.Side.Text()),
        };
    }
}
