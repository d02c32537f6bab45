using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Exchange;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>
/// Law of quiet runs (architecture §5): the same orders, trades and signals as with one call per event, and the same view for scripts.
/// </summary>
public sealed class QuietRunTests
{
    private static readonly Instrument Coarse = Backtests.Fine with
    {
        TickSize = Price.Of(0.1m),
        TakerFee = 0.00055m,
        MakerFee = 0.0002m,
        HasFunding = true,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Candles_in_runs_give_the_same_as_one_by_one(int seed)
    {
        var tape = new SymbolTape { Symbol = Coarse.Symbol, Klines = [RandomMarket.Klines(Coarse.Symbol, seed, 4000)] };
        Compare(one => Backtests.Options(new NosyScript(seed), fill: FillModel.Bar, instrument: Coarse) with { OneByOne = one }, tape);
    }

    [Theory]
    [InlineData(1, FillModel.Touch)]
    [InlineData(2, FillModel.Touch)]
    [InlineData(3, FillModel.Cross)]
    [InlineData(4, FillModel.Cross)]
    [InlineData(5, FillModel.Cross)]
    public void Trades_in_runs_give_the_same_as_one_by_one(int seed, FillModel fill)
    {
        var tape = new SymbolTape { Symbol = Coarse.Symbol, Trades = RandomMarket.Trades(Coarse.Symbol, seed, 20_000) };
        Compare(one => Backtests.Options(new NosyScript(seed), fill: fill, instrument: Coarse) with
        {
            OneByOne = one,
            LatencyMs = seed % 2 * 40,
        }, tape);
    }

    [Fact]
    public void Loss_limits_are_reached_at_the_same_event_in_runs()
    {
        var tape = new SymbolTape { Symbol = Coarse.Symbol, Klines = [RandomMarket.Klines(Coarse.Symbol, 2, 4000)] };
        var (runs, single) = (Run(false), Run(true));

        Assert.Contains(single.SignalLedger, s => s.Outcome.StartsWith("risk:", StringComparison.Ordinal));
        Assert.Equal(single.SignalLedger, runs.SignalLedger);
        Assert.Equal(single.Orders, runs.Orders);
        Assert.Equal(single.Warnings, runs.Warnings);

        BacktestResult Run(bool oneByOne)
        {
            var options = Backtests.Options(new NosyScript(2), fill: FillModel.Bar, instrument: Coarse) with { OneByOne = oneByOne };
            var risk = options.Engine.Risk with
            {
                DailyLossPercent = 0.002m,
                DrawdownPercent = 0.02m,
            };
            return Backtests.Run(options with { Engine = options.Engine with { Risk = risk } }, tape);
        }
    }

    private static void Compare(Func<bool, BacktestOptions> options, SymbolTape tape)
    {
        var runs = options(false);
        var single = options(true);
        var inRuns = Backtests.Run(runs, tape);
        var oneByOne = Backtests.Run(single, tape);

        Assert.NotEmpty(inRuns.Trades);
        Assert.Equal(oneByOne.Orders, inRuns.Orders);
        Assert.Equal(oneByOne.Trades, inRuns.Trades);
        Assert.Equal(oneByOne.SignalLedger, inRuns.SignalLedger);
        Assert.Equal(
            oneByOne.Accounts.Select(a => (a.EndEquity, a.Fees, a.Funding, a.MaxDrawdown)),
            inRuns.Accounts.Select(a => (a.EndEquity, a.Fees, a.Funding, a.MaxDrawdown)));
        Assert.Equal(((NosyScript)single.Scripts[0]).Seen, ((NosyScript)runs.Scripts[0]).Seen);
        Assert.True(((NosyScript)runs.Scripts[0]).Calls.Count < ((NosyScript)single.Scripts[0]).Calls.Count / 2, "runs save calls");
    }

    /// <summary>Trades at random, both ways, with every kind of protection, and writes down what it sees of its stop at each row.</summary>
    private sealed class NosyScript(int seed) : CSharpScript
    {
        private readonly Random _random = new(seed);

        public List<string> Seen { get; } = [];
        public override ScriptCallbacks Callbacks => ScriptCallbacks.Kline | ScriptCallbacks.Trade;

        protected override ScriptValue OnKline(Kline kline, double stop) => Row(kline.Start, kline.Close, stop);

        protected override ScriptValue OnTrade(long timeMs, long price, double stop) => Row(timeMs, price, stop);

        private ScriptValue Row(long time, long price, double stop)
        {
            var position = View.Positions.Count > 0 ? View.Positions[0] : null;
            Seen.Add(FormattableString.Invariant($"{time} {price} {(position is null ? "-" : stop)} {position?.Size} {View.Orders.Count}"));
            var dice = _random.Next(1000);
            if (position is not null)
            {
                return dice switch
                {
                    < 3 => Signal(("action", "close"), ("share", 50)),
                    < 5 => Signal(("action", "close")),
                    < 7 => Signal(("action", "hold"), ("trail_percent", 0.3)),
                    < 8 => Signal(("action", "close"), ("type", "trailing_stop"), ("trail_percent", 0.2), ("share", 40)),
                    _ => default,
                };
            }

            var side = _random.Next(2) == 0 ? "buy" : "sell";
            return dice switch
            {
                < 6 => Signal(("action", side), ("quantity", 0.1), ("trail_percent", 0.5), ("take_profit_percent", 0.7)),
                < 12 => Signal(
                    ("action", side), ("quantity", 0.1), ("stop_loss_percent", 0.4), ("take_profit_percent", 0.6), ("close_after", 1800)),
                < 15 => Signal(
                    ("action", side), ("quantity", 0.1), ("stop_loss_percent", 0.6), ("trail_percent", 0.9), ("breakeven", Breakeven)),
                < 17 => Signal(
                    ("action", side), ("quantity", 0.1), ("type", "trailing_stop"), ("trail_percent", 0.2), ("stop_loss_percent", 0.5),
                    ("expires_in", 90)),
                < 19 => Signal(("action", side), ("quantity", 0.1), ("type", "trailing_stop"), ("trail_percent", 0.2),
                    ("trail_activation", new Price(price).ToDouble() * (side == "buy" ? 0.998 : 1.002)), ("stop_loss_percent", 0.5),
                    ("expires_in", 90)),
                _ => default,
            };
        }

        private static ScriptValue Breakeven => Signal(("after_percent", 0.3));
    }
}
