using System.Text.Json;
using StrategyHost.Core.Accounts;

namespace StrategyHost.Simulation.Reports;

/// <summary>
/// What <c>performance --json</c> says of an account that trades and the contract's backtest document does not, by the same names and from
/// the same <see cref="PerformanceFigures"/>: a reader of one reads the other.
/// </summary>
internal static class LiveFieldsJson
{
    public static void Write(Utf8JsonWriter writer, AccountReport report)
    {
        var (account, figures) = (report.Result, report.Performance.Figures);
        writer.Money("startBalance", account.StartEquity);
        writer.Money("walletBalance", account.WalletBalance);
        writer.Money("equity", account.EndEquity);
        writer.Money("realisedPnl", account.RealisedPnl);
        writer.Money("transfers", 0m);
        writer.WriteNumber("executions", account.Executions);
        WriteInterval(writer, figures);
        writer.WriteStartObject("streaks");
        writer.WriteNumber("longestWin", figures.LongestWinStreak);
        writer.WriteNumber("longestLoss", figures.LongestLossStreak);
        writer.WriteNumber("current", figures.CurrentStreak);
        writer.WriteEndObject();
        writer.Figure("averageHoldSeconds", figures.AverageHoldSeconds);
        WritePeriods(writer, "days", figures.Days);
        WritePeriods(writer, "weeks", figures.Weeks);
        WriteMonths(writer, report.Performance);
    }

    private static void WriteInterval(Utf8JsonWriter writer, PerformanceFigures figures)
    {
        if (figures.ExpectancyLow.Value is null || figures.ExpectancyHigh.Value is null)
        {
            writer.WriteNull("expectancyInterval");
            return;
        }

        writer.WriteStartObject("expectancyInterval");
        writer.Figure("low", figures.ExpectancyLow);
        writer.Figure("high", figures.ExpectancyHigh);
        writer.WriteString("confidence", DecimalText.Of(BootstrapMean.Confidence));
        writer.WriteEndObject();
    }

    private static void WritePeriods(Utf8JsonWriter writer, string name, IEnumerable<PeriodResult> periods)
    {
        writer.WriteStartArray(name);
        foreach (var period in periods)
        {
            writer.WriteStartObject();
            writer.WriteString("from", period.From);
            writer.WriteNumber("trades", period.Trades);
            writer.Money("netProfit", period.NetPnl);
            WriteRest(writer, period);
            writer.Figure("return", period.Return);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>All months of the run, those without a trade too.</summary>
    private static void WriteMonths(Utf8JsonWriter writer, AccountPerformance performance)
    {
        var traded = performance.Figures.Months.ToDictionary(m => m.From);
        writer.WriteStartArray("months");
        foreach (var month in performance.Months)
        {
            var from = $"{month.Year:0000}-{month.Month:00}-01";
            writer.WriteStartObject();
            writer.WriteNumber("year", month.Year);
            writer.WriteNumber("month", month.Month);
            writer.Figure("return", month.Return);
            writer.Money("equityChange", month.EquityChange);
            writer.WriteNumber("trades", month.Trades);
            writer.Money("netProfit", month.NetProfit);
            writer.WriteString("from", from);
            WriteRest(writer, traded.GetValueOrDefault(from) ?? new PeriodResult(from, 0, 0, 0, 0, 0, month.Return));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRest(Utf8JsonWriter writer, PeriodResult period)
    {
        writer.Money("fees", period.Fees);
        writer.Money("funding", period.Funding);
        writer.Figure("winRate", period.WinRate);
        writer.Figure("expectancy", period.Expectancy);
    }
}
