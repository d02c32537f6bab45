using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Reports;
using StrategyHost.Simulation.Reports.Html;
using Xunit;

namespace StrategyHost.Simulation.Tests.Reports;

public sealed class SummaryTableTests
{
    [Fact]
    public void Accounts_have_the_same_labels_and_their_own_values()
    {
        var table = SummaryTable.Of(BacktestReport.Of(FakeRun.Of(1, 60)));

        Assert.Equal([AccountId.Main, AccountId.Mirror], table.Accounts.Select(a => a.Account));
        Assert.Equal(table.Accounts[0].Rows.Select(r => r.Label), table.Accounts[1].Rows.Select(r => r.Label));
        Assert.Equal("20,000.00", table.Accounts[0].Rows.First(r => r.Label == "Start equity").Value);
        Assert.Equal("10,000.00", table.Accounts[1].Rows.First(r => r.Label == "Start equity").Value);
    }

    [Fact]
    public void Missing_figure_shows_a_dash_and_its_reason()
    {
        var run = FakeRun.Of(1, 60);
        var row = SummaryTable.Of(BacktestReport.Of(run with { Trades = [] })).Accounts[0].Rows.First(r => r.Label == "Win rate");

        Assert.Equal(("–", SummaryTone.Muted, "no trades"), (row.Value, row.Tone, row.Note));
    }

    [Fact]
    public void Expectancy_shows_with_its_range_the_trades_it_needs_and_the_hit_rates()
    {
        var labels = SummaryTable.Of(BacktestReport.Of(FakeRun.Of(1, 60))).Accounts[1].Rows.ToDictionary(r => r.Label, r => r.Value);

        Assert.Matches("^-?[0-9.,]+ to -?[0-9.,]+$", labels["Expectancy, 95 % range"]);
        Assert.Matches("^[0-9,]+$", labels["Trades to prove it"]);
        Assert.Matches("^[0-9.]+ %$", labels["Ended by targets"]);
        Assert.Matches("^[0-9.]+ %$", labels["Ended by stops"]);
        Assert.Contains("Wallet balance", labels.Keys);
        Assert.Contains("Realised before costs", labels.Keys);
    }

    [Fact]
    public void Findings_of_each_account_stand_in_a_line_of_their_own_where_there_are_any()
    {
        var table = SummaryTable.Of(BacktestReport.Of(FakeRun.WithFindings(1, 30)));

        Assert.Equal(table.Accounts[0].Rows.Select(r => r.Label), table.Accounts[1].Rows.Select(r => r.Label));
        var rows = table.Accounts.Select(a => a.Rows.Single(r => r.Label == "Findings")).Select(r => (r.Value, r.Note));
        Assert.Equal([("none", ""), ("1,235", "fragmented 1, stale_entry 1,234")], rows);
        Assert.DoesNotContain(SummaryTable.Of(BacktestReport.Of(FakeRun.Of(1, 30))).Accounts[0].Rows, r => r.Label == "Findings");
    }

    [Fact]
    public void Synthetic_data_are_named_as_such()
    {
        var table = SummaryTable.Of(BacktestReport.Of(FakeRun.Of(1, 20)));

        Assert.Contains("SYNTHETIC", table.Run.First(r => r.Label == "Data").Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1234567.891, MetricUnit.Money, "1,234,567.89")]
    [InlineData(0.00123, MetricUnit.Money, "0.00123")]
    [InlineData(-0.0000000001, MetricUnit.Money, "0.00")]
    [InlineData(0.5, MetricUnit.Fraction, "50.00 %")]
    [InlineData(12.345, MetricUnit.Percent, "12.35 %")]
    [InlineData(250, MetricUnit.Milliseconds, "250 ms")]
    [InlineData(3_725_000, MetricUnit.Milliseconds, "1 h 2 min")]
    [InlineData(172_800_000, MetricUnit.Milliseconds, "2 d")]
    public void Figure_text_reads_well(double value, MetricUnit unit, string expected) =>
        Assert.Equal(expected, FigureText.Of(value, unit));

    [Fact]
    public void Thinned_curve_keeps_ends_extremes_and_order()
    {
        var curves = Gen.Choose(1, 1_000_000).ArrayOf(500).Select(v => v.Select((e, i) => new EquityPoint(new Timestamp(i), e)).ToArray());

        Prop.ForAll(curves.ToArbitrary(), curve =>
        {
            var thin = CurveThinning.Points(curve, 50);
            return thin.Count <= 50 && thin[0] == curve[0] && thin[^1] == curve[^1]
                && thin.Max(p => p.Equity) == curve.Max(p => p.Equity) && thin.Min(p => p.Equity) == curve.Min(p => p.Equity)
                && thin.Zip(thin.Skip(1)).All(pair => pair.First.Time <= pair.Second.Time);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Merged_candles_keep_first_open_extremes_and_last_close()
    {
        ChartCandle[] candles = [new(0, 10, 12, 9, 11), new(1, 11, 15, 10, 14), new(2, 14, 14, 5, 6)];

        Assert.Equal([new ChartCandle(0, 10, 15, 9, 14), new ChartCandle(2, 14, 14, 5, 6)], CurveThinning.Candles(candles, 2));
    }

    [Fact]
    public void Histogram_counts_every_trade_and_has_zero_at_an_edge()
    {
        var results = Gen.Choose(-100_000, 100_000).Select(c => c / 7.0).ArrayOf();

        Prop.ForAll(results.ToArbitrary(), values =>
        {
            var histogram = ResultHistogram.Of(values);
            var edges = histogram.Start / histogram.Width;
            return histogram.Counts.Sum() == values.Length && histogram.Counts.Count <= 64 && Math.Abs(edges - Math.Round(edges)) < 1e-9;
        }).QuickCheckThrowOnFailure();
    }
}
