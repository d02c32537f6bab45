using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using StrategyHost.Simulation.Reports;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Reports;

/// <summary>The report in a real browser: it draws both accounts, and nothing complains.</summary>
public sealed class ReportBrowserTests
{
    [BrowserTheory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Report_draws_each_account_with_its_tables_and_charts_and_an_empty_console(int account)
    {
        var run = FakeRun.Of(1, 30);
        var page = await Browser.RenderAsync(Html(run, account));

        Assert.Empty(page.Console);
        Assert.Matches($"id=\"tab-{account}\"[^>]*aria-selected=\"true\"|aria-selected=\"true\"[^>]*id=\"tab-{account}\"", page.Document);
        var equity = run.Accounts[account].EndEquity.ToString("N2", CultureInfo.InvariantCulture);
        var main = Regex.Match(page.Document, "<main id=\"account\">(.*?)</main>", RegexOptions.Singleline).Groups[1].Value;
        Assert.Contains(equity, main.Replace('\u202f', ',').Replace('\u2009', ','), StringComparison.Ordinal);
        Assert.True(Regex.Count(main, "<tr") > 20, "the tables have rows");
        var widths = Regex.Matches(main, "<canvas[^>]* width=\"([0-9]+)\" height=\"([0-9]+)\"");
        Assert.True(widths.Count >= 4, "the charts are there");
        Assert.All(widths, w => Assert.True(int.Parse(w.Groups[1].Value, CultureInfo.InvariantCulture) > 300, "a chart is laid out"));
    }

    [BrowserTheory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Report_draws_periods_expectancy_hits_and_wallet_of_the_account(int account)
    {
        var run = FakeRun.Of(1, 200);
        var page = await Browser.RenderAsync(Html(run, account, ".tool[aria-pressed='false']"));

        Assert.Empty(page.Console);
        var text = Regex.Replace(page.Document, "<[^>]*>", " ");
        Assert.Matches("One trade brought +[+−]?[0-9.,]+ +on average, with 95 % confidence between", text);
        Assert.Contains("To tell it from zero takes about", text, StringComparison.Ordinal);
        Assert.Matches("Targets ended [0-9.]+ % of the trades, stops of any kind [0-9.]+ %", text);
        Assert.Contains(run.Accounts[account].WalletBalance.ToString("N2", CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
        var rows = Regex.Match(page.Document, "class=\"scroll periods\">.*?</table>", RegexOptions.Singleline).Value;
        Assert.True(Regex.Count(rows, "<tr") > 50, "each day has its row"); // weeks are shown first, the click asked for days
        Assert.Matches("aria-label=\"Net result by day\"", page.Document);
    }

    [BrowserTheory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task Report_lists_the_findings_of_the_account_that_has_some(int account, bool isThere)
    {
        var page = await Browser.RenderAsync(Html(FakeRun.WithFindings(1, 30), account));

        Assert.Empty(page.Console);
        var table = Regex.Match(page.Document, "class=\"scroll findings\">.*?</table>", RegexOptions.Singleline);
        Assert.Equal(isThere, table.Success);
        var rows = Regex.Matches(table.Value, "<tr>(.*?)</tr>").Select(r => Regex.Replace(r.Groups[1].Value, "(<[^>]*>)+", "|")).ToArray();
        Assert.Equal(isThere
            ? [
                "|Finding|Times|First|Last|The first one said|",
                "|fragmented|1|2025-01-01 01:45|–|entries hold &lt;b&gt;40&lt;/b&gt; of a balance of 100: more than 30 %|",
                "|stale_entry|1,234|2025-01-01 10:00|2025-01-10 09:00|entry a waits for 60 min|",
            ]
            : [], rows);
    }

    /// <summary>
    /// The first account shows as the page is; another after a click on its tab, by a script that the page's policy would forbid.
    /// </summary>
    private static string Html(Simulation.Backtest.BacktestResult run, int account, string? then = null)
    {
        var html = Encoding.UTF8.GetString(ReportHtml.ToBytes(BacktestReport.Of(run)));
        if (account > 0 || then is not null)
        {
            var click = then is null ? "" : $"document.querySelector(\"{then}\").click();";
            html = Regex.Replace(html, "<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "").Replace(
                "</body>", $"<script>document.getElementById('tab-{account}').click();{click}</script></body>", StringComparison.Ordinal);
        }

        return html;
    }
}
