using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Journal;

/// <summary>
/// What is said of the disk under one account's journal, by the two who know: the writer, which sees it refuse, and the way out, which
/// sees it not answer in time. The account has its journal while neither objects; a change of that is told once, in order. Any thread.
/// </summary>
/// <param name="changed">Hears why not, or null: it is written again. Must not wait.</param>
internal sealed class DiskWord(Action<Error?> changed)
{
    private readonly Lock _lock = new();
    private Error? _writer;
    private Error? _wayOut;

    /// <summary>The last attempt to write failed for this reason; null: it worked.</summary>
    public void Writer(Error? problem)
    {
        lock (_lock)
        {
            Tell(problem, _wayOut);
        }
    }

    /// <summary>A request waits too long for its record; null: none does any more.</summary>
    public void WayOut(Error? problem)
    {
        lock (_lock)
        {
            Tell(_writer, problem);
        }
    }

    private void Tell(Error? writer, Error? wayOut)
    {
        var before = _writer ?? _wayOut;
        (_writer, _wayOut) = (writer, wayOut);
        var now = writer ?? wayOut;
        if (now?.Rule != before?.Rule)
        {
            changed(now);
        }
    }
}
