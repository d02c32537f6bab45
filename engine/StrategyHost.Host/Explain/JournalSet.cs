using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Journal;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Explain;

/// <summary>
/// The journals of a data directory, open for reading, whether a host runs or not. One that cannot be read leaves a note; the others still
/// tell what they know.
/// </summary>
internal sealed class JournalSet : IDisposable
{
    private static readonly string[] Owners = [RunJournal.HostOwner, AccountId.Main.Name, AccountId.Mirror.Name];
    private readonly Dictionary<string, JournalReader> _readers = [];
    private readonly List<string> _notes = [];

    private JournalSet()
    {
    }

    public static IReadOnlyList<string> Accounts { get; } = [AccountId.Main.Name, AccountId.Mirror.Name];
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Errors where there is no journal at all, or none that can be read.</summary>
    public static Result<JournalSet> Open(string directory)
    {
        var set = new JournalSet();
        var errors = new List<Error>();
        foreach (var owner in Owners)
        {
            var opened = JournalReader.Open(JournalFile.PathOf(directory, owner));
            if (opened.IsOk)
            {
                set._readers.Add(owner, opened.Value);
            }
            else if (opened.Errors[0].Rule != "journal_missing" || owner == RunJournal.HostOwner)
            {
                errors.Add(opened.Errors[0]);
            }
        }

        set._notes.AddRange(errors.Select(e => e.ToString()));
        return set._readers.Count > 0 ? set : Result<JournalSet>.Failed(errors);
    }

    /// <summary>The records of one file; none where it cannot be read.</summary>
    public IReadOnlyList<JournalRecord> Read(string owner, Func<JournalReader, Result<IReadOnlyList<JournalRecord>>> question)
    {
        if (!_readers.TryGetValue(owner, out var reader))
        {
            return [];
        }

        var answer = question(reader);
        if (answer.IsOk)
        {
            return answer.Value;
        }

        Note(answer.Errors[0].ToString());
        return [];
    }

    /// <summary>The records of all files.</summary>
    public IReadOnlyList<(string Owner, JournalRecord Record)> ReadAll(
        Func<JournalReader, Result<IReadOnlyList<JournalRecord>>> question) =>
        [.. Owners.SelectMany(o => Read(o, question).Select(r => (o, r)))];

    /// <summary>The lately used ids that are most like one.</summary>
    public IReadOnlyList<string> Nearest(string id, int count)
    {
        const int Looked = 5_000;
        return [.. _readers.Values.SelectMany(r => r.KnownIds(Looked) is { IsOk: true, Value: var known } ? known : []).Distinct()
            .OrderBy(k => Core.Domain.NearestName.Distance(id, k)).ThenBy(k => k, StringComparer.Ordinal).Take(count)];
    }

    /// <summary>The runs of the host's file, oldest first; none where it cannot be read.</summary>
    public IReadOnlyList<JournalRun> Runs =>
        _readers.GetValueOrDefault(RunJournal.HostOwner)?.Runs() is { IsOk: true, Value: var runs } ? runs : [];

    /// <summary>The name of a version's file, as messages have it; null: its texts were not kept.</summary>
    public string? FileOf(string run, string strategy, string? sha256) => Runs.FirstOrDefault(r => r.Name == run) is { } known
        ? VersionSearch.All(this, known).FirstOrDefault(v => v.Strategy == strategy && v.ScriptSha256 == sha256)?.FileName
        : null;

    /// <summary>The version of a script that answered in a step of a run: the last that took over, else the one of the start.</summary>
    public string? ScriptOf(string run, string strategy, long seq)
    {
        var entered = Read(RunJournal.HostOwner, r => r.LastOf(nameof(StrategyReplaced), strategy, run, seq));
        return entered is [{ Row: var row }, ..] && JournalCodec.Decode(row) is { IsOk: true, Value: StrategyReplaced version }
            ? version.Setup.ScriptSha256 : ScriptOf(run, strategy);
    }

    private string? ScriptOf(string run, string strategy) => _readers.Values
        .Select(r => r.Runs() is { IsOk: true, Value: var runs } ? runs.FirstOrDefault(x => x.Name == run) : null)
        .OfType<JournalRun>().Select(r => r.ScriptSha256.GetValueOrDefault(strategy)).FirstOrDefault();

    public void Note(string text)
    {
        if (!_notes.Contains(text))
        {
            _notes.Add(text);
        }
    }

    public void Dispose()
    {
        foreach (var reader in _readers.Values)
        {
            reader.Dispose();
        }
    }
}
