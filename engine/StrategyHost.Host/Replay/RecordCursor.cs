using StrategyHost.Core.Domain;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Replay;

/// <summary>
/// The records of one run in one journal, one after the other, read by the page. What is asked for beyond <see cref="Last"/> may not
/// have been written any more when the process ended. Not thread-safe.
/// </summary>
internal sealed class RecordCursor : IDisposable
{
    private const int PageSize = 2000;
    private readonly JournalReader? _reader;
    private readonly string _run;
    private IReadOnlyList<JournalRecord> _page = [];
    private int _next;
    private bool _isEnded;

    private RecordCursor(JournalReader? reader, string owner, string run) => (_reader, Owner, _run) = (reader, owner, run);

    public string Owner { get; }

    /// <summary>The place of the last record of the run when reading began; (0, -1): there is none.</summary>
    public (long Seq, int Part) Last { get; private set; } = (0, -1);

    /// <summary>The run's last record in this file says that it ended in order.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Why the file could not be read on; null: it could.</summary>
    public Error? Problem { get; private set; }

    public static RecordCursor Open(string directory, string owner, string run)
    {
        var opened = JournalReader.Open(JournalFile.PathOf(directory, owner));
        var cursor = new RecordCursor(opened.IsOk ? opened.Value : null, owner, run)
        {
            Problem = opened.IsOk ? null : opened.Errors[0],
            _isEnded = !opened.IsOk,
        };
        foreach (var (_, row) in cursor.Ask(r => r.Last(run)))
        {
            cursor.Last = (row.Stamp.Seq, row.Stamp.Part);
            cursor.IsComplete = JournalCodec.Decode(row) is { IsOk: true, Value: StateMark { IsLast: true } };
        }

        return cursor;
    }

    /// <summary>The next record; null: there is none.</summary>
    public JournalRow? Peek()
    {
        if (_next == _page.Count && !_isEnded)
        {
            var (seq, part) = _page.Count == 0 ? (0, -1) : (_page[^1].Row.Stamp.Seq, _page[^1].Row.Stamp.Part);
            (_page, _next) = (Ask(r => r.After(_run, seq, part, PageSize)), 0);
            _isEnded = _page.Count == 0;
        }

        return _next < _page.Count ? _page[_next].Row : null;
    }

    public JournalRow Take()
    {
        var row = Peek() ?? throw new InvalidOperationException("there is no further record");
        _next++;
        return row;
    }

    public void Dispose() => _reader?.Dispose();

    private IReadOnlyList<JournalRecord> Ask(Func<JournalReader, Result<IReadOnlyList<JournalRecord>>> question)
    {
        if (_reader is null || Problem is not null)
        {
            return [];
        }

        var answer = question(_reader);
        Problem = answer.IsOk ? null : answer.Errors[0];
        return answer.IsOk ? answer.Value : [];
    }
}
