using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// A plan with all its orders: see <see cref="TradePlan"/>. Orders are named by their numbers, other plans by theirs. Prices of zero: none.
/// </summary>
public sealed record SavedPlan
{
    public required AccountId Account { get; init; }
    public required long Number { get; init; }

    /// <summary>It is over: kept for late reports, and because a plan of main may name it.</summary>
    public bool IsFinished { get; init; }
    public required StrategyId Strategy { get; init; }
    public required Symbol Symbol { get; init; }
    public required PositionSide Side { get; init; }
    public required PositionIdx PositionIdx { get; init; }
    public required PlanOrigin Origin { get; init; }
    public required ProtectionSpec Spec { get; init; }
    public decimal Atr { get; init; }
    public PlanPhase Phase { get; init; }
    public bool KeepEntries { get; init; }
    public bool Flips { get; init; }
    public Timestamp? CloseAt { get; init; }
    public long? CloseAfterMs { get; init; }
    public string? Group { get; init; }
    public bool LeavesGroup { get; init; }
    public bool MergesTranches { get; init; }

    /// <summary>The plan follows one of main's: which one, the mirror's <see cref="SavedAccount.Leads"/> say.</summary>
    public bool IsFollower { get; init; }

    /// <summary>The open plan that took this one's entries over.</summary>
    public long? Heir { get; init; }

    /// <summary>The mirror's part of main's plan, of the mirror's plans alone.</summary>
    public decimal? MirrorRatio { get; init; }
    public required PlanPosition Position { get; init; }

    /// <summary>How many orders of each role have been numbered.</summary>
    public required IReadOnlyList<int> Generations { get; init; }
    public Price High { get; init; }
    public Price Low { get; init; }
    public Price FreshPrice { get; init; }
    public SavedTrail? Trail { get; init; }
    public SavedStop? Stop { get; init; }

    /// <summary>The stop that was last asked of the exchange for this plan. For the eye and for noticing a change; not taken up.</summary>
    public Price SentStop { get; init; }
    public bool IsStopForced { get; init; }
    public ExitReason? MustClose { get; init; }
    public string LeftBy { get; init; } = "";
    public Timestamp CloseRetryAt { get; init; }
    public Timestamp CloseAlarmAt { get; init; }
    public decimal? FirstRisk { get; init; }
    public IReadOnlyList<Target> Targets { get; init; } = [];
    public IReadOnlyList<Quantity> TargetFilled { get; init; } = [];
    public int TargetRefusals { get; init; }
    public Timestamp? InstantAt { get; init; }

    /// <summary>Every order of the plan that reports may still name, by number; those without an id of ours until they end.</summary>
    public IReadOnlyList<SavedOrder> Orders { get; init; } = [];

    /// <summary>Executions of orders without an id of ours that closed of this plan: told again they count no more.</summary>
    public IReadOnlyList<ExecutionId> Executions { get; init; } = [];

    // Which of the orders are what, by number.
    public IReadOnlyList<long> Entries { get; init; } = [];
    public IReadOnlyList<long> Exits { get; init; } = [];

    /// <summary>One for each rung; 0: it has none.</summary>
    public IReadOnlyList<long> TargetOrders { get; init; } = [];
    public IReadOnlyList<long> OldStops { get; init; } = [];
    public long? OwnStop { get; init; }
    public long? NeighboursStop { get; init; }
}

/// <summary>Trail, fixed stop and breakeven as prices: see <see cref="StopTrail"/>.</summary>
public sealed record SavedTrail
{
    public required PositionSide Side { get; init; }
    public Price? FixedStop { get; init; }
    public decimal? Percent { get; init; }
    public decimal? Amount { get; init; }
    public Price? Activation { get; init; }
    public Price? BreakevenAt { get; init; }
    public Price? BreakevenStop { get; init; }
}

/// <summary>Where a stop stands: see <see cref="StopState"/>.</summary>
public sealed record SavedStop(Price Extreme, bool IsActivated, Price Stop, StopSource Source);
