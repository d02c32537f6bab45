using System.Diagnostics;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// Writes one journal file on a thread of its own, so that nobody who appends ever waits for a disk. 1. Records are written in the order in
/// which they were appended. 2. What waits is committed together: at once when somebody waits for it, else within
/// <see cref="JournalWriterOptions.LingerMs"/>. 3. What the disk does not take stays in memory up to a limit and is tried again; beyond it
/// a <see cref="JournalGap"/> says how much is missing. Appending is thread-safe.
/// </summary>
public sealed class JournalWriter : IRequestLog, IDisposable
{
    private readonly object _gate = new(); // Monitor.Wait needs an object
    private readonly Queue<Entry> _waiting = [];
    private readonly JournalBacklog _backlog;
    private readonly JournalWriterOptions _options;
    private readonly JournalFile? _file;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _written = new();
    private JournalRun? _run;
    private bool _hasBegun;
    private int _awaited;
    private long _firstAt;
    private bool _isClosed;
    private JournalStamp _lostAt;
    private long _lost; // since the last one that waits

    /// <param name="file">The file, or why there is none: then nothing is ever written, and everybody who waits is told that.</param>
    /// <param name="options">Limits and who is told.</param>
    public JournalWriter(Result<JournalFile> file, JournalWriterOptions options)
    {
        _file = file.IsOk ? file.Value : null;
        _options = options;
        _backlog = new JournalBacklog(options.KeptMax);
        Problem = file.IsOk ? null : file.Errors[0];
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _thread.Start();
    }

    /// <summary>Why the last attempt to write failed; null: it did not.</summary>
    public Error? Problem { get; private set; }

    /// <summary>As <see cref="JournalFile.Claim"/>; null too where there is no file.</summary>
    public Error? Claim(string holder) => _file?.Claim(holder);

    /// <summary>Records of this run; before the first append.</summary>
    public void Begin(JournalRun run)
    {
        lock (_gate)
        {
            _run = run;
        }
    }

    /// <summary>Takes what <see cref="JournalCodec"/> can encode; it is encoded later and must not change any more.</summary>
    public void Append(JournalStamp stamp, object what) => Add(new Entry(stamp, what, null));

    /// <summary>
    /// As the other; then <paramref name="written"/> is called on the writer's thread, in the order of appending, when it is committed
    /// (null) or could not be.
    /// </summary>
    public void Append(JournalStamp stamp, object what, Action<Error?> written) => Add(new Entry(stamp, what, written));

    /// <summary>
    /// Calls back on the writer's thread when all that was appended before is committed (null), or could not be.
    /// </summary>
    public void Await(Action<Error?> written) => Add(new Entry(default, null, written));

    /// <summary>The thread ends when it has written what waits. Nobody waits for that here.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>
    /// Ends, and waits for the last commit; false: it did not come in this time, and the thread is left to itself. Folding the log into
    /// the file goes on meanwhile: a process that leaves before that has lost nothing.
    /// </summary>
    public bool Close(TimeSpan patience)
    {
        End();
        return _written.Wait(patience);
    }

    /// <summary>Ends, and waits until the file is closed, but not for ever.</summary>
    public void Dispose()
    {
        End();
        if (_thread.Join(_options.Patience))
        {
            _written.Dispose();
        }
    }

    private void Add(Entry entry)
    {
        lock (_gate)
        {
            if (entry.Written is null && _waiting.Count >= _options.WaitingMax)
            {
                _lostAt = _lost == 0 ? entry.Stamp : _lostAt;
                _lost++;
                return;
            }

            if (Lost() is { } gap)
            {
                _waiting.Enqueue(gap);
            }

            _firstAt = _waiting.Count == 0 ? Stopwatch.GetTimestamp() : _firstAt;
            _awaited += entry.Written is null ? 0 : 1;
            _waiting.Enqueue(entry);
            if (entry.Written is not null || _waiting.Count is 1)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    private void Run()
    {
        try
        {
            var batch = new List<Entry>();
            while (Take(batch))
            {
                var error = Write(batch);
                batch.ForEach(e => e.Written?.Invoke(error));
                Fold();
            }
        }
#pragma warning disable CA1031 // The thread's entry: a bug here would end the process, and the orders of both accounts with it.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            _options.Failed?.Invoke(bug);
        }
        finally
        {
            _written.Set();
            _file?.Dispose();
        }
    }

    /// <summary>Waits for something to write, or for the time to try again; false: closed, and nothing is left.</summary>
    private bool Take(List<Entry> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            while (WaitMs() is var wait && wait != 0)
            {
                if (!Monitor.Wait(_gate, wait))
                {
                    break;
                }
            }

            while (batch.Count < _options.BatchMax && _waiting.TryDequeue(out var entry))
            {
                _awaited -= entry.Written is null ? 0 : 1;
                batch.Add(entry);
            }

            if (_waiting.Count == 0 && Lost() is { } gap)
            {
                batch.Add(gap);
            }

            return batch.Count > 0 || !_isClosed;
        }
    }

