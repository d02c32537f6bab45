using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// What Bybit does not publish or what could not be verified (sources read 2026-07-24), one switch each with the default that the
/// evidence favours. The table with reasons is in <c>engine/docs/fills.md</c>. Latencies and faults are not here: the caller delays and
/// repeats.
/// </summary>
public sealed record ExchangeSwitches
{
    /// <summary>A conditional order keeps its order id when it triggers.</summary>
    public bool KeepOrderIdOnTrigger { get; init; } = true;

    /// <summary>Status of take-profits and stop-losses that are removed because their position is closed or their sibling fired.</summary>
    public OrderStatus ClearedTpslStatus { get; init; } = OrderStatus.Deactivated;

    /// <summary>Status of a user's conditional order that is cancelled before its trigger.</summary>
    public OrderStatus CancelledConditionalStatus { get; init; } = OrderStatus.Deactivated;

    /// <summary>A new distance restarts a trailing stop's extreme at the last price; false: the extreme is kept.</summary>
    public bool TrailingRestartsOnModify { get; init; } = true;

    /// <summary>Stops of positions count towards the 10 conditional orders per symbol.</summary>
    public bool CountTpslInConditionalLimit { get; init; }
    public ReduceOnlyOverflow ReduceOnlyOverflow { get; init; } = ReduceOnlyOverflow.ClipAtFill;

    /// <summary>When Partial pairs exceed the position, the earliest placed shrink first; false: the latest.</summary>
    public bool ShrinkEarliestPartialFirst { get; init; } = true;

    /// <summary>Attached Full protection takes effect with the entry's first fill; false: with its last.</summary>
    public bool AttachOnFirstFill { get; init; } = true;

    /// <summary>Full and Partial protection may stand side by side on one position.</summary>
    public bool AllowFullWithPartial { get; init; } = true;

    /// <summary>
    /// Partial stops (or targets) may together exceed the position, each alone may not; false: a call beyond what has none is refused
    /// (110058). The sum is cut when the position is reduced.
    /// </summary>
    public bool PartialsMayOverlap { get; init; }

    /// <summary>An orderLinkId is never free again while it is among the newest 10,000; false: it is when its order is final.</summary>
    public bool LinkIdsAreUniqueForEver { get; init; } = true;

    /// <summary>Reduce-only conditional orders of the user outlive their position until they trigger or are cancelled.</summary>
    public bool KeepOrphanConditionals { get; init; } = true;

    /// <summary>A reduce-only conditional order needs a position to reduce when it is created (110017).</summary>
    public bool ConditionalReduceOnlyNeedsPosition { get; init; } = true;

    /// <summary>A one-way position that turns to the other side loses its stops.</summary>
    public bool ClearStopsOnFlip { get; init; } = true;

    /// <summary>An amendment that only lowers the quantity keeps its place in the queue.</summary>
    public bool DecreaseKeepsQueue { get; init; } = true;
    public LiquidationFormula LiquidationFormula { get; init; } = LiquidationFormula.Mark;

    /// <summary>Conditional orders of one symbol and account (110009).</summary>
    public int ConditionalLimit { get; init; } = 10;

    /// <summary>Active orders of one symbol and account (110020).</summary>
    public int ActiveLimit { get; init; } = 500;

    /// <summary>Partial take-profits, and separately stop-losses, of one position (110061).</summary>
    public int PartialLimit { get; init; } = 20;
}

/// <summary>What happens to a reduce-only order that is larger than the position.</summary>
public enum ReduceOnlyOverflow
{
    /// <summary>It rests as asked and is cut when it fills.</summary>
    ClipAtFill,

    /// <summary>Its quantity is cut when it is accepted, and again when it fills.</summary>
    ClipAtAcceptance,
}

/// <summary>Isolated liquidation price: margin balance equal to maintenance margin at mark, or the older one at entry value.</summary>
public enum LiquidationFormula { Mark, Entry }
