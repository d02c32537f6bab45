using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Backtest;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>
/// Funding stamps inside a bar (08:00 and 16:00 of a day) meet the position as it is after the open's fills; the stamp at a bar's end meets
/// it before the next open's.
/// </summary>
public sealed class LongBarFundingTests
{
    private const decimal Each = 100m * 0.0001m; // of one unit at 100

    [Theory]
    [InlineData("stopped inside the bar: two stamps inside it", "100 100 90 95", 2)]
    [InlineData("held to the end: its end's stamp too", "100 101 99 100", 3)]
    public void Position_from_the_open_pays_for_the_stamps_inside(string what, string day, int stamps)
    {
        var script = new Once(("action", "buy"), ("quantity", 1), ("stop_loss_percent", 5));
        var result = Run(script, "100", day);

        Assert.True(stamps * Each == result.Accounts[0].Funding, $"{what}: {result.Accounts[0].Funding}");
    }

    [Fact]
    public void Position_that_the_range_opens_pays_from_the_end_of_its_bar_on()
    {
        var script = new Once(("action", "buy"), ("type", "limit"), ("price", 99), ("quantity", 1), ("stop_loss", 80));
        var result = Run(script, "100", "100 101 98 100");

        Assert.Equal(Each, result.Accounts[0].Funding);
    }

    private static BacktestResult Run(Once script, params string[] days)
    {
        var prices = days.Select(d => d.Split(' ').Select(p => FixedPoint.Units(decimal.Parse(p, CultureInfo.InvariantCulture))).ToArray())
            .Select(p => p.Length == 1 ? [p[0], p[0], p[0], p[0]] : p).ToArray();
        long[] Column(int part) => [.. prices.Select(p => p[part])];
        var block = new KlineBlock(
            Backtests.Fine.Symbol, new Interval(1440), [.. days.Select((_, i) => i * 86_400_000L)], Column(0), Column(1), Column(2),
            Column(3), Column(3), new double[days.Length]);
        var settings = new StrategySettings { Interval = block.Interval };
        var options = Backtests.Options(script, settings, instrument: Backtests.Fine with { HasFunding = true });
        return Backtests.Run(options, new SymbolTape { Symbol = block.Symbol, Klines = [block] });
    }

    private sealed class Once(params (string Name, object Value)[] signal) : CSharpScript
    {
        private bool _isDone;

        public override ScriptCallbacks Callbacks => ScriptCallbacks.Kline;

        protected override ScriptValue OnKline(Kline kline, double stop)
        {
            var first = !_isDone;
            _isDone = true;
            return first ? Signal(signal) : default;
        }
    }
}
