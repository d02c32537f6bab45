using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange.Saved;

/// <summary>One position, flat or not, with its Full stops; a price of 0 means: none.</summary>
public sealed record SavedPosition
{
    public required PositionIdx Idx { get; init; }
    public required PositionSide Side { get; init; }
    public required long Size { get; init; }
    public required decimal EntryValue { get; init; }

    /// <summary>The price of all entries when they had the same, else 0.</summary>
    public required long OnePrice { get; init; }
    public required decimal Realised { get; init; }
    public required decimal Costs { get; init; }
    public required decimal ExtraMargin { get; init; }
    public required decimal HeldMargin { get; init; }
    public required long OpenedMs { get; init; }
    public required long OpenedAtEvent { get; init; }
    public required long AddedAtEvent { get; init; }
    public required long StopLoss { get; init; }
    public required TriggerBy StopLossBy { get; init; }
    public required long StopLossNumber { get; init; }
    public required long TakeProfit { get; init; }
    public required TriggerBy TakeProfitBy { get; init; }
    public required long TakeProfitNumber { get; init; }
    public required SavedTrailing Trailing { get; init; }
}

/// <summary>A position's trailing stop; distance 0: none.</summary>
public sealed record SavedTrailing(long Number, long Distance, long Activation, bool IsArmed, long Extreme);
