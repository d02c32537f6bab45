using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Accounts;

/// <summary>What should not be and may be all the same: a trade whose entry nobody knows, an account below zero.</summary>
public sealed class BadTradeTests
{
    private static readonly TradeRecord WithoutEntry = Histories.Trade(3, -7m) with
    {
        EntryTime = new Timestamp(0),
        EntryPrice = 0m,
        EntryReason = "",
    };

    [Fact]
    public void Trade_without_an_entry_counts_with_its_money_and_has_no_percent()
    {
        Assert.Equal((0m, 0m), (WithoutEntry.NetPnlPercent, WithoutEntry.Size));

        var book = new PerformanceBook(AccountId.Main);
        book.Take(Histories.Trade(1, 5m));
        book.Take(WithoutEntry);
        var figures = book.Figures(null);

        Assert.Equal((2, -2m), (figures.Trades.Trades, figures.Trades.NetProfit));
        Assert.All(figures.All.Concat(figures.Trades.All), f => Assert.True(f.Metric.Value is { } v ? double.IsFinite(v) : f.Metric.Reason is not null));
    }

    [Fact]
    public void Report_of_a_trade_without_an_entry_has_finite_figures_or_reasons()
    {
        var performance = AccountPerformance.Of(Histories.Of([Histories.Trade(1, 5m), WithoutEntry], Histories.Days(1000, 1005, 998)));

        Assert.All(performance.All, f => Assert.True(f.Metric.Value is { } v ? double.IsFinite(v) : f.Metric.Reason is not null, f.Name));
    }

    [Fact]
    public void Equity_below_zero_gives_reasons_and_the_trades_keep_their_figures()
    {
        var performance = AccountPerformance.Of(Histories.Of(Histories.Trades(5m, -1200m, 3m), Histories.Days(1000, 1005, -195, -192)));

        Assert.Equal("equity was zero or below", performance.Equity.TotalReturn.Reason);
        Assert.Equal("equity was zero or below", performance.Figures.Days.Count > 0 ? performance.Equity.CurrentDrawdownPercent.Reason : null);
        Assert.Equal(-1192, performance.Trades.All.Single(m => m.Name == "netProfit").Metric.Value);
        Assert.All(performance.All, f => Assert.True(f.Metric.Value is { } v ? double.IsFinite(v) : f.Metric.Reason is not null, f.Name));
    }

    /// <summary>The live view asks with an equity below zero too: the day that began above it has a return, the one below a reason.</summary>
    [Fact]
    public void Live_figures_of_an_account_below_zero_are_finite_or_say_why()
    {
        var book = new PerformanceBook(AccountId.Main);
        book.Take(Histories.Trade(1, -1100m));
        book.Take(Histories.Trade(25, 2m));
        foreach (var day in Histories.Days(1000, -100))
        {
            book.Take(day);
        }

        var figures = book.Figures(new EquitySample(new Timestamp(Histories.StartMs + (2 * Histories.MsPerDay)), -98m));

        Assert.Equal([-1.1, null], figures.Days.Select(d => d.Return.Value is { } v ? Math.Round(v, 9) : (double?)null));
        Assert.Equal("equity was zero or below", figures.Days[1].Return.Reason);
        Assert.Equal("equity was zero or below", figures.Equity.TotalReturn.Reason);
    }
}
