using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>What an account remembers beside its plans. Money in quote currency.</summary>
public sealed record SavedAccount
{
    public required AccountId Account { get; init; }

    /// <summary>The highest numbers that were given so far.</summary>
    public required long PlanNumber { get; init; }
    public required long OrderNumber { get; init; }
    public required BooksState Books { get; init; }

    /// <summary>Profit of open positions beyond what their plans show.</summary>
    public decimal Carried { get; init; }

    /// <summary>Positions that plans are on or were on, by symbol and leg.</summary>
    public IReadOnlyList<SavedLeg> Legs { get; init; } = [];
    public required LatchState Losses { get; init; }
    public TradeLatchState Trades { get; init; } = TradeLatchState.Fresh;

    /// <summary>Moments of the last entries, where their number is limited.</summary>
    public IReadOnlyList<Timestamp> Throttle { get; init; } = [];

    /// <summary>The newest executions that no plan took, oldest first.</summary>
    public IReadOnlyList<ExecutionId> Executions { get; init; } = [];

    /// <summary>Closes that a position's size told before their executions came.</summary>
    public IReadOnlyList<SavedBooking> Bookings { get; init; } = [];

    /// <summary>Executions that were told before others that belong in front of them: see <see cref="LateFills"/>.</summary>
    public IReadOnlyList<SavedLate> LateOpenings { get; init; } = [];
    public IReadOnlyList<SavedLate> LateClosings { get; init; } = [];

    /// <summary>Plans that something happened to and that were not put right yet, in that order.</summary>
    public IReadOnlyList<long> Touched { get; init; } = [];

    /// <summary>A person's order to be flat that is not proven yet; null: there is none.</summary>
    public SavedFlatten? Flatten { get; init; }

    /// <summary>Where a person has stopped entries, in the order in which it was asked for.</summary>
    public IReadOnlyList<Halt> Halts { get; init; } = [];

    /// <summary>How many signals each strategy that is led by this account has given: their ids go on from there.</summary>
    public IReadOnlyList<SavedSignals> Signals { get; init; } = [];

    /// <summary>Entries of those strategies that wait for the cancel in front of them; null: none.</summary>
    public IReadOnlyList<SavedWaiting>? Waiting { get; init; }

    /// <summary>
    /// How the open plans of main are mirrored, of the mirror's account alone: nothing of the mirror stands in main's saves.
    /// </summary>
    public IReadOnlyList<SavedLead> Leads { get; init; } = [];

    /// <summary>Switch and breaker of the mirror; null for main.</summary>
    public SavedGate? Gate { get; init; }

    /// <summary>Trades so far and the equity of the day's start; null: nobody watched.</summary>
    public WatchState? Watch { get; init; }
}

/// <summary>A position as its plans share it: see <see cref="Planning.PositionLeg"/>. Prices of zero: none.</summary>
public sealed record SavedLeg
{
    public required Symbol Symbol { get; init; }
    public required PositionIdx Idx { get; init; }
    public PositionSide? Side { get; init; }
    public Price FullStop { get; init; }
    public Timestamp StopMovedAt { get; init; }
    public Price ShownStop { get; init; }
    public Price EntriesStop { get; init; }
    public bool IsShared { get; init; }
    public int TrancheStopsMax { get; init; }
    public int DroppedStops { get; init; }
    public bool IsConsolidated { get; init; }
    public decimal Carry { get; init; }
    public int Refusals { get; init; }
    public Timestamp? RetryAt { get; init; }
    public bool AwaitsPicture { get; init; }
}

/// <summary>A close that was booked for a position that had shrunk; its execution may still be told.</summary>
public sealed record SavedBooking(Symbol Symbol, PositionIdx Leg, Side Side, Quantity Rest, Timestamp At)
{
    /// <summary>The price that was assumed; 0 in saves of before it was kept: only the fee is booked afterwards.</summary>
    public Price Price { get; init; }
}

/// <summary>An execution that waits for another one, and how much of it does.</summary>
public sealed record SavedLate(FillReport Fill, Quantity Rest)
{
    /// <summary>It is older than the position that was in its way.</summary>
    public bool IsPast { get; init; }
}

/// <summary>A flatten under way: the plans, orders and positions that it means.</summary>
public sealed record SavedFlatten
{
    public required IReadOnlyList<long> Plans { get; init; }

    /// <summary>Ids of orders, ours or the exchange's, sorted.</summary>
    public required IReadOnlyList<string> Orders { get; init; }
    public required IReadOnlyList<SavedForeign> Foreign { get; init; }
    public required Timestamp SentAt { get; init; }
    public required bool IsProofAsked { get; init; }
}

/// <summary>A position that no plan holds, and how often it was closed.</summary>
public sealed record SavedForeign(Symbol Symbol, PositionIdx Leg, int Closes);

/// <summary>A plan of main and what the mirror makes of it: see <see cref="Planning.MirrorNote"/>. Plans by number.</summary>
public sealed record SavedLead
{
    public required long Leader { get; init; }
    public long? Follower { get; init; }
    public decimal? Ratio { get; init; }
    public decimal Residual { get; init; }
    public string? SkippedBecause { get; init; }
    public bool IsRoundedUp { get; init; }
    public bool IsPartlyFilled { get; init; }
    public bool IsAtBreakeven { get; init; }

    /// <summary>An entry waits for its delay; it is not made after a restart.</summary>
    public bool IsDelayed { get; init; }
}

/// <summary>Signals of a strategy so far.</summary>
public sealed record SavedSignals(StrategyId Strategy, long Count);

/// <summary>The mirror's switch and its breaker.</summary>
public sealed record SavedGate(bool IsOn, MirrorBreaker Breaker);

/// <summary>
/// What an account's watch remembers: closed trades and their net result, the UTC day that was looked at last (counted from 1970; null:
/// none yet), and when and with which equity at mark it began. Transfers are taken out of the equity.
/// </summary>
public sealed record WatchState(long Trades, decimal NetPnl, long? Day, Timestamp DayAt, decimal DayEquity);
