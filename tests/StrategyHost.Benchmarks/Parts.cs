using System.Diagnostics;
using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Benchmarks;

/// <summary>Stopwatch benchmarks of single parts: best of several rounds, ns an operation.</summary>
internal sealed class Parts(SymbolTape tape)
{
    private const int Rounds = 7;
    private readonly KlineBlock _bars = tape.Klines[0];
    private int _next;

    public static void Run(string engine)
    {
        var work = Suite.Find("W1");
        var parts = new Parts(work.Tape(new WorkData()));
        Print("kernel step: one candle, flat, no script", Best(200_000, parts.KernelSteps));
        Print("exchange: place a market order and fill it", Best(100_000, parts.Orders));
        using var lane = new ScriptLane("parts");
        lane.Run(() =>
        {
            var run = new WorkRun(work, parts.Tape, WorkRun.Engine(engine));
            using var script = run.Load();
            parts.Configure(script);
            Print("script: on_kline, one candle a crossing", Best(20_000, n => parts.Rows(script, n, 1)));
            Print("script: on_kline, quiet runs of 32 candles", Best(20_000, n => parts.Rows(script, n, 32)) / 32);
        });
    }

    private SymbolTape Tape => tape;

    private void Configure(IScriptInstance script) => script.Configure(new ScriptEnvironment
    {
        Instruments = [WorkRun.Instrument(tape.Symbol, 0.1m)],
        Intervals = [new Interval(1)],
        Parameters = [],
    });

    private void KernelSteps(int count)
    {
        var kernel = new EngineKernel(new EngineOptions
        {
            Main = new AccountSetup { Account = AccountId.Main, StartBalance = 100_000m },
            Strategies = [],
            Instruments = [WorkRun.Instrument(tape.Symbol, 0.1m)],
        });
        var effects = new EffectList();
        for (var i = 0; i < count; i++)
        {
            kernel.Step(new KlinesClosed([new KlineRange(_bars, i, i + 1) { Drives = true }]) { At = new Timestamp(_bars.Start[i]) }, effects);
        }
    }

    private void Orders(int count)
    {
        var exchange = new SimulatedExchange(new ExchangeOptions { Fill = FillModel.Touch }, [WorkRun.Instrument(tape.Symbol, 0.1m)]);
        exchange.AddAccount(new AccountOptions { Account = AccountId.Main, Balance = 1_000_000m });
        exchange.OnTrade(tape.Symbol, 0, _bars.Close[0], FixedPoint.Scale, 1);
        for (var i = 1; i <= count; i++)
        {
            exchange.Place(AccountId.Main, new OrderRequest
            {
                ClientOrderId = new ClientOrderId(i.ToString(CultureInfo.InvariantCulture)),
                Symbol = tape.Symbol,
                Side = i % 2 == 0 ? Side.Buy : Side.Sell,
                Type = OrderType.Market,
                Quantity = Quantity.Of(0.1m),
            }, new Timestamp(i));
            exchange.OnTrade(tape.Symbol, i, _bars.Close[0], FixedPoint.Scale, 1);
            exchange.Reports.Clear();
        }
    }

    /// <summary>Rows go on where the last round ended: history takes each candle once.</summary>
    private void Rows(IScriptInstance script, int crossings, int rows)
    {
        for (var i = 0; i < crossings; i++)
        {
            _next = _next + rows < _bars.Count ? _next : 0;
            var call = new KlineRun(_bars, _next, _next + rows) { At = new Timestamp(_bars.Start[_next] + _bars.Interval.Ms), Callback = true };
            _next += script.Call(call, ScriptView.Empty).Consumed;
        }
    }

    private static double Best(int count, Action<int> operation)
    {
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            operation(count);
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalNanoseconds / count);
        }

        return best;
    }

    private static void Print(string part, double ns) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{part,-50}{ns,10:0} ns"));
}
