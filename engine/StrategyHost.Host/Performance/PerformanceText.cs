using System.Globalization;
using StrategyHost.Host.Terminal;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Performance;

/// <summary>The performance of each account for people, one after the other.</summary>
internal static class PerformanceText
{
    private const int PeriodsShown = 7;
    private const string NoTrades = "no trades";

    public static void Show(TextOutput text, Document<PerformanceBlock> document)
    {
        foreach (var block in document.Accounts)
        {
            text.Pairs($"{block.Account}: {Plural.Of(block.Trades, "trade")}", [.. Pairs(block)]);
            if (block.By.Count > 0)
            {
                text.Table(new TableBlock(
                    $"{block.Account}, by {Dimension(block.By[0])}",
                    [new(Dimension(block.By[0])), new("trades", true), new("net", true), new("fees", true), new("win rate", true),
                        new("per trade", true), new("profit factor", true)],
                    [.. block.By.Select(r => (string[])[r.Name.Length > 0 ? r.Name : "(none)", Count(r.Trades), Money(r.NetProfit),
                        Money(r.Fees), Percent(r.WinRate), Money(r.Expectancy), Ratio(r.ProfitFactor)])]));
            }

            Periods(text, block.Account, "days", block.Days);
            Periods(text, block.Account, "weeks", block.Weeks);
            Periods(text, block.Account, "months", block.Months);
            foreach (var line in Missing(block.Nulls))
            {
                text.Line("  " + line);
            }
        }
    }

    /// <summary>One line for each reason why figures are missing.</summary>
    internal static IEnumerable<string> Missing(IReadOnlyDictionary<string, string> nulls) => nulls.GroupBy(n => n.Value).Select(
        reason => reason.Key == NoTrades ? "no trades yet, so there are no figures of them"
            : $"{reason.Key}: no {string.Join(", ", reason.Select(n => n.Key))}");

    private static IEnumerable<KeyValuePair<string, string>> Pairs(PerformanceBlock block)
    {
        yield return new("start balance", Money(block.StartBalance));
        yield return new("wallet balance", Money(block.WalletBalance));
        yield return new("equity", Money(block.Equity));
        yield return new("realised profit before costs", Money(block.RealisedPnl));
        yield return new("fees", Money(block.Fees));
        yield return new("funding paid", Money(block.Funding));
        if (block.Transfers is not (null or "0"))
        {
            yield return new("paid in or out", Money(block.Transfers));
        }

        yield return new("expectancy per trade", Money(block.Expectancy));
        yield return new("  its 95 % range", block.ExpectancyInterval is { } range ? $"{Money(range.Low)} to {Money(range.High)}" : "–");
        yield return new("  trades to tell it from zero", block.TradesNeeded ?? "–");
        yield return new("win rate", Percent(block.WinRate));
        yield return new("profit factor", Ratio(block.ProfitFactor));
        yield return new("Sharpe, Sortino", $"{Ratio(block.Sharpe)}, {Ratio(block.Sortino)}");
        yield return new("drawdown now, deepest", $"{Points(block.CurrentDrawdownPercent)}, {Points(block.MaxDrawdownPercent)}");
        yield return new("streak now, longest won, lost",
            $"{block.Streaks.Current}, {block.Streaks.LongestWin}, {block.Streaks.LongestLoss}");
        yield return new("ended by targets, by stops", $"{Percent(block.TargetHitRate)}, {Percent(block.StopHitRate)}");
        yield return new("worst, best excursion on average", $"{Money(block.AverageMae)}, {Money(block.AverageMfe)}");
    }

    private static void Periods(TextOutput text, string account, string name, IReadOnlyList<PeriodRow> periods)
    {
        if (periods.Count > 0)
        {
            text.Table(new TableBlock(
                $"{account}, last {name}",
                [new("from"), new("trades", true), new("net", true), new("fees", true), new("win rate", true), new("per trade", true),
                    new("return", true)],
                [.. periods.TakeLast(PeriodsShown).Select(p => (string[])[p.From, Count(p.Trades), Money(p.NetProfit), Money(p.Fees),
                    Percent(p.WinRate), Money(p.Expectancy), Percent(p.Return)])]));
        }
    }

    private static string Dimension(GroupRow row) => row.Strategy is not null ? "strategy" : row.Symbol is not null ? "symbol" : "tag";

    private static string Count(int value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Money(string? text) => Number(text) is { } value
        ? value.ToString(Math.Abs(value) is > 0 and < 1 ? "0.00####" : "#,0.00", CultureInfo.InvariantCulture) : "–";

    private static string Ratio(string? text) => Number(text)?.ToString("#,0.00", CultureInfo.InvariantCulture) ?? "–";

    private static string Percent(string? text) =>
        Number(text) is { } value ? (value * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %" : "–";

    private static string Points(string? text) =>
        Number(text) is { } value ? value.ToString("0.00", CultureInfo.InvariantCulture) + " %" : "–";

    private static decimal? Number(string? text) => text is null ? null : decimal.Parse(text, CultureInfo.InvariantCulture);
}
