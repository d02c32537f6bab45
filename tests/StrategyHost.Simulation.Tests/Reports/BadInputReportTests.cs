using System.Text;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Reports;
using StrategyHost.Simulation.Tests.Scenarios;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Reports;

/// <summary>
/// Backtests and reports with what should not be: an account below zero, a close without an entry, a trade whose entry nobody knows.
/// </summary>
public sealed class BadInputReportTests
{
    [Fact]
    public void Account_that_begins_below_zero_enters_nothing_and_the_other_one_trades()
    {
        var result = Scenario.Candles("100", "100", "100 110 100 110", "110").WithMirror(balance: -50m)
            .At(0, "buy quantity=1 stop_loss=90 take_profit=105").Run().Result;

        Assert.Equal([AccountId.Main], result.Trades.Select(t => t.Account));
        var mirror = result.Accounts.Single(a => a.Account == AccountId.Mirror);
        Assert.Equal((-50m, -50m, 0L), (mirror.EndEquity, mirror.WalletBalance, mirror.Executions));
        Shows(result);
    }

    [Fact]
    public void Main_below_zero_is_refused_with_a_reason_and_the_run_goes_on()
    {
        var result = Scenario.Candles("100", "100", "100 110 100 110", "110")
            .WithEngine(o => o with { Main = new AccountSetup { Account = AccountId.Main, StartBalance = -50m } })
            .At(0, "buy quantity=1 stop_loss=90").At(1, "buy quantity_percent=50 stop_loss=90").Run().Result;

        Assert.Empty(result.Trades);
        Assert.Equal(2, result.Signals.Refused.Values.Sum());
        Assert.Null(result.Fault);
        Shows(result);
    }

    [Fact]
    public void Close_without_an_entry_is_refused_and_makes_no_trade()
    {
        var result = Scenario.Candles("100", "100", "100").At(0, "close").Run().Result;

        Assert.Empty(result.Trades);
        Assert.Empty(result.Orders);
        Assert.Equal(1, result.Signals.Refused.Values.Sum());
        Shows(result);
    }

    [Fact]
    public void Trade_without_an_entry_and_equity_below_zero_are_shown()
    {
        var run = FakeRun.Of(1, 30);
        var odd = run.Trades[0] with { EntryPrice = 0m, EntryTime = new Timestamp(0), EntryReason = "", R = null };
        var poor = run.Accounts[0] with
        {
            EndEquity = -10m,
            DailyEquity = [.. run.Accounts[0].DailyEquity.Select((p, i) => i < 3 ? p : p with { Equity = -10m })],
        };

        Shows(run with { Trades = [odd, .. run.Trades.Skip(1)], Accounts = [poor, run.Accounts[1]] });
    }

    [BrowserTheory]
    [InlineData(true)]
    public async Task Page_of_such_a_run_draws_without_a_word_on_the_console(bool isPoor)
    {
        var run = FakeRun.Of(1, 30);
        var odd = run.Trades[0] with { EntryPrice = 0m, EntryTime = new Timestamp(0), R = null };
        var poor = run.Accounts[0] with
        {
            EndEquity = isPoor ? -10m : 10m,
            EquityCurve = [.. run.Accounts[0].EquityCurve.Select((p, i) => i < 3 ? p : p with { Equity = -10m })],
        };
        var report = BacktestReport.Of(run with { Trades = [odd, .. run.Trades.Skip(1)], Accounts = [poor, run.Accounts[1]] });

        var page = await Browser.RenderAsync(Encoding.UTF8.GetString(ReportHtml.ToBytes(report)));

        Assert.Empty(page.Console);
        Assert.DoesNotContain("NaN", System.Text.RegularExpressions.Regex.Replace(page.Document, "<script.*?</script>", "",
            System.Text.RegularExpressions.RegexOptions.Singleline), StringComparison.Ordinal);
    }

    /// <summary>Every form of the report is made, and the document is whole: each null has its reason.</summary>
    private static void Shows(BacktestResult run)
    {
        var report = BacktestReport.Of(run);
        using var document = JsonDocument.Parse(ReportJson.ToBytes(report));
        foreach (var account in document.RootElement.GetProperty("accounts").EnumerateArray())
        {
            var nulls = account.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Null).Select(p => p.Name);
            Assert.Subset(account.GetProperty("nulls").EnumerateObject().Select(p => p.Name).ToHashSet(), nulls.ToHashSet());
        }

        Assert.NotEmpty(SummaryTable.Of(report).Accounts);
        var html = Encoding.UTF8.GetString(ReportHtml.ToBytes(report));
        Assert.DoesNotContain(":NaN", html, StringComparison.Ordinal);
        Assert.NotEmpty(TradesCsv.ToBytes(run.Trades));
    }
}
