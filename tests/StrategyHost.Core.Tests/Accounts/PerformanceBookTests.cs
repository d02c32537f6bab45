using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Accounts;

/// <summary>What is kept up trade by trade is what a fold of all trades says, and what was worked out by hand.</summary>
public sealed class PerformanceBookTests
{
    private static readonly decimal[] TenResults = [10, 10, -5, 0, 10, 10, 10, -5, -5, -5];

    [Fact]
    public void Figures_kept_up_trade_by_trade_are_those_of_the_whole_history()
    {
        var results = Gen.Choose(-2_000_000, 2_000_000).Select(c => c / 100m);
        var trades =
            from nets in results.ArrayOf()
            from hasRisk in Gen.Elements(true, false)
            select Histories.Trades(nets).Select((t, i) => t with
            {
                R = hasRisk && i % 3 > 0 ? t.NetPnl / 7m : null,
                Fees = i % 5,
                GrossPnl = t.GrossPnl + (i % 5),
            }).ToArray();

        Prop.ForAll(trades.ToArbitrary(), history =>
        {
            var whole = TradeModel.Of(history);
            var kept = Book(history).Figures(null).Trades;
            return whole.All.Zip(kept.All).All(p => p.First.Name == p.Second.Name && IsAlike(p.First.Metric, p.Second.Metric))
                && (whole.Trades, whole.Wins, whole.Losses, whole.BreakEven) == (kept.Trades, kept.Wins, kept.Losses, kept.BreakEven)
                && (whole.NetProfit, whole.Fees, whole.Funding) == (kept.NetProfit, kept.Fees, kept.Funding);
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>S004: live, in backtests and in reports one calculation. What a report shows is what the running host would show.</summary>
    [Fact]
    public void Performance_of_a_backtest_is_the_running_hosts_of_the_same_trades_and_days()
    {
        var (trades, days) = (Histories.Trades([.. TenResults, .. TenResults, .. TenResults]), Histories.Days(1000, 1005, 1003, 1010));
        var book = Book(trades);
        foreach (var start in days.SkipLast(1))
        {
            book.Take(start);
        }

        var (live, report) = (book.Figures(days[^1]), AccountPerformance.Of(Histories.Of(trades, days)));

        Assert.Equal(live.All.Concat(live.Trades.All).Concat(live.Equity.All), report.Figures.All.Concat(report.Trades.All).Concat(report.Equity.All));
        Assert.Equal((live.ExpectancyLow, live.ExpectancyHigh), (report.Figures.ExpectancyLow, report.Figures.ExpectancyHigh));
        Assert.Equal(live.Days.Concat(live.Weeks).Concat(live.Months), report.Figures.Days.Concat(report.Figures.Weeks).Concat(report.Figures.Months));
        Assert.Equal(live.CurrentStreak, report.Course.CurrentStreak);
        Assert.Equal(live.TargetHitRate, report.All.Single(m => m.Name == "targetHitRate").Metric);
    }

    [Fact]
    public void What_ends_at_midnight_belongs_to_the_day_that_ends()
    {
        var trade = Histories.Trade(0, 3m) with { ExitTime = new Timestamp(Histories.StartMs + Histories.MsPerDay) };

        Assert.Equal("2025-01-01", Assert.Single(Book([trade]).Figures(null).Days).From);
    }

    /// <summary>The months of the report's table and those of the periods are the same, where a trade ended in them.</summary>
    [Fact]
    public void Months_of_the_table_and_of_the_periods_agree()
    {
        var equities = Gen.Choose(500, 2_000).Select(e => (decimal)e).ArrayOf(100);
        var trades = Gen.Choose(0, 99 * 24).ArrayOf(40);

        Prop.ForAll(equities.ToArbitrary(), trades.ToArbitrary(), (equity, hours) =>
        {
            TradeRecord[] history =
            [
                .. hours.Order().Select(h => Histories.Trade(h, h % 7) with { ExitTime = new Timestamp(Histories.StartMs + (h * 3_600_000L) + 1) }),
            ];
            var report = AccountPerformance.Of(Histories.Of(history, Histories.Days(equity)));
            var table = report.Months.Where(m => m.Trades > 0).Select(m => ($"{m.Year}-{m.Month:00}-01", m.Trades, m.NetProfit)).ToArray();
            var returns = report.Months.Where(m => m.Trades > 0).Select(m => m.Return.Value!.Value).ToArray();
            return table.SequenceEqual(report.Figures.Months.Select(m => (m.From, m.Trades, m.NetPnl)))
                && returns.Zip(report.Figures.Months).All(p => Math.Abs(p.First - p.Second.Return.Value!.Value) < 1e-12);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Streaks_and_hits_are_the_hand_computed_ones()
    {
        ExitReason[] reasons =
        [
            ExitReason.TakeProfit, ExitReason.InstantTp, ExitReason.StopLoss, ExitReason.Breakeven, ExitReason.TakeProfit,
            ExitReason.TakeProfit, ExitReason.Signal, ExitReason.TrailingStop, ExitReason.Time, ExitReason.Manual,
        ];
        var figures = Book([.. Histories.Trades(TenResults).Select((t, i) => t with { ExitReason = reasons[i], Mae = i, Mfe = 2 * i })])
            .Figures(null);

        Assert.Equal((3, 3, -3), (figures.LongestWinStreak, figures.LongestLossStreak, figures.CurrentStreak));
        Assert.Equal(0.4, figures.TargetHitRate.Value);
        Assert.Equal(0.3, figures.StopHitRate.Value);
        Assert.Equal(4.5, figures.AverageMae.Value);
        Assert.Equal(9, figures.AverageMfe.Value);
        Assert.Equal(1800, figures.AverageHoldSeconds.Value);

        // Mean 3, squares 600, variance (600 − 10 · 9) / 9: 3.8415 · 56.667 / 9 = 24.2.
        Assert.Equal(25, figures.TradesNeeded.Value);
    }

    [Fact]
    public void Figures_without_trades_say_why()
    {
        var figures = new PerformanceBook(AccountId.Main).Figures(null);

        Assert.Equal("no trades", figures.TargetHitRate.Reason);
        Assert.Equal("fewer than 10 trades", figures.ExpectancyLow.Reason);
        Assert.Equal("fewer than 10 trades", figures.TradesNeeded.Reason);
        Assert.Equal("fewer than two equity samples", figures.Equity.Sharpe.Reason);
        Assert.Empty(figures.Days);
    }

    [Fact]
    public void Trades_needed_has_no_answer_for_an_expectancy_of_zero()
    {
        decimal[] results = [.. Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? 3m : -3m)];
        Assert.Equal("the expectancy is zero", Book(Histories.Trades(results)).Figures(null).TradesNeeded.Reason);
    }

    /// <summary>The interval of the bootstrap is about that of the normal law for a large well-behaved sample, and the same every time.</summary>
    [Fact]
    public void Bootstrap_interval_is_deterministic_and_near_the_normal_one()
    {
        decimal[] results = [.. Enumerable.Range(0, 2000).Select(i => ((i * 7919) % 1000) - 400m)];
        var (one, two) = (Book(Histories.Trades(results)).Figures(null), Book(Histories.Trades(results)).Figures(null));

        Assert.Equal((one.ExpectancyLow, one.ExpectancyHigh), (two.ExpectancyLow, two.ExpectancyHigh));
        var width = one.Trades.ExpectancyHigh.Value!.Value - one.Trades.ExpectancyLow.Value!.Value;
        Assert.InRange(one.ExpectancyLow.Value!.Value, one.Trades.ExpectancyLow.Value!.Value - (0.1 * width), one.Trades.Expectancy.Value!.Value);
        Assert.InRange(one.ExpectancyHigh.Value!.Value - one.ExpectancyLow.Value.Value, width * 0.9, width * 1.1);
    }

    [Fact]
    public void Bootstrap_interval_of_equal_results_is_that_result()
    {
        var figures = Book(Histories.Trades([.. Enumerable.Repeat(4m, 12)])).Figures(null);
        Assert.Equal(4, figures.ExpectancyLow.Value!.Value, 12);
        Assert.Equal(4, figures.ExpectancyHigh.Value!.Value, 12);
    }

    /// <summary>2025-01-01 was a Wednesday; trades one an hour, from the 1st 00:00.</summary>
    [Fact]
    public void Periods_are_days_weeks_from_monday_and_months()
    {
        TradeRecord[] trades = [Histories.Trade(1, 5m), Histories.Trade(30, -2m), Histories.Trade((5 * 24) + 1, 4m), Histories.Trade(31 * 24, 1m)];
        var book = Book(trades);
        foreach (var start in Histories.Days(1000, 1005, 1003, 1003, 1003, 1003, 1007))
        {
            book.Take(start);
        }

        var figures = book.Figures(null);

        Assert.Equal(["2025-01-01", "2025-01-02", "2025-01-06", "2025-02-01"], figures.Days.Select(d => d.From));
        Assert.Equal([("2024-12-30", 3m), ("2025-01-06", 4m), ("2025-01-27", 1m)], figures.Weeks.Select(w => (w.From, w.NetPnl)));
        Assert.Equal([("2025-01-01", 3), ("2025-02-01", 1)], figures.Months.Select(m => (m.From, m.Trades)));
        Assert.Equal(0.005, figures.Days[0].Return.Value!.Value, 12);
        Assert.Equal(0.003, figures.Weeks[0].Return.Value!.Value, 12);
        Assert.Equal("no equity is known of it", figures.Months[1].Return.Reason);
        Assert.Equal(1.5, figures.Weeks[0].Expectancy.Value);
        Assert.Equal(0.5, figures.Weeks[0].WinRate.Value);
    }

    [Fact]
    public void Equity_of_a_day_said_again_corrects_it()
    {
        var book = new PerformanceBook(AccountId.Main);
        var days = Histories.Days(1000, 900);
        book.Take(days[0]);
        book.Take(days[1]);
        book.Take(days[1] with { Equity = 950 });

        Assert.Equal(5, book.Figures(null).Equity.CurrentDrawdownPercent.Value!.Value, 12);
        Assert.Equal(0, book.Figures(new EquitySample(days[1].Time.AddMs(1), 1001)).Equity.CurrentDrawdownPercent.Value);
    }

    [Fact]
    public void Trade_of_another_account_is_refused() => Assert.Throws<ArgumentException>(
        () => new PerformanceBook(AccountId.Main).Take(Histories.Trade(0, 1m) with { Account = AccountId.Mirror }));

    [Fact]
    public void Trade_knows_its_size_its_time_and_whether_it_won()
    {
        var trade = Histories.Trade(0, 1m) with { Fees = 1m, Quantity = Quantity.Of(2m) };
        Assert.Equal((200m, 1800m, false, 0m), (trade.Size, trade.HoldSeconds, trade.IsWin, trade.NetPnlPercent));
        Assert.True((trade with { Fees = 0.99m }).IsWin);
    }

    private static PerformanceBook Book(IReadOnlyList<TradeRecord> trades)
    {
        var book = new PerformanceBook(AccountId.Main);
        foreach (var trade in trades)
        {
            book.Take(trade);
        }

        return book;
    }

    private static bool IsAlike(Metric a, Metric b) => a.Reason == b.Reason
        && (a.Value is null || Math.Abs(a.Value.Value - b.Value!.Value) <= 1e-9 * Math.Max(1, Math.Abs(a.Value.Value)));
}
