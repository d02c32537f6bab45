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

    private static JsonElement Parse(BacktestResult run)
    {
        using var document = JsonDocument.Parse(ReportJson.ToBytes(BacktestReport.Of(run)));
        return document.RootElement.Clone();
    }

    private static JsonValueKind Kind(JsonElement element, params string[] path) =>
        path.Aggregate(element, (at, name) => at.GetProperty(name)).ValueKind;
}
