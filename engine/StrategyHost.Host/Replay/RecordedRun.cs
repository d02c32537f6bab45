using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Journal;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.RunTapes;

namespace StrategyHost.Host.Replay;

/// <summary>One step as it was recorded. Market: its input, if that was market data. Rows: everything else, by part.</summary>
internal sealed record RecordedStep(long Seq, EngineInput? Market, IReadOnlyList<(string Owner, JournalRow Row)> Rows);

/// <summary>
/// A run's journals and its market tape as one sequence of steps. Reading ends with the last step that is whole in all of them;
/// <see cref="Ending"/> says why there.
/// </summary>
internal sealed class RecordedRun : IDisposable
{
    private readonly IReadOnlyList<RecordCursor> _files;
    private readonly RunTapeReader _tape;

    private RecordedRun(JournalRun run, EngineFacts facts, IReadOnlyList<RecordCursor> files, RunTapeReader tape) =>
        (Run, Facts, _files, _tape) = (run, facts, files, tape);

    public JournalRun Run { get; }
    public EngineFacts Facts { get; }

    /// <summary>The run was stopped, and its last step is recorded.</summary>
    public bool IsComplete => _files[0].IsComplete;

    /// <summary>Number of the last recorded step that a journal has.</summary>
    public long LastSeq => _files.Max(f => f.Last.Seq);

    /// <summary>Why there are no further steps: set when reading has ended.</summary>
    public ReplayEnding? Ending { get; private set; }

    /// <summary>Opens what a run left. Errors: there is no such run, or nothing to replay it from.</summary>
    public static Result<RecordedRun> Open(string directory, string name)
    {
        var run = Find(directory, name);
        if (!run.IsOk)
        {
            return Result<RecordedRun>.Failed(run.Errors);
        }

        string[] owners = [RunJournal.HostOwner, AccountId.Main.Name, AccountId.Mirror.Name];
        RecordCursor[] files = [.. owners.Select(o => RecordCursor.Open(directory, o, run.Value.Name))];
        var facts = FactsOf(files[0], run.Value.Name);
        var tape = facts.IsOk
            ? RunTapeReader.Open(RunTapeFolder.PathOf(directory, run.Value.Name)) : Result<RunTapeReader>.Failed(facts.Errors);
        if (tape.IsOk)
        {
            return new RecordedRun(run.Value, facts.Value, files, tape.Value);
        }

        Array.ForEach(files, f => f.Dispose());
        return Result<RecordedRun>.Failed(tape.Errors);
    }

    /// <summary>What is recorded at this place may be missing: the process ended before it was written.</summary>
    public bool IsBeyond(string owner, long seq, int part)
    {
        var file = _files.First(f => f.Owner == owner);
        return file.Last.Part < 0 || (!IsComplete && (seq, part).CompareTo(file.Last) > 0);
    }

    /// <summary>The file's last record stands there, and nothing says that the step had no more of it.</summary>
    public bool IsCutAt(string owner, long seq, int part) => !IsComplete && _files.First(f => f.Owner == owner).Last == (seq, part);

    /// <summary>All steps, once.</summary>
    public IEnumerable<RecordedStep> Read()
    {
        using var tape = _tape.Read().GetEnumerator();
        var hasMarket = tape.MoveNext();
        foreach (var file in _files)
        {
            while (file.Peek() is { Stamp.Seq: 0 })
            {
                file.Take(); // sent before the first step; the kernel knows nothing of it
            }
        }

        for (var seq = 1L; ; seq++)
        {
            var rows = Rows(seq);
            var market = hasMarket && tape.Current.Seq == seq ? tape.Current.Input : null;
            if ((market is null && rows is not [{ Row.Stamp.Part: 0 }, ..]) || rows.Any(r => r.Row.Kind == nameof(JournalGap)))
            {
                Ending = End(seq, rows);
                yield break;
            }

            hasMarket = market is null ? hasMarket : tape.MoveNext();
            yield return new RecordedStep(seq, market, rows);
        }
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }

