using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What changes the version of a strategy's script while a run goes on (engine/docs/reload.md). The order: <see cref="InstrumentsAdded"/>
/// where the new version trades symbols that nobody did, <see cref="StrategyHeld"/>, and then one of <see cref="StrategyReplaced"/> and
/// <see cref="StrategyReleased"/>. Closed hierarchy.
/// </summary>
public abstract record VersionInput : EngineInput
{
    private protected VersionInput() { }
}

/// <summary>Symbols that the run did not know are known from now on; news of them come after this.</summary>
public sealed record InstrumentsAdded(IReadOnlyList<Instrument> Instruments) : VersionInput;

/// <summary>
/// A strategy's events wait from now on, those that the version which trades hears and those that <paramref name="Next"/> would: the call
/// under way ends, and no other begins. Orders, stops and trails go on.
/// </summary>
public sealed record StrategyHeld(StrategyId Strategy, StrategySetup Next) : VersionInput;

/// <summary>
/// The next version does not take over: the one that trades goes on with the events that waited. One that was held by its own fault is
/// parked.
/// </summary>
public sealed record StrategyReleased(StrategyId Strategy, string Why) : VersionInput;

/// <summary>
/// Another version of a strategy takes over, with the events that waited: <c>on_start</c> first. Its settings count from now on; plans that
/// are open keep the version that made them. It un-parks the strategy.
/// </summary>
public sealed record StrategyReplaced(StrategySetup Setup) : VersionInput
{
    /// <summary>When it faults its events wait for another version, instead of being dropped.</summary>
    public bool HoldsOnFault { get; init; }

    /// <summary>For people: <c>file saved</c>, <c>return after 3 faults</c>.</summary>
    public string Why { get; init; } = "";

    /// <summary>Its texts; empty where the journal has this version already, and of files beyond what a journal takes.</summary>
    public IReadOnlyList<ScriptFile> Files { get; init; } = [];
}
