using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// Feeds inputs to the kernel and carries out its effects until nothing is left to do: requests go to the exchange after their latency,
/// scripts are called at once, and every answer is the next input.
/// </summary>
internal sealed class EffectLoop(EngineKernel kernel, SimulatedExchange exchange, BacktestOptions options, ResultCollector collector)
{
    /// <summary>Answers to one event beyond which the strategy and the exchange are only feeding each other.</summary>
    private const int RoundsMax = 10_000;

    private readonly EffectList _effects = new();
    private Timestamp _now;
    private readonly Queue<(Timestamp Due, AccountEffect Request)> _underWay = [];
    private readonly Dictionary<StrategyId, IScriptInstance> _scripts = options.Engine.Strategies
        .Zip(options.Scripts).ToDictionary(p => p.First.Strategy, p => p.Second);

    /// <summary>When the next request arrives at the exchange; far away when none is under way.</summary>
    public Timestamp NextArrival => _underWay.TryPeek(out var first) ? first.Due : Timestamp.MaxValue;

    /// <summary>Rows that the script took of the last run.</summary>
    public int Consumed { get; private set; }

    public void Feed(EngineInput input)
    {
        kernel.Step(input, _effects);
        Settle(input.At);
    }

    /// <summary>Feeds a quiet run; without a script that hears it all rows are taken.</summary>
    public void FeedRun(EngineInput input, int rows)
    {
        Consumed = rows;
        Feed(input);
    }

    /// <summary>Delivers requests that have arrived by now.</summary>
    public void Arrive(Timestamp at)
    {
        while (_underWay.TryPeek(out var first) && first.Due <= at)
        {
            exchange.Execute(_underWay.Dequeue().Request, at);
            Settle(at);
        }
    }

    /// <summary>Runs until the exchange has nothing to report and the kernel nothing to do.</summary>
    public void Settle(Timestamp at)
    {
        _now = at;
        var rounds = 0;
        while (true)
        {
            if (exchange.Reports.Count > 0)
            {
                kernel.Step(new Reported(exchange.Reports) { At = _now }, _effects); // read during the step only
                exchange.Reports.Clear();
                collector.Changed();
            }
            else if (_effects.TryTake(out var effect))
            {
                options.Trace?.Invoke(effect!);
                Do(effect!, _now); // taken just now; a run moves the time on
            }
            else
            {
                return;
            }

            if (++rounds > RoundsMax)
            {
                throw new UnreachableException($"more than {RoundsMax} answers to one event at {at}");
            }
        }
    }

    private void Do(Effect effect, Timestamp at)
    {
        if (effect is PlaceOrder order)
        {
            collector.Asked(order);
        }

        switch (effect)
        {
            case CallScript call:
                Call(call, at);
                break;
            case Alert alert:
                collector.Take(alert);
                break;
            case AccountEffect request when options.LatencyMs > 0:
                _underWay.Enqueue((at.AddMs(options.LatencyMs), request));
                break;
            case AccountEffect request:
                exchange.Execute(request, at);
                break;
            default:
                collector.Take(effect);
                break;
        }
    }

    private void Call(CallScript call, Timestamp at)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = _scripts[call.Strategy].Call(call.Call, call.View);
        collector.Called(call.Strategy, call.Call, answer.Consumed, began);
        switch (call.Call)
        {
            case KlineRun { Warming: false } run when run.To - run.From > 1:
                var bar = run.From + answer.Consumed - 1;
                at = Skip(run.Block.Symbol, run.Block.Close[bar], run.Block.Start[bar] + run.Block.Interval.Ms, answer);
                break;
            case TradeRun run when run.To - run.From > 1:
                var trade = run.From + answer.Consumed - 1;
                at = Skip(run.Block.Symbol, run.Block.Price[trade], run.Block.Time[trade], answer);
                break;
            default:
                break;
        }

        kernel.Step(new ScriptReturned(call.Strategy, call.Call, answer) { At = at }, _effects);
    }

    /// <summary>The exchange follows a run to where the script stopped, before the script's signals reach it.</summary>
    private Timestamp Skip(Symbol symbol, long price, long ms, ScriptAnswer answer)
    {
        Consumed = answer.Consumed;
        exchange.SkipQuiet(symbol, price, ms);
        _now = new Timestamp(ms);
        return _now;
    }
}
