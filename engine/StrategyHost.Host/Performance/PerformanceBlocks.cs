using System.Globalization;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Performance;

/// <summary>
/// Money of one account as its block shows it. Books: null where no journal knows them; equity: null where it is not known.
/// </summary>
internal sealed record AccountMoneyView(AccountId Account, BooksState? Books, decimal? Wallet, decimal? Equity, Timestamp Now)
{
    /// <summary>For the curve: what was paid in or out is no result.</summary>
    public EquitySample? Sample => Equity is { } equity ? new EquitySample(Now, equity - (Books?.Transfers ?? 0)) : null;

    /// <summary>The curve is sampled with the market: a fee of just now shows in the present fall first.</summary>
    public Metric MaxDrawdownPercent => Metric.Unless(
        NoCurve, () => Math.Max(Books!.Curve!.MaxDrawdownPercent, CurrentDrawdownPercent.Value ?? 0));

    public Metric CurrentDrawdownPercent => Metric.Unless(
        NoCurve ?? (Equity is null ? "the equity is not known while nothing runs" : null),
        () => Fall((decimal)Books!.Curve!.Peak, Equity!.Value)); // both were just looked at

    private static double Fall(decimal peak, decimal equity) => equity >= peak || peak <= 0 ? 0 : (double)((peak - equity) / peak * 100);

    private string? NoCurve => Books?.Curve is null ? "no journal knows it" : null;
}

/// <summary>Makes one account's block of its money and its book. Nothing here takes a second account.</summary>
internal static class PerformanceBlocks
{
    public static PerformanceBlock Of(AccountMoneyView money, PerformanceBook book, GroupBy by)
    {
        var nulls = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var figures = book.Figures(money.Sample);
        var (trades, equity) = (figures.Trades, figures.Equity);
        return new PerformanceBlock
        {
            Account = money.Account.Name,
            StartBalance = Text(money.Books?.StartBalance),
            WalletBalance = Text(money.Wallet),
            Equity = Text(money.Equity),
            RealisedPnl = Text(money.Books?.RealisedPnl),
            Fees = Text(money.Books?.Fees),
            Funding = Text(money.Books?.Funding),
            Transfers = Text(money.Books?.Transfers),
            Executions = money.Books?.Executions,
            Trades = trades.Trades,
            NetProfit = Text(trades.NetProfit),
            WinRate = Text("winRate", trades.WinRate, nulls),
            Expectancy = Text("expectancy", trades.Expectancy, nulls),
            ExpectancyInterval = Interval(figures, nulls),
            TradesNeeded = Text("tradesNeeded", figures.TradesNeeded, nulls),
            ProfitFactor = Text("profitFactor", trades.ProfitFactor, nulls),
            Sharpe = Text("sharpe", equity.Sharpe, nulls),
            Sortino = Text("sortino", equity.Sortino, nulls),
            MaxDrawdownPercent = Text("maxDrawdownPercent", money.MaxDrawdownPercent, nulls),
            CurrentDrawdownPercent = Text("currentDrawdownPercent", money.CurrentDrawdownPercent, nulls),
            Streaks = new StreaksBlock(figures.LongestWinStreak, figures.LongestLossStreak, figures.CurrentStreak),
            AverageWin = Text("averageWin", trades.AverageWin, nulls),
            AverageLoss = Text("averageLoss", trades.AverageLoss, nulls),
            BestTrade = Text("bestTrade", trades.BestTrade, nulls),
            WorstTrade = Text("worstTrade", trades.WorstTrade, nulls),
            TargetHitRate = Text("targetHitRate", figures.TargetHitRate, nulls),
            StopHitRate = Text("stopHitRate", figures.StopHitRate, nulls),
            AverageMae = Text("averageMae", figures.AverageMae, nulls),
            AverageMfe = Text("averageMfe", figures.AverageMfe, nulls),
            AverageHoldSeconds = Text("averageHoldSeconds", figures.AverageHoldSeconds, nulls),
            ExitReasons = figures.ExitReasons.ToDictionary(r => r.Key.Text(), r => r.Value),
            Nulls = nulls,
            By = [.. Groups(book, by).Select(g => Row(g, by))],
            Days = [.. figures.Days.Select(Row)],
            Weeks = [.. figures.Weeks.Select(Row)],
            Months = [.. figures.Months.Select(Row)],
        };
    }

    private static IReadOnlyList<TradeGroup> Groups(PerformanceBook book, GroupBy by) => by switch
    {
        GroupBy.Strategy => book.ByStrategy(),
        GroupBy.Symbol => book.BySymbol(),
        GroupBy.Tag => book.ByTag(),
    };

    private static GroupRow Row(TradeGroup group, GroupBy by) => new()
    {
        Strategy = by == GroupBy.Strategy ? group.Key : null,
        Symbol = by == GroupBy.Symbol ? group.Key : null,
        Tag = by == GroupBy.Tag ? group.Key : null,
        Trades = group.Metrics.Trades,
        NetProfit = AccountView.Text(group.Metrics.NetProfit),
        Fees = AccountView.Text(group.Metrics.Fees),
        Funding = AccountView.Text(group.Metrics.Funding),
        WinRate = Text(group.Metrics.WinRate),
        Expectancy = Text(group.Metrics.Expectancy),
        ProfitFactor = Text(group.Metrics.ProfitFactor),
    };

    private static PeriodRow Row(PeriodResult period) => new(
        period.From, period.Trades, AccountView.Text(period.NetPnl), AccountView.Text(period.Fees), AccountView.Text(period.Funding),
        Text(period.WinRate), Text(period.Expectancy), Text(period.Return));

    private static IntervalBlock? Interval(PerformanceFigures figures, SortedDictionary<string, string> nulls) =>
        Text("expectancyInterval", figures.ExpectancyLow, nulls) is { } low && Text(figures.ExpectancyHigh) is { } high
            ? new IntervalBlock(low, high, BootstrapMean.Confidence.ToString(CultureInfo.InvariantCulture)) : null;

    private static string? Text(string name, Metric metric, SortedDictionary<string, string> nulls)
    {
        if (metric.Reason is { } reason)
        {
            nulls.Add(name, reason);
        }

        return Text(metric);
    }

    private static string? Text(Metric metric) => Text((decimal?)metric.Value);

    private static string? Text(decimal? value) => value is { } number ? AccountView.Text(number) : null;
}
