using System.Globalization;
using System.Text.Json;
using StrategyHost.Core.Accounts;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Reports;
using Xunit;

namespace StrategyHost.Simulation.Tests.Reports;

public sealed class ReportJsonTests
{
    private const JsonValueKind Text = JsonValueKind.String;
    private const JsonValueKind Number = JsonValueKind.Number;
    private const JsonValueKind Array = JsonValueKind.Array;
    private const JsonValueKind Object = JsonValueKind.Object;

    private static readonly string[] ExitReasons =
    [
        "stop_loss", "trailing_stop", "breakeven", "take_profit", "instant_tp", "signal", "time", "group", "liquidation",
        "emergency", "manual",
    ];

    public static TheoryData<string, JsonValueKind> RunFields => new()
    {
        { "strategy", Array },
        { "scriptSha256", Array },
        { "engine", Text },
        { "data", Object },
        { "fillModel", Text },
        { "assumptions", Array },
        { "seed", Number },
        { "orderListHash", Text },
        { "wallMs", Number },
        { "eventsPerSecond", Number },
        { "signals", Object },
        { "accounts", Array },
    };

    [Theory]
    [MemberData(nameof(RunFields))]
    public void Run_has_each_field_of_the_contract(string name, JsonValueKind kind) =>
        Assert.Equal(kind, Parse(FakeRun.Of(1, 60)).GetProperty(name).ValueKind);

    public static TheoryData<string, JsonValueKind> AccountFields => new()
    {
        { "account", Text },
        { "startEquity", Text },
        { "endEquity", Text },
        { "trades", Number },
        { "openPositions", Number },
        { "fees", Text },
        { "funding", Text },
        { "maxDrawdownPercent", Text },
        { "expectancy", Text },
        { "winRate", Text },
        { "profitFactor", Text },
        { "sharpe", Text },
        { "sortino", Text },
        { "nulls", Object },
        { "exitReasons", Object },
        { "coverage", Object },
        { "byStrategy", Array },
        { "bySymbol", Array },
        { "byTag", Array },
    };

    [Theory]
    [MemberData(nameof(AccountFields))]
    public void Account_has_each_field_of_the_contract(string name, JsonValueKind kind)
    {
        var accounts = Parse(FakeRun.Of(1, 60)).GetProperty("accounts");

        Assert.Equal(["main", "mirror"], accounts.EnumerateArray().Select(a => a.GetProperty("account").GetString()));
        Assert.All(accounts.EnumerateArray(), account => Assert.Equal(kind, account.GetProperty(name).ValueKind));
    }

    [Fact]
    public void Findings_of_an_account_stand_with_their_count_their_times_and_the_first_texts()
    {
        var accounts = Parse(FakeRun.WithFindings(1, 30)).GetProperty("accounts");

        Assert.Equal(0, accounts[0].GetProperty("findings").GetArrayLength());
        var stale = accounts[1].GetProperty("findings")[1];
        Assert.Equal(("stale_entry", 1234), (stale.GetProperty("code").GetString(), stale.GetProperty("count").GetInt32()));
        Assert.Equal("2025-01-01T10:00:00.000Z", stale.GetProperty("first").GetString());
        Assert.Equal("2025-01-10T09:00:00.000Z", stale.GetProperty("last").GetString());
        Assert.Equal(["entry a waits for 60 min", "entry b waits for 61 min"],
            stale.GetProperty("firsts").EnumerateArray().Select(f => f.GetProperty("text").GetString()));
        Assert.Equal("2025-01-01T20:00:00.000Z", stale.GetProperty("firsts")[1].GetProperty("time").GetString());
    }

    public static TheoryData<string, JsonValueKind> LiveFields => new()
    {
        { "startBalance", Text },
        { "walletBalance", Text },
        { "equity", Text },
        { "realisedPnl", Text },
        { "transfers", Text },
        { "executions", Number },
        { "expectancyInterval", Object },
        { "tradesNeeded", Text },
        { "currentDrawdownPercent", Text },
        { "streaks", Object },
        { "averageWin", Text },
        { "averageLoss", Text },
        { "bestTrade", Text },
        { "worstTrade", Text },
        { "targetHitRate", Text },
        { "stopHitRate", Text },
        { "averageMae", Text },
        { "averageMfe", Text },
        { "averageHoldSeconds", Text },
        { "days", Array },
        { "weeks", Array },
        { "months", Array },
    };

