using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Risk;

/// <summary>
/// The entries of the last 60 s of one account (ADR 29 <c>risk.maxEntriesPerMinute</c>). Keeps nothing where no limit is set.
/// </summary>
public sealed class EntryThrottle(RiskSettings settings)
{
    public const long WindowMs = 60_000;
    private readonly Queue<Timestamp> _entries = [];

    /// <summary>Moments, oldest first; set where a run goes on.</summary>
    public IReadOnlyList<Timestamp> State
    {
        get => [.. _entries];
        set
        {
            _entries.Clear();
            foreach (var entry in value)
            {
                _entries.Enqueue(entry);
            }
        }
    }

    /// <summary>Entries that are less than 60 s old.</summary>
    public int Count(Timestamp at)
    {
        var count = 0;
        foreach (var entry in _entries)
        {
            count += at.Ms - entry.Ms < WindowMs ? 1 : 0;
        }

        return count;
    }

    /// <summary>One was made.</summary>
    public void Entered(Timestamp at)
    {
        if (settings.MaxEntriesPerMinute is not { } most)
        {
            return;
        }

        _entries.Enqueue(at);
        while (_entries.Count > most)
        {
            _entries.Dequeue();
        }
    }
}
