using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Accounts;

public sealed class AccountPerformanceTests
{
    private static readonly decimal[] TenResults = [10, 10, -5, 0, 10, 10, 10, -5, -5, -5];

    public static TheoryData<string, double> FiguresOfTenResults => new()
    {
        { "netProfit", 30 },
        { "winRate", 0.5 },
        { "lossRate", 0.4 },
        { "averageWin", 10 },
        { "averageLoss", 5 },
        { "payoff", 2 },
        { "profitFactor", 2.5 },
        { "expectancy", 3 },
        { "expectancyRatio", 0.5 },
        { "bestTrade", 10 },
        { "worstTrade", -5 },
        { "longestWinStreak", 3 },
        { "longestLossStreak", 3 },
        { "currentStreak", -3 },
        { "averageHoldMs", 1_800_000 },
        { "closedTradeMaxDrawdown", 15 },
    };

    [Theory]
    [MemberData(nameof(FiguresOfTenResults))]
    public void Trade_figure_equals_the_hand_computed_one(string name, double expected) =>
        Assert.Equal(expected, Value(Histories.Of(Histories.Trades(TenResults), Histories.Days(1000, 1030)), name), 12);

    /// <summary>Equity 100, 120, 90, 90, 126: peak 120, trough 90, back above on the last day.</summary>
    public static TheoryData<string, double> FiguresOfFiveDays => new()
    {
        { "totalReturn", 0.26 },
        { "dailyMaxDrawdown", 30 },
        { "dailyMaxDrawdownPercent", 25 },
        { "longestUnderwaterDays", 2 },
        { "currentDrawdownPercent", 0 },
        { "bestDay", 0.4 },
        { "worstDay", -0.25 },
        { "recoveryFactor", 26.0 / 30 },
        { "ulcerIndex", 15.811388300841896 },
        { "exposure", 0.25 },
    };

    [Theory]
    [MemberData(nameof(FiguresOfFiveDays))]
    public void Equity_figure_equals_the_hand_computed_one(string name, double expected) =>
        Assert.Equal(expected, Value(Histories.Of([], Histories.Days(100, 120, 90, 90, 126), Histories.MsPerDay), name), 12);

    public static TheoryData<string, int, int, string> Guards => new()
    {
        { "sharpe", 9, 30, "fewer than 10 trades" },
        { "sharpe", 20, 10, "fewer than 14 days" },
        { "sortino", 20, 10, "fewer than 14 days" },
        { "calmar", 9, 30, "fewer than 10 trades" },
        { "cagr", 20, 10, "fewer than 14 days" },
        { "volatility", 20, 10, "fewer than 14 days" },
        { "expectancyRatio", 9, 30, "fewer than 10 trades" },
        { "expectancyLow", 9, 30, "fewer than 10 trades" },
        { "winRate", 0, 30, "no trades" },
        { "valueAtRisk95", 20, 15, "fewer than 20 days" },
        { "valueAtRisk99", 20, 50, "fewer than 100 days" },
        { "sqn", 20, 30, "no trade had a stop at entry" },
    };

    [Theory]
    [MemberData(nameof(Guards))]
    public void Figure_gives_a_reason_below_its_sample(string name, int trades, int days, string reason)
    {
        var nets = Enumerable.Range(0, trades).Select(i => i % 3 == 0 ? -2m : 3m).ToArray();
        var equity = Enumerable.Range(0, days + 1).Select(i => 1000m + (i % 4)).ToArray();

        Assert.Equal(reason, Figure(Histories.Of(Histories.Trades(nets), Histories.Days(equity)), name).Reason);
    }

    public static TheoryData<string, string> GuardsOfAStraightLine => new()
    {
        { "profitFactor", "no losing trade" },
        { "payoff", "no losing trade" },
        { "averageLoss", "no losing trade" },
        { "sharpe", "the results do not vary" },
        { "probabilisticSharpe", "the results do not vary" },
        { "sortino", "no losing day" },
        { "omega", "no losing day" },
        { "calmar", "equity never fell" },
        { "recoveryFactor", "equity never fell" },
    };

    [Theory]
    [MemberData(nameof(GuardsOfAStraightLine))]
    public void Ratio_without_a_denominator_gives_a_reason(string name, string reason)
    {
        var flat = Enumerable.Repeat(1000m, 40).ToArray();
        var nets = Enumerable.Repeat(1m, 20).ToArray();

        Assert.Equal(reason, Figure(Histories.Of(Histories.Trades(nets), Histories.Days(flat)), name).Reason);
    }

    [Fact]
    public void Lost_account_gives_reasons_instead_of_ratios()
    {
        var equity = Enumerable.Range(0, 30).Select(i => 1000m - (i * 50m)).ToArray();
        var history = Histories.Of(Histories.Trades(TenResults), Histories.Days(equity));

        Assert.Equal("equity was zero or below", Figure(history, "sharpe").Reason);
        Assert.Equal("equity was zero or below", Figure(history, "totalReturn").Reason);
    }

