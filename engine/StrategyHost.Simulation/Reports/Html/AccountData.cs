using System.Text.Json;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Reports.Html;

/// <summary>One account's part of the data in <c>report.html</c>. Numbers are doubles: they are drawn, not settled.</summary>
internal static class AccountData
{
    public static void Write(Utf8JsonWriter writer, AccountReport report)
    {
        var (account, performance) = (report.Result, report.Performance);
        writer.WriteStartObject();
        writer.WriteString("account", account.Account.Name);
        writer.WriteNumber("startEquity", account.StartEquity);
        writer.WriteNumber("endEquity", account.EndEquity);
        writer.WriteNumber("openPositions", account.OpenPositions);
        writer.WriteNumber("realisedPnl", account.RealisedPnl);
        writer.WriteNumber("walletBalance", account.WalletBalance);
        writer.WriteNumber("fees", account.Fees);
        writer.WriteNumber("funding", account.Funding);
        writer.WriteNumber("slippage", account.Slippage);
        writer.WriteNumber("maxDrawdown", account.MaxDrawdown);
        writer.WriteNumber("maxDrawdownPercent", account.MaxDrawdownPercent);
        writer.WriteNumber("nakedMs", account.Coverage.NakedMs);
        writer.WriteNumber("minCoverage", account.Coverage.MinPercent);
        writer.WriteNumber("breakEven", performance.Trades.BreakEven);
        writer.Numbers("orders", [report.Orders.Orders, report.Orders.Filled, report.Orders.Cancelled, report.Orders.Rejected]);
        WriteFigures(writer, performance.All);
        WriteExits(writer, performance.ExitReasons);
        WriteFindings(writer, account.Findings);
        WriteGroups(writer, performance);
        WriteInterval(writer, performance.Figures);
        WritePeriods(writer, performance.Figures);
        var points = account.EquityCurve.Count > 1 ? account.EquityCurve : account.DailyEquity;
        var curve = CurveThinning.Points(points, ReportData.EquityPointsMax);
        writer.Numbers("equityTime", curve.Select(p => (double)p.Time.Ms));
        writer.Numbers("equity", curve.Select(p => (double)p.Equity));
        var histogram = ResultHistogram.Of([.. report.Trades.Select(t => (double)t.NetPnl)]);
        writer.WriteStartObject("histogram");
        writer.WriteNumber("start", histogram.Start);
        writer.WriteNumber("width", histogram.Width);
        writer.Numbers("counts", histogram.Counts.Select(c => (double)c));
        writer.WriteEndObject();
        writer.WriteNumber("tradesTotal", report.Trades.Count);
        TradeData.Write(writer, [.. report.Trades.Take(ReportData.TradesMax)]);
        writer.WriteEndObject();
    }

    private static void WriteFigures(Utf8JsonWriter writer, IEnumerable<NamedMetric> figures)
    {
        writer.WriteStartObject("figures");
        foreach (var figure in figures)
        {
            writer.WriteStartArray(figure.Name);
            writer.WriteStringValue(figure.Unit.ToString());
            writer.Value(figure.Metric.Value);
            writer.WriteStringValue(figure.Metric.Reason);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteExits(Utf8JsonWriter writer, IEnumerable<ExitReasonCount> reasons)
    {
        writer.WriteStartArray("exits");
        foreach (var row in reasons)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(row.Reason.Text());
            writer.WriteNumberValue(row.Trades);
            writer.WriteNumberValue(row.NetProfit);
            writer.Value(row.WinRate.Value);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static void WriteFindings(Utf8JsonWriter writer, IEnumerable<FoundUnder> findings)
    {
        writer.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(finding.Code);
            writer.WriteNumberValue(finding.Count);
            writer.WriteNumberValue(finding.First.Ms);
            writer.WriteNumberValue(finding.Last.Ms);
            writer.WriteStringValue(ReportData.Short(finding.Firsts[0].Text));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>Low and high end of the expectancy by the bootstrap, and why there are none.</summary>
    private static void WriteInterval(Utf8JsonWriter writer, PerformanceFigures figures)
    {
        writer.WriteStartArray("interval");
        writer.Value(figures.ExpectancyLow.Value);
        writer.Value(figures.ExpectancyHigh.Value);
        writer.WriteStringValue(figures.ExpectancyLow.Reason);
        writer.WriteEndArray();
    }

    private static void WritePeriods(Utf8JsonWriter writer, PerformanceFigures figures)
    {
        writer.WriteStartObject("periods");
        Periods("Day", figures.Days);
        Periods("Week", figures.Weeks);
        Periods("Month", figures.Months);
        writer.WriteEndObject();

        void Periods(string name, IReadOnlyList<PeriodResult> periods)
        {
            writer.WriteStartArray(name);
            foreach (var period in periods)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(period.From);
                writer.WriteNumberValue(period.Trades);
                writer.WriteNumberValue(period.NetPnl);
                writer.WriteNumberValue(period.Fees);
                writer.WriteNumberValue(period.Funding);
                writer.Value(period.WinRate.Value);
                writer.Value(period.Expectancy.Value);
                writer.Value(period.Return.Value);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteGroups(Utf8JsonWriter writer, AccountPerformance performance)
    {
        writer.WriteStartObject("groups");
        Group("Strategy", performance.ByStrategy);
        Group("Symbol", performance.BySymbol);
        Group("Side", performance.BySide);
        Group("Tag", performance.ByTag);
        writer.WriteEndObject();
        writer.WriteStartArray("months");
        foreach (var month in performance.Months)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(month.Year);
            writer.WriteNumberValue(month.Month);
            writer.Value(month.Return.Value);
            writer.WriteNumberValue(month.NetProfit);
            writer.WriteNumberValue(month.Trades);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();

        void Group(string name, IReadOnlyList<TradeGroup> groups)
        {
            writer.WriteStartArray(name);
            foreach (var group in groups)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(group.Key);
                writer.WriteNumberValue(group.Metrics.Trades);
                writer.WriteNumberValue(group.Metrics.NetProfit);
                writer.Value(group.Metrics.WinRate.Value);
                writer.Value(group.Metrics.Expectancy.Value);
                writer.Value(group.Metrics.ProfitFactor.Value);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }
    }
}

/// <summary>Columns of numbers, compact: what is not finite becomes null.</summary>
internal static class JsonNumbers
{
    public static void Numbers(this Utf8JsonWriter writer, string name, IEnumerable<double> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.Value(value);
        }

        writer.WriteEndArray();
    }

    public static void Value(this Utf8JsonWriter writer, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