    /// <summary>What was lost behind all that waits, once; null: nothing was. What is read back relies on its place in the order.</summary>
    private Entry? Lost()
    {
        if (_lost == 0)
        {
            return null;
        }

        var gap = new Entry(_lostAt, new JournalGap(_lost), null);
        _lost = 0;
        return gap;
    }

    /// <summary>How long there is nothing to do; 0: something is.</summary>
    private int WaitMs()
    {
        if (_isClosed || _awaited > 0 || _waiting.Count >= _options.BatchMax)
        {
            return 0;
        }

        return _waiting.Count > 0 ? Math.Max(0, _options.LingerMs - (int)Stopwatch.GetElapsedTime(_firstAt).TotalMilliseconds)
            : _backlog.IsEmpty ? Timeout.Infinite : _options.RetryMs;
    }

    private Error? Write(List<Entry> batch)
    {
        if (_file is null)
        {
            return Problem;
        }

        var rows = _backlog.Take();
        rows.AddRange(batch.Where(e => e.What is not null).Select(e => JournalCodec.Encode(e.Stamp, e.What!)));
        var error = rows.Count == 0 ? Problem : Begin(_file) ?? _file.Append(rows);
        if (error is not null)
        {
            _backlog.Keep(rows);
        }

        Tell(error);
        return error;
    }

    /// <summary>When nothing waits, or nobody ever stops: who appends meanwhile waits some ms longer for the commit.</summary>
    private void Fold()
    {
        if (_file?.Unfolded > _options.FoldAt && (IsIdle() || _file.Unfolded > 32 * _options.FoldAt))
        {
            _file.Checkpoint();
        }
    }

    private bool IsIdle()
    {
        lock (_gate)
        {
            return _waiting.Count == 0;
        }
    }

    private Error? Begin(JournalFile file)
    {
        if (_hasBegun || _run is null)
        {
            return _run is null ? throw new InvalidOperationException("a record came before its run") : null;
        }

        var error = file.Begin(_run);
        _hasBegun = error is null;
        return error;
    }

    private void Tell(Error? error)
    {
        var isNews = error?.Rule != Problem?.Rule;
        Problem = error;
        if (isNews)
        {
            _options.Changed?.Invoke(error);
        }
    }

    private readonly record struct Entry(JournalStamp Stamp, object? What, Action<Error?>? Written);
}

/// <summary>Limits of a <see cref="JournalWriter"/>, and who hears of it. What is called is called on the writer's thread.</summary>
public sealed record JournalWriterOptions
{
    /// <summary>Called when writing begins to fail, with why, and when it works again, with null.</summary>
    public Action<Error?>? Changed { get; init; }

    /// <summary>Called with a bug that ended the thread.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>How long a record waits for company when nobody waits for it.</summary>
    public int LingerMs { get; init; } = 50;

    /// <summary>Time between attempts while the disk takes nothing and nothing comes.</summary>
    public int RetryMs { get; init; } = 1000;

    /// <summary>Records of one commit.</summary>
    public int BatchMax { get; init; } = 1000;

    /// <summary>Records that wait while the disk does not answer; more are lost, but not those that somebody waits for.</summary>
    public int WaitingMax { get; init; } = 100_000;

    /// <summary>Records that wait while the disk refuses them; more are lost.</summary>
    public int KeptMax { get; init; } = 20_000;

    /// <summary>Characters in the log from which it is folded into the file when there is nothing else to do.</summary>
    public long FoldAt { get; init; } = 2_000_000;

    /// <summary>How long disposing waits until the file is closed.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);
}
