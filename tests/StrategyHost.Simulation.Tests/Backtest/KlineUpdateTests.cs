using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Exchange;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>Candles under way on ticks, for strategies that ask for them.</summary>
public sealed class KlineUpdateTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Updates_are_the_candle_so_far_once_a_second(bool asked)
    {
        var script = new Listener();
        // Four trades a second; each price is its number.
        var tape = new SymbolTape { Symbol = Backtests.Fine.Symbol, Trades = Trades(600) };
        Backtests.Run(Backtests.Options(script, new StrategySettings { KlineUpdates = asked }, FillModel.Cross), tape);

        var updates = script.Calls.OfType<KlineUpdateCall>().ToArray();
        Assert.Equal(asked ? 150 : 0, updates.Length);
        Assert.All(updates, u =>
        {
            var (now, first) = ((u.At.Ms / 250) + 1, (u.Kline.Start / 250) + 1);
            Assert.InRange(u.At.Ms - u.Kline.Start, 0, 59_999);
            Assert.Equal((first, now, first, now), (Whole(u.Kline.Open), Whole(u.Kline.High), Whole(u.Kline.Low), Whole(u.Kline.Close)));
            Assert.Equal(now - first + 1, Whole(u.Kline.Volume));
        });
        Assert.Equal(2, script.Calls.OfType<KlineRun>().Sum(r => r.To - r.From));
    }

    [Fact]
    public void Signal_of_an_update_is_carried_out()
    {
        var result = Backtests.Run(
            Backtests.Options(new Listener { BuysAt = 10_000 }, new StrategySettings { KlineUpdates = true }, FillModel.Cross),
            new SymbolTape { Symbol = Backtests.Fine.Symbol, Trades = Trades(600) });

        Assert.Equal(1, result.Accounts[0].OpenPositions);
        Assert.Contains(result.Orders, o => o.Role == "entry" && o.AveragePrice == 42m);
    }

    private static long Whole(long units) => units / FixedPoint.Scale;

    private static TradeBlock Trades(int count)
    {
        long[] Column(Func<int, long> value) => [.. Enumerable.Range(0, count).Select(value)];
        return new TradeBlock(
            Backtests.Fine.Symbol, Column(i => i * 250L), Column(i => (i + 1) * FixedPoint.Scale), Column(_ => FixedPoint.Scale),
            [.. Enumerable.Repeat((sbyte)1, count)]);
    }

    private sealed class Listener : CSharpScript
    {
        public long BuysAt { get; init; } = -1;
        public override ScriptCallbacks Callbacks => ScriptCallbacks.Kline;

        protected override ScriptValue OnKlineUpdate(KlineUpdateCall update) => update.At.Ms == BuysAt
            ? Signal(("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 50))
            : default;
    }
}
