using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// What a backtest is made from: the kernel's options, the exchange's, and the scripts, already loaded on the calling thread.
/// </summary>
public sealed record BacktestOptions
{
    public required EngineOptions Engine { get; init; }
    public required ExchangeOptions Exchange { get; init; }

    /// <summary>One per strategy of the engine's options, in their order.</summary>
    public required IReadOnlyList<IScriptInstance> Scripts { get; init; }

    /// <summary>The scripts' files, in the same order, for the report.</summary>
    public required IReadOnlyList<string> ScriptFiles { get; init; }

    /// <summary><c>javascriptcore</c> or <c>jint</c>.</summary>
    public required string EngineName { get; init; }

    /// <summary>Time between a request and its arrival at the exchange, in ms. Always 0 with bars.</summary>
    public long LatencyMs { get; init; }

    /// <summary>
    /// Nothing is traded before; candles that close until then are warm-up. Null: trading starts with the data, after their warm-up.
    /// </summary>
    public Timestamp? TradeFrom { get; init; }

    /// <summary>One event at a time, without quiet runs: slower, same result; tests compare the two.</summary>
    public bool OneByOne { get; init; }

    /// <summary>
    /// How many events are offered to a script at once: null: by what it took before, else at random from this seed; same result.
    /// </summary>
    public long? GroupingSeed { get; init; }

    /// <summary>Hears every effect of the kernel before it is carried out; for tests that compare traces.</summary>
    public Action<Effect>? Trace { get; init; }
    public IReadOnlyList<string> Warnings { get; init; } = [];
    public MarginMode MarginMode { get; init; }
}