    /// <summary>S004: live, in backtests and in reports, by the same names.</summary>
    [Theory]
    [MemberData(nameof(LiveFields))]
    public void Account_has_each_figure_of_the_running_hosts(string name, JsonValueKind kind) => Assert.All(
        Parse(FakeRun.Of(1, 60)).GetProperty("accounts").EnumerateArray(), account => Assert.Equal(kind, account.GetProperty(name).ValueKind));

    [Fact]
    public void Days_weeks_and_months_hold_each_trade_of_their_account_once()
    {
        var run = FakeRun.Of(1, 60);
        foreach (var account in Parse(run).GetProperty("accounts").EnumerateArray())
        {
            var own = run.Trades.Where(t => t.Account.Name == account.GetProperty("account").GetString()).ToArray();
            foreach (var length in (string[])["days", "weeks", "months"])
            {
                var rows = account.GetProperty(length).EnumerateArray().ToArray();
                Assert.Equal(own.Length, rows.Sum(r => r.GetProperty("trades").GetInt32()));
                Assert.Equal(own.Sum(t => t.NetPnl), rows.Sum(r => Money(r, "netProfit")));
                Assert.Equal(own.Sum(t => t.Fees), rows.Sum(r => Money(r, "fees")));
                Assert.All(rows, r => Assert.Matches("^2025-0[1-3]-[0-9]{2}$|^2024-12-30$", r.GetProperty("from").GetString()));
            }

            Assert.Equal("2024-12-30", account.GetProperty("weeks")[0].GetProperty("from").GetString());
        }
    }

    [Fact]
    public void Ledger_of_each_account_is_in_the_document()
    {
        foreach (var account in Parse(FakeRun.Of(1, 60)).GetProperty("accounts").EnumerateArray())
        {
            Assert.Equal(
                Money(account, "walletBalance"),
                Money(account, "startBalance") + Money(account, "realisedPnl") - Money(account, "fees") - Money(account, "funding")
                + Money(account, "transfers"));
        }
    }

    [Fact]
    public void Interval_lies_around_the_expectancy_and_hits_are_the_shares_of_the_exits()
    {
        var account = Parse(FakeRun.Of(1, 60)).GetProperty("accounts")[0];
        var (interval, exits) = (account.GetProperty("expectancyInterval"), account.GetProperty("exitReasons"));
        var trades = account.GetProperty("trades").GetInt32();

        Assert.InRange(Money(account, "expectancy"), Money(interval, "low"), Money(interval, "high"));
        Assert.Equal("0.95", interval.GetProperty("confidence").GetString());
        Assert.Equal(exits.GetProperty("take_profit").GetInt32(), Math.Round(Money(account, "targetHitRate") * trades, 6));
        Assert.Equal(
            exits.GetProperty("stop_loss").GetInt32() + exits.GetProperty("trailing_stop").GetInt32(),
            Math.Round(Money(account, "stopHitRate") * trades, 6));
    }

    [Fact]
    public void Data_signals_and_coverage_have_their_fields()
    {
        var root = Parse(FakeRun.Of(1, 60));
        var data = root.GetProperty("data");

        Assert.Equal("2025-01-01T00:00:00.000Z", data.GetProperty("from").GetString());
        Assert.Equal("2025-03-02T00:00:00.000Z", data.GetProperty("to").GetString());
        Assert.Equal((Array, Number, Text), (Kind(data, "files"), Kind(data, "events"), Kind(data, "sha256")));
        Assert.Equal((Number, Object), (Kind(root, "signals", "accepted"), Kind(root, "signals", "refused")));
        Assert.Equal(Number, Kind(root, "signals", "expired"));
        Assert.All(
            root.GetProperty("accounts").EnumerateArray(),
            a => Assert.Equal((Number, Text), (Kind(a, "coverage", "nakedMs"), Kind(a, "coverage", "minPercent"))));
    }

