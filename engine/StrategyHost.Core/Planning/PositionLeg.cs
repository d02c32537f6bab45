using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Planning;

/// <summary>
/// One position as the exchange holds it: a symbol's, or one leg of it in hedge mode. The plans (tranches) on it share its Full stop.
/// Changed by its account's kernel alone. Prices in units of 1e-9, 0: none.
/// </summary>
public sealed class PositionLeg
{
    /// <summary>Side of the open position; null: flat.</summary>
    public PositionSide? Side { get; set; }

    /// <summary>The Full stop that was last asked of the exchange.</summary>
    public long FullStop { get; set; }
    public Timestamp StopMovedAt { get; set; }

    /// <summary>The Full stop as the exchange last showed it.</summary>
    public long ShownStop { get; set; }

    /// <summary>The Full stop that resting entries were last brought up to.</summary>
    public long EntriesStop { get; set; }

    /// <summary>Several plans hold the position, or orders of such a time are still there.</summary>
    public bool IsShared { get; set; }

    /// <summary>Tranche stops that the exchange was found to allow; it refused one more.</summary>
    public int TrancheStopsMax { get; set; } = int.MaxValue;

    /// <summary>Tranche stops that the exchange took and ended unasked.</summary>
    public int DroppedStops { get; set; }

    /// <summary>Some plans' stops stand tighter than they asked for, for want of conditional orders.</summary>
    public bool IsConsolidated { get; set; }

    /// <summary>
    /// The profit that open plans show beyond the exchange's view, in quote currency: a tranche closes at its own average, the exchange at
    /// the position's. Positive: the exchange has booked less so far.
    /// </summary>
    public decimal Carry { get; set; }

    /// <summary>Refusals of the Full stop since it last stood, and when it is asked for again.</summary>
    public int Refusals { get; set; }
    public Timestamp? RetryAt { get; set; }

    /// <summary>The stop was refused for good as far as is known: the next fresh picture of the account decides.</summary>
    public bool AwaitsPicture { get; set; }

    /// <summary>The position is gone, and its stop with it.</summary>
    public void Reset()
    {
        Side = null;
        FullStop = 0;
        ShownStop = 0;
        EntriesStop = 0;
        TrancheStopsMax = int.MaxValue;
        DroppedStops = 0;
        IsShared = false;
        IsConsolidated = false;
        Carry = 0;
        Refusals = 0;
        RetryAt = null;
        AwaitsPicture = false;
    }
}
