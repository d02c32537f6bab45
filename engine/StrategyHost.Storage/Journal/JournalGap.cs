namespace StrategyHost.Storage.Journal;

/// <summary>
/// Stands where so many records, the one of this place the first of them, could not be kept: the disk took nothing for longer than they
/// could wait in memory.
/// </summary>
public sealed record JournalGap(long Records);
