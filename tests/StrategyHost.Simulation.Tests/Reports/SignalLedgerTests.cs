using System.Text;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Reports;
using Xunit;

namespace StrategyHost.Simulation.Tests.Reports;

/// <summary>The ledger of a run with very many signals: the table has all, the page stays light.</summary>
public sealed class SignalLedgerTests
{
    private const int Many = 100_000;
    private const int PageBytesMax = 4 * 1024 * 1024;

    [Fact]
    public void Page_of_a_hundred_thousand_signals_stays_light_and_the_table_has_all()
    {
        var few = FakeRun.Of(1, 20);
        var run = few with
        {
            SignalLedger = [.. Enumerable.Range(1, Many).Select(i => new SignalRow(
                $"loud-{i}", new Timestamp(FakeRun.StartMs + i), new StrategyId("loud"), new Symbol("BTCUSDT"), "buy",
                i % 3 == 0 ? "accepted" : "already_in", new string('x', 300), "tag", "reason"))],
        };

        var page = ReportHtml.ToBytes(BacktestReport.Of(run));
        var table = Encoding.UTF8.GetString(SignalsCsv.ToBytes(run)).Split('\n');

        Assert.InRange(page.Length, 1, PageBytesMax);
        Assert.Equal(Many + 2, table.Length); // a head, and nothing after the last line's end
        Assert.StartsWith("loud-100000,", table[Many], StringComparison.Ordinal);
    }

    [Fact]
    public void Consequences_of_a_signal_stand_apart_by_account()
    {
        var run = FakeRun.Of(1, 20);
        var order = run.Orders.First(o => o.Account == AccountId.Main && !o.FilledQuantity.IsZero);
        var trade = run.Trades.First(t => t.Account == AccountId.Mirror) with { SignalId = "s-1" };
        var consequences = new SignalConsequences(run with
        {
            SignalOfOrder = new Dictionary<string, string> { [order.OrderLinkId] = "s-1" },
            Trades = [trade],
        });

        var followed = consequences.Of("s-1").ToArray();

        Assert.Equal([AccountId.Main, AccountId.Mirror], followed.Select(f => f.Account));
        Assert.Equal((order.FilledQuantity.Value, 0), (followed[0].Filled, followed[0].Trades));
        Assert.Equal((0m, 1, trade.NetPnl), (followed[1].Filled, followed[1].Trades, followed[1].NetPnl));
        Assert.Empty(consequences.Of("s-2"));
    }
}
