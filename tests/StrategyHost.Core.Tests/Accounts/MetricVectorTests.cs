using System.Text.Json;
using StrategyHost.Core.Accounts;
using StrategyHost.TestKit;

namespace StrategyHost.Core.Tests.Accounts;

public sealed class MetricVectorTests
{
    [SharedFact]
    public void Figures_kept_up_trade_by_trade_reproduce_them_too()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(SharedFolder.Path("data", "vectors", "metrics.json")));
        var root = vectors.RootElement;
        var book = new PerformanceBook(Core.Domain.AccountId.Main);
        foreach (var trade in Histories.Trades([.. root.GetProperty("tradeNet").EnumerateArray().Select(v => v.GetDecimal())]))
        {
            book.Take(trade);
        }

        foreach (var day in Histories.Days([.. root.GetProperty("dailyEquity").EnumerateArray().Select(v => v.GetDecimal())]))
        {
            book.Take(day);
        }

        var figures = book.Figures(null);
        var actual = figures.Trades.All.Concat(figures.Equity.All).ToDictionary(m => m.Name, m => m.Metric.Value);
        var expected = root.GetProperty("expected").EnumerateObject().Concat(root.GetProperty("expectedTrades").EnumerateObject())
            .Where(e => actual.ContainsKey(e.Name)).ToArray();
        Assert.True(expected.Length > 8, "the vectors name other figures");
        foreach (var figure in expected)
        {
            var (value, wanted) = (Assert.NotNull(actual[figure.Name]), figure.Value.GetDouble());
            Assert.True(Math.Abs(value - wanted) <= 1e-9 * Math.Abs(wanted), $"{figure.Name}: {value:R} is not {wanted:R}");
        }
    }

    [SharedFact]
    public void Performance_reproduces_the_independent_vectors()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(SharedFolder.Path("data", "vectors", "metrics.json")));
        var root = vectors.RootElement;
        var performance = AccountPerformance.Of(Histories.Of(
            Histories.Trades([.. root.GetProperty("tradeNet").EnumerateArray().Select(v => v.GetDecimal())]),
            Histories.Days([.. root.GetProperty("dailyEquity").EnumerateArray().Select(v => v.GetDecimal())])));
        var actual = performance.All.ToDictionary(m => m.Name, m => m.Metric.Value);
        actual["maxDrawdown"] = actual["dailyMaxDrawdown"];
        actual["maxDrawdownPercent"] = actual["dailyMaxDrawdownPercent"];
        actual["breakEven"] = performance.Trades.BreakEven;

        var trades = root.GetProperty("expectedTrades").EnumerateObject();
        foreach (var expected in root.GetProperty("expected").EnumerateObject().Concat(trades))
        {
            var value = Assert.NotNull(actual[expected.Name]);
            var wanted = expected.Value.GetDouble();
            Assert.True(Math.Abs(value - wanted) <= 1e-9 * Math.Abs(wanted), $"{expected.Name}: {value:R} is not {wanted:R}");
        }
    }
}
