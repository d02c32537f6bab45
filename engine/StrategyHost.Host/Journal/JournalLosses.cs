using StrategyHost.Core.Domain;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Journal;

/// <summary>
/// What a data directory shows to be missing although each file by itself is good: a journal that was deleted, or an older copy put back.
/// Neither keeps an account from trading; the exchange tells what it has, and what nobody knows any more is said.
/// </summary>
internal sealed class JournalLosses(string directory)
{
    private readonly Dictionary<string, string> _lastRuns = [];
    private readonly List<Error> _gone = [];

    /// <summary>Before the owner's file is opened, which makes a new one: its lock says that there was one.</summary>
    public void Look(string owner)
    {
        var path = JournalFile.PathOf(directory, owner);
        if (File.Exists(path + ".lock") && new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            _gone.Add(Loss(path, "journal_gone", $"the journal {Path.GetFileName(path)} is gone and a new one is begun: why open orders "
                + "and positions were made is not known, stops at the exchange stay; to have it back, stop the host and put back a copy"));
        }
    }

    /// <summary>After it was opened.</summary>
    public void Opened(Result<JournalFile> file)
    {
        if (file is { IsOk: true, Value: { LastRun: { } run, Owner: var owner } })
        {
            _lastRuns[owner] = run;
        }
    }

    /// <summary>One line for each loss. Names of runs begin with their time, so that the newest is the last of them.</summary>
    public IEnumerable<Error> Found()
    {
        var newest = _lastRuns.Values.Max(StringComparer.Ordinal);
        return _gone.Concat(
            from last in _lastRuns
            where string.CompareOrdinal(last.Value, newest) < 0
            orderby last.Key
            let path = JournalFile.PathOf(directory, last.Key)
            select Loss(path, "journal_older", $"the journal {Path.GetFileName(path)} knows nothing of the last run {newest}: an older "
                + "copy was put back, or nothing was written then; why orders of that run were made is not known, "
                + "stops at the exchange stay"));
    }

    private static Error Loss(string path, string rule, string message) => new()
    {
        File = path,
        Rule = rule,
        Message = message,
    };
}
