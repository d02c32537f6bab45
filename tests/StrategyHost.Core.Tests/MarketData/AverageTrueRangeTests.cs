using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.MarketData;

public sealed class AverageTrueRangeTests
{
    [Fact]
    public void Average_is_known_from_the_fourteenth_candle_on()
    {
        var atr = new AverageTrueRange();
        for (var i = 1; i <= 14; i++)
        {
            Assert.Null(atr.Value);
            atr.Add(102 * FixedPoint.Scale, 100 * FixedPoint.Scale, 101 * FixedPoint.Scale);
        }

        Assert.Equal(2m, atr.Value);
    }

    [Fact]
    public void Average_equals_the_naive_definition() => Markets.Holds(
        Gen.Choose(0, 2000).Three().ListOf(),
        rows =>
        {
            var atr = new AverageTrueRange();
            var ranges = new List<double>();
            double close = 0;
            foreach (var (a, b, c) in rows)
            {
                double high = 10_000 + Math.Max(a, b), low = 10_000 + Math.Min(a, b);
                var ranged = ranges.Count == 0 ? high - low : new[] { high - low, Math.Abs(high - close), Math.Abs(low - close) }.Max();
                ranges.Add(ranged);
                close = low + ((high - low) * (c / 2000.0));
                close = Math.Round(close);
                atr.Add((long)high * FixedPoint.Scale, (long)low * FixedPoint.Scale, (long)close * FixedPoint.Scale);
            }

            if (ranges.Count < 14)
            {
                Assert.Null(atr.Value);
                return;
            }

            var naive = ranges.Take(14).Average();
            naive = ranges.Skip(14).Aggregate(naive, (mean, range) => ((mean * 13) + range) / 14);
            Assert.Equal(naive, (double)atr.Value!.Value, 6);
        });
}
