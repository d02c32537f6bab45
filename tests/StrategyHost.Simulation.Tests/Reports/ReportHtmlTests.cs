using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Reports;
using StrategyHost.Simulation.Reports.Html;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Reports;

public sealed class ReportHtmlTests
{
    public static TheoryData<string> HostileTexts =>
    [
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!--<script>",
        "\"};alert(1);//",
        "{{script}} {{data}} {{style}}",
        "\u2028\u2029\0",
        "]]>&lt;b&gt;",
    ];

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public void Hostile_text_stays_text(string text)
    {
        var html = Html(Hostile(text));
        var plain = Html(FakeRun.Of(1, 20));

        Assert.Equal(Count(plain, "<script"), Count(html, "<script"));
        Assert.Equal(Count(plain, "</script"), Count(html, "</script"));
        Assert.Equal(Count(plain, "<!--"), Count(html, "<!--"));
        using var data = JsonDocument.Parse(Data(html));
        Assert.Equal(text, data.RootElement.GetProperty("logs")[0].GetString());
        Assert.Equal(text, data.RootElement.GetProperty("accounts")[0].GetProperty("trades")[0][19].GetString());
        Assert.Equal(text, data.RootElement.GetProperty("signals").GetProperty("rows")[0][7].GetString()?[..text.Length]);
    }

    [Fact]
    public void Code_never_sets_markup_from_text() =>
        Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function", Html(FakeRun.Of(1, 20)));

    [Fact]
    public void Page_asks_nobody_for_anything() =>
        Assert.DoesNotMatch("https?://|//cdn|@import|url\\(|fetch\\(|XMLHttpRequest", Html(FakeRun.Of(1, 20)));

    [Fact]
    public void Policy_allows_exactly_the_embedded_code_and_style()
    {
        var html = Html(FakeRun.Of(1, 20));
        var code = Regex.Matches(html, "<script>(.*?)</script>", RegexOptions.Singleline);
        var style = Regex.Match(html, "<style>(.*?)</style>", RegexOptions.Singleline);

        Assert.Contains($"script-src 'sha256-{Base64Hash(Assert.Single(code).Groups[1].Value)}'", html, StringComparison.Ordinal);
        Assert.Contains($"style-src 'sha256-{Base64Hash(style.Groups[1].Value)}'", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_stays_small_for_a_long_run()
    {
        var run = FakeRun.Of(3, 2000);
        var trades = Enumerable.Range(0, 8).SelectMany(_ => run.Trades).ToArray();
        var logs = Enumerable.Repeat(new string('x', 10_000), 5_000).ToArray();
        var html = ReportHtml.ToBytes(BacktestReport.Of(run with { Trades = trades, Logs = logs }));

        Assert.True(html.Length < 6_000_000, $"{html.Length} bytes");
        using var data = JsonDocument.Parse(Data(Encoding.UTF8.GetString(html)));
        var main = data.RootElement.GetProperty("accounts")[0];
        Assert.Equal(ReportData.TradesMax, main.GetProperty("trades").GetArrayLength());
        Assert.Equal(trades.Length / 2, main.GetProperty("tradesTotal").GetInt32());
        Assert.Equal(trades.Length / 2, main.GetProperty("histogram").GetProperty("counts").EnumerateArray().Sum(c => c.GetInt32()));
    }

    [Fact]
    public void Data_name_what_a_rerun_needs()
    {
        using var data = JsonDocument.Parse(Data(Html(FakeRun.Of(9, 20))));
        var root = data.RootElement;

        Assert.True(root.GetProperty("data").GetProperty("synthetic").GetBoolean());
        Assert.Equal(new string('d', 64), root.GetProperty("data").GetProperty("sha256").GetString());
        Assert.Equal(new string('a', 64), root.GetProperty("strategies")[0].GetProperty("sha256").GetString());
        Assert.Equal(9, root.GetProperty("seed").GetInt32());
        Assert.Equal("bar", root.GetProperty("fillModel").GetString());
        Assert.Equal("jint", root.GetProperty("engine").GetString());
    }

    [Fact]
    public void Refused_signals_are_kept_where_the_ledger_is_cut()
    {
        var run = FakeRun.Of(1, 20);
        var accepted = run.SignalLedger.First(s => s.Outcome == "accepted");
        var refused = accepted with { Outcome = "already_in", Time = new Timestamp(accepted.Time.Ms + 1) };
        var ledger = Enumerable.Repeat(accepted, 5_000).Append(refused).ToArray();

        using var data = JsonDocument.Parse(Data(Html(run with { SignalLedger = ledger })));
        var rows = data.RootElement.GetProperty("signals").GetProperty("rows").EnumerateArray().ToArray();

        Assert.Equal(ReportData.SignalsMax, rows.Length);
        Assert.Equal("already_in", rows[^1][4].GetString());
    }

    [Fact]
    public void First_stop_follows_from_the_multiple_of_risk()
    {
        var trade = FakeRun.Of(1, 20).Trades[0];
        var expected = (double)trade.EntryPrice * (1 - (trade.Side.Sign() * 0.01));

        Assert.Equal(expected, Assert.NotNull(TradeData.InitialStop(trade)), 6);
        Assert.Null(TradeData.InitialStop(trade with { R = null }));
        Assert.Null(TradeData.InitialStop(trade with { R = 0 }));
    }

    [Fact]
    public void Every_figure_is_documented()
    {
        var document = File.ReadAllText(Path.Combine(SharedFolder.Repository, "engine", "docs", "reports.md"));

        Assert.All(MetricText.All, text => Assert.Contains($"`{text.Name}`", document, StringComparison.Ordinal));
    }

    private static BacktestResult Hostile(string text)
    {
        var run = FakeRun.Of(1, 20);
        return run with
        {
            Strategies = [new ScriptUsed(new StrategyId(text), text, text)],
            Warnings = [text],
            Assumptions = [text],
            Logs = [text],
            Trades = [.. run.Trades.Select(t => t with { Tag = text, EntryReason = text, Strategy = new StrategyId(text) })],
            SignalLedger = [.. run.SignalLedger.Select(s => s with { Tag = text, Reason = text, Text = text, Outcome = text })],
        };
    }

    private static string Html(BacktestResult run) => Encoding.UTF8.GetString(ReportHtml.ToBytes(BacktestReport.Of(run)));

    private static string Data(string html) =>
        Regex.Match(html, "<script type=\"application/json\" id=\"data\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value;

    private static int Count(string html, string text) => Regex.Count(html, Regex.Escape(text), RegexOptions.IgnoreCase);

    private static string Base64Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