    [Fact]
    public void Exit_reasons_name_all_eleven_and_sum_to_the_trades()
    {
        foreach (var account in Parse(FakeRun.Of(1, 60)).GetProperty("accounts").EnumerateArray())
        {
            var reasons = account.GetProperty("exitReasons").EnumerateObject().ToArray();
            Assert.Equal(ExitReasons, reasons.Select(r => r.Name));
            Assert.Equal(account.GetProperty("trades").GetInt32(), reasons.Sum(r => r.Value.GetInt32()));
        }
    }

    [Fact]
    public void Every_null_has_its_reason_and_every_reason_its_null()
    {
        var run = FakeRun.Of(1, 60);
        var account = Parse(run with { Trades = [.. run.Trades.Take(6)] }).GetProperty("accounts")[0];
        var nulls = account.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Null).Select(p => p.Name)
            .Order(StringComparer.Ordinal);

        Assert.Equal(nulls, account.GetProperty("nulls").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal("fewer than 10 trades", account.GetProperty("nulls").GetProperty("sharpe").GetString());
    }

    [Fact]
    public void Money_is_plain_decimal_text_equal_to_the_value()
    {
        var run = FakeRun.Of(1, 60);
        var account = Parse(run).GetProperty("accounts")[0];

        Assert.Equal("20000", account.GetProperty("startEquity").GetString());
        var fees = Assert.IsType<string>(account.GetProperty("fees").GetString());
        Assert.Equal(run.Accounts[0].Fees, decimal.Parse(fees, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Order_list_hash_is_that_of_the_orders_file()
    {
        var run = FakeRun.Of(1, 60);

        Assert.Equal(OrdersCsv.Hash(run.Orders), Parse(run).GetProperty("orderListHash").GetString());
    }

    [Fact]
    public void Several_runs_stand_in_one_document_and_a_single_one_alone()
    {
        BacktestReport[] reports = [BacktestReport.Of(FakeRun.Of(1, 20)), BacktestReport.Of(FakeRun.Of(2, 20))];

        using var several = JsonDocument.Parse(ReportJson.ToBytes(reports));
        using var single = JsonDocument.Parse(ReportJson.ToBytes([reports[1]]));

        Assert.Equal([1, 2], several.RootElement.GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("seed").GetInt32()));
        Assert.Equal(2, single.RootElement.GetProperty("seed").GetInt32());
    }

    [Fact]
    public void Run_without_trades_is_a_valid_document()
    {
        var run = FakeRun.Of(1, 20);
        var empty = run with
        {
            Trades = [],
            Orders = [],
            EventsPerSecond = double.PositiveInfinity,
            Accounts = [.. run.Accounts.Select(a => a with { DailyEquity = [], EquityCurve = [] })],
        };

        Assert.Equal("no trades", Parse(empty).GetProperty("accounts")[0].GetProperty("nulls").GetProperty("winRate").GetString());
    }

    [Fact]
    public void Figures_by_name_are_all_described()
    {
        var figures = BacktestReport.Of(FakeRun.Of(1, 20)).Accounts[0].Performance.All.Select((NamedMetric m) => m.Name);

        Assert.Equal(figures.Order(StringComparer.Ordinal), MetricText.All.Select(t => t.Name).Order(StringComparer.Ordinal));
    }

    private static decimal Money(JsonElement row, string name) =>
        decimal.Parse(row.GetProperty(name).GetString()!, NumberStyles.Number, CultureInfo.InvariantCulture);

    private static JsonElement Parse(BacktestResult run)
    {
        using var document = JsonDocument.Parse(ReportJson.ToBytes(BacktestReport.Of(run)));
        return document.RootElement.Clone();
    }

    private static JsonValueKind Kind(JsonElement element, params string[] path) =>
        path.Aggregate(element, (at, name) => at.GetProperty(name)).ValueKind;
}