    [Fact]
    public void Sqn_uses_multiples_of_risk()
    {
        var trades = Histories.Trades(TenResults).Select(t => t with { R = t.NetPnl / 5m }).ToArray();

        // R = 2 2 −1 0 2 2 2 −1 −1 −1: mean 0.6, squares 24, variance (24 − 10 · 0.36) / 9.
        var expected = Math.Sqrt(10) * 0.6 / Math.Sqrt(20.4 / 9);
        Assert.Equal(expected, Value(Histories.Of(trades, Histories.Days(1000, 1030)), "sqn"), 12);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1.6448536269514722, 0.95)]
    [InlineData(-2.3263478740408408, 0.01)]
    public void Normal_distribution_matches_its_table(double x, double expected) =>
        Assert.Equal(expected, Sample.NormalDistribution(x), 6);

    [Fact]
    public void Months_split_at_midnight_and_carry_the_equity_on()
    {
        var trades = new[] { Histories.Trade(31 * 24, 5m), Histories.Trade(2, 7m) };
        var equity = Enumerable.Range(0, 60).Select(i => i <= 31 ? 1000m + i : 2062m).ToArray();

        var months = AccountPerformance.Of(Histories.Of(trades, Histories.Days(equity))).Months;

        Assert.Equal([(2025, 1), (2025, 2)], months.Select(m => (m.Year, m.Month)));
        Assert.Equal(31m, months[0].EquityChange);
        Assert.Equal(1.0, Assert.NotNull(months[1].Return.Value), 12);
        Assert.Equal([7m, 5m], months.Select(m => m.NetProfit));
    }

    [Fact]
    public void Exit_reasons_are_all_eleven_in_the_contract_order()
    {
        var rows = AccountPerformance.Of(Histories.Of(Histories.Trades(TenResults), Histories.Days(1000, 1030))).ExitReasons;

        Assert.Equal(
            "stop_loss trailing_stop breakeven take_profit instant_tp signal time group liquidation emergency manual",
            string.Join(' ', rows.Select(r => r.Reason.Text())));
        Assert.Equal(TenResults.Length, rows.Sum(r => r.Trades));
        Assert.Equal("no trades", rows[0].WinRate.Reason);
    }

    [Fact]
    public void Groups_partition_the_trades()
    {
        var trades = Histories.Trades(TenResults).Select((t, i) => t with { Tag = i % 3 == 0 ? "b" : "a" }).ToArray();
        var performance = AccountPerformance.Of(Histories.Of(trades, Histories.Days(1000, 1030)));

        Assert.Equal(["a", "b"], performance.ByTag.Select(g => g.Key));
        Assert.Equal(performance.Trades.NetProfit, performance.ByTag.Sum(g => g.Metrics.NetProfit));
        Assert.Equal(performance.Trades.Trades, performance.ByTag.Sum(g => g.Metrics.Trades));
    }

    [Fact]
    public void Trade_of_another_account_is_refused()
    {
        var foreign = Histories.Trade(0, 1m) with { Account = AccountId.Mirror };

        Assert.Throws<ArgumentException>(() => AccountPerformance.Of(Histories.Of([foreign], Histories.Days(1, 2))));
    }

    [Fact]
    public void No_public_method_takes_two_accounts()
    {
        Type[] ofAnAccount = [typeof(AccountId), typeof(AccountHistory), typeof(AccountPerformance)];
        Type[] rooms =
        [
            typeof(AccountPerformance), typeof(TradeMetrics), typeof(TradeCourseMetrics), typeof(EquityMetrics), typeof(MonthlyReturn),
            typeof(TradeGroups),
        ];
        var written = rooms.SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => !m.IsSpecialName);

        foreach (var method in written)
        {
            var parameters = method.GetParameters().Select(p => p.ParameterType).ToArray();
            Assert.True(parameters.Count(ofAnAccount.Contains) <= 1, $"{method} takes two accounts");
            Assert.DoesNotContain(parameters, p => p.IsGenericType && p.GetGenericArguments().Any(ofAnAccount.Contains));
        }
    }

    [Fact]
    public void Every_figure_of_any_history_is_finite_or_explained()
    {
        var cents = Gen.Choose(-2_000_000, 2_000_000).Select(c => c / 100m);
        var equity = Gen.Frequency((8, Gen.Choose(1, 3_000_000)), (1, Gen.Choose(-1000, 0)), (1, Gen.Constant(1_000_000)))
            .Select(c => c / 100m);
        var histories =
            from nets in cents.ArrayOf()
            from days in equity.ArrayOf()
            from flat in Gen.Elements(true, false)
            select Histories.Of(Histories.Trades(nets), Histories.Days(flat ? [.. days.Select(_ => 1000m)] : days));

        Prop.ForAll(histories.ToArbitrary(), history => AccountPerformance.Of(history).All.All(IsFiniteOrExplained))
            .QuickCheckThrowOnFailure();
    }

    private static bool IsFiniteOrExplained(NamedMetric named) => named.Metric.Value is { } value
        ? double.IsFinite(value) && named.Metric.Reason is null
        : !string.IsNullOrWhiteSpace(named.Metric.Reason);

    private static double Value(AccountHistory history, string name) => Assert.NotNull(Figure(history, name).Value);

    private static Metric Figure(AccountHistory history, string name) =>
        AccountPerformance.Of(history).All.Single(m => m.Name == name).Metric;
}