        _tape.Dispose();
    }

    private List<(string Owner, JournalRow Row)> Rows(long seq)
    {
        var rows = new List<(string, JournalRow Row)>();
        foreach (var file in _files)
        {
            while (file.Peek()?.Stamp.Seq == seq)
            {
                rows.Add((file.Owner, file.Take()));
            }
        }

        rows.Sort((a, b) => a.Row.Stamp.Part.CompareTo(b.Row.Stamp.Part));
        return rows;
    }

    private ReplayEnding End(long seq, List<(string Owner, JournalRow Row)> rows)
    {
        foreach (var (owner, row) in rows.Where(r => r.Row.Kind == nameof(JournalGap)))
        {
            var count = JournalCodec.Decode(row) is { IsOk: true, Value: JournalGap gap } ? gap.Records : 0;
            return new ReplayEnding(
                "journal_gap", $"{count} records from step {seq} on are missing in {owner}'s journal: the disk took nothing");
        }

        if (_files.Select(f => f.Problem).FirstOrDefault(p => p is not null && p.Rule != "journal_missing") is { } problem)
        {
            return new ReplayEnding(problem.Rule, problem.ToString());
        }

        if (_tape.Problem is { } tape)
        {
            return new ReplayEnding(tape.Rule, tape.ToString());
        }

        var left = _files.Where(f => f.Peek() is not null).Select(f => f.Owner).ToArray();
        return IsComplete && left.Length == 0 ? ReplayEnding.Complete
            : IsComplete && _tape.Unended is { } cut ? new ReplayEnding(cut.Rule, cut.ToString())
            : IsComplete
            ? new ReplayEnding("step_missing", $"step {seq} is in no file, though later ones are: a file was changed or put back")
            : new ReplayEnding("not_ended", $"the run was killed or still runs: step {seq} is not in the files"
                + (left.Length == 0 ? "" : $", though the journal of {string.Join(" and ", left)} has later ones"));
    }

    private static Result<JournalRun> Find(string directory, string name)
    {
        var opened = JournalReader.Open(JournalFile.PathOf(directory, RunJournal.HostOwner));
        using var reader = opened.IsOk ? opened.Value : null;
        var runs = reader?.Runs() ?? Result<IReadOnlyList<JournalRun>>.Failed(opened.Errors);
        if (!runs.IsOk)
        {
            return Result<JournalRun>.Failed(runs.Errors);
        }

        if ((name == "latest" && runs.Value.Count > 0 ? runs.Value[^1] : runs.Value.FirstOrDefault(r => r.Name == name)) is { } run)
        {
            return run;
        }

        string[] nearest =
            [.. runs.Value.Select(r => r.Name).Reverse().OrderBy(r => Core.Domain.NearestName.Distance(name, r)).Take(3)];
        return new Error
        {
            Field = "RUN",
            Value = name,
            Rule = "unknown_run",
            Message = $"the host's journal knows no run '{name}'; "
                + (nearest.Length == 0 ? "there is none yet"
                    : $"the nearest are {string.Join(", ", nearest)}, and latest is {runs.Value[^1].Name}"),
        };
    }

    private static Result<EngineFacts> FactsOf(RecordCursor host, string run)
    {
        if (host.Problem is { } problem)
        {
            return problem;
        }

        while (host.Peek() is { Stamp.Seq: 0 })
        {
            var row = host.Take();
            if (row.Kind == nameof(EngineFacts))
            {
                var facts = JournalCodec.Decode(row);
                return facts.IsOk ? (EngineFacts)facts.Value : Result<EngineFacts>.Failed(facts.Errors);
            }
        }

        return new Error
        {
            Field = "RUN",
            Value = run,
            Rule = "no_facts",
            Message = $"the host's journal does not say what the engine of run {run} was made from: an earlier "
                + "version wrote it, or the disk did not take it; replay a later run",
        };
    }
}

/// <summary>Why a replay had no further steps. Code is stable.</summary>
internal sealed record ReplayEnding(string Code, string Text)
{
    public static readonly ReplayEnding Complete = new("complete", "the run ended in order");
}
