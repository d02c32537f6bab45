using System.Text.Json;
using StrategyHost.Core.Accounts;

namespace StrategyHost.Simulation.Reports;

/// <summary>One element of <c>accounts</c> in the backtest document (contracts §1).</summary>
internal static class AccountJson
{
    /// <summary>Figures that the contract names; they come first and in this order.</summary>
    private static readonly string[] Contracted = ["expectancy", "winRate", "profitFactor", "sharpe", "sortino"];

    public static void Write(Utf8JsonWriter writer, AccountReport report)
    {
        var (account, performance) = (report.Result, report.Performance);
        var figures = performance.All.ToArray();
        writer.WriteStartObject();
        writer.WriteString("account", account.Account.Name);
        writer.Money("startEquity", account.StartEquity);
        writer.Money("endEquity", account.EndEquity);
        writer.WriteNumber("trades", performance.Trades.Trades);
        writer.WriteNumber("openPositions", account.OpenPositions);
        writer.Money("fees", account.Fees);
        writer.Money("funding", account.Funding);
        writer.Money("maxDrawdownPercent", account.MaxDrawdownPercent);
        foreach (var name in Contracted)
        {
            writer.Figure(name, figures.First(f => f.Name == name).Metric);
        }

        WriteNulls(writer, performance, figures);
        WriteExitReasons(writer, performance.ExitReasons);
        writer.WriteStartObject("coverage");
        writer.WriteNumber("nakedMs", account.Coverage.NakedMs);
        writer.Money("minPercent", account.Coverage.MinPercent);
        writer.WriteEndObject();
        WriteGroups(writer, "byStrategy", "strategy", performance.ByStrategy);
        WriteGroups(writer, "bySymbol", "symbol", performance.BySymbol);
        WriteGroups(writer, "byTag", "tag", performance.ByTag);
        WriteFurther(writer, report, figures);
        writer.WriteEndObject();
    }

    private static void WriteNulls(Utf8JsonWriter writer, AccountPerformance performance, IEnumerable<NamedMetric> figures)
    {
        writer.WriteStartObject("nulls");
        if (performance.Figures.ExpectancyLow.Reason is { } noInterval)
        {
            writer.WriteString("expectancyInterval", noInterval);
        }

        if (performance.Figures.AverageHoldSeconds.Reason is { } noHold)
        {
            writer.WriteString("averageHoldSeconds", noHold);
        }

        foreach (var figure in figures.Where(f => f.Metric.Reason is not null))
        {
            writer.WriteString(figure.Name, figure.Metric.Reason);
        }

        writer.WriteEndObject();
    }

    private static void WriteExitReasons(Utf8JsonWriter writer, IEnumerable<ExitReasonCount> reasons)
    {
        writer.WriteStartObject("exitReasons");
        foreach (var row in reasons)
        {
            writer.WriteNumber(row.Reason.Text(), row.Trades);
        }

        writer.WriteEndObject();
    }

    private static void WriteGroups(Utf8JsonWriter writer, string name, string key, IEnumerable<TradeGroup> groups)
    {
        writer.WriteStartArray(name);
        foreach (var group in groups)
        {
            writer.WriteStartObject();
            writer.WriteString(key, group.Key);
            writer.WriteNumber("trades", group.Metrics.Trades);
            writer.Money("netProfit", group.Metrics.NetProfit);
            writer.Money("fees", group.Metrics.Fees);
            writer.Money("funding", group.Metrics.Funding);
            writer.Figure("winRate", group.Metrics.WinRate);
            writer.Figure("expectancy", group.Metrics.Expectancy);
            writer.Figure("profitFactor", group.Metrics.ProfitFactor);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFurther(Utf8JsonWriter writer, AccountReport report, IEnumerable<NamedMetric> figures)
    {
        var performance = report.Performance;
        WriteGroups(writer, "bySide", "side", performance.BySide);
        writer.Money("slippage", report.Result.Slippage);
        writer.Money("maxDrawdown", report.Result.MaxDrawdown);
        writer.WriteNumber("wins", performance.Trades.Wins);
        writer.WriteNumber("losses", performance.Trades.Losses);
        writer.WriteNumber("breakEven", performance.Trades.BreakEven);
        foreach (var figure in figures.Where(f => !Contracted.Contains(f.Name)))
        {
            writer.Figure(figure.Name, figure.Metric);
        }

        writer.WriteStartObject("orders");
        writer.WriteNumber("count", report.Orders.Orders);
        writer.WriteNumber("filled", report.Orders.Filled);
        writer.WriteNumber("cancelled", report.Orders.Cancelled);
        writer.WriteNumber("rejected", report.Orders.Rejected);
        writer.Figure("fillRatio", report.Orders.FillRatio);
        writer.WriteEndObject();
        LiveFieldsJson.Write(writer, report);
        WriteFindings(writer, report.Result.Findings);
    }

    private static void WriteFindings(Utf8JsonWriter writer, IReadOnlyList<FoundUnder> findings)
    {
        writer.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("code", finding.Code);
            writer.WriteNumber("count", finding.Count);
            writer.WriteString("first", finding.First.ToString());
            writer.WriteString("last", finding.Last.ToString());
            writer.WriteStartArray("firsts");
            foreach (var first in finding.Firsts)
            {
                writer.WriteStartObject();
                writer.WriteString("time", first.Time.ToString());
                writer.WriteString("text", first.Text);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
