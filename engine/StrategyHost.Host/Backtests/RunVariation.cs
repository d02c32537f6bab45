using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Backtests;

/// <summary>
/// What is done otherwise in a run that is compared with another: everything else (instruments, fill model, settings) comes from the whole
/// data, so that nothing but this differs.
/// </summary>
internal sealed record RunVariation
{
    public static readonly RunVariation None = new();

    /// <summary>Only what had happened by then is played; null: all.</summary>
    public Timestamp? CutAt { get; init; }

    /// <summary>How events are put together into calls: null: as usual, 0: each alone, else at random from this seed.</summary>
    public long? Grouping { get; init; }

    /// <summary>Called even where the script has none: what stands between wants to hear them.</summary>
    public ScriptCallbacks Also { get; init; }

    /// <summary>Stands between the run and a script; gets the tape that is played.</summary>
    public Func<IScriptInstance, MarketTape, IScriptInstance> Wrap { get; init; } = (script, _) => script;
}
