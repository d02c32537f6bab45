using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Storage.RunTapes;

/// <summary>
/// Writes a run's tape on a thread of its own: what the kernel was told of the market, with the numbers of the steps. 1. Appending never
/// waits for the disk. 2. What comes is in the file within <see cref="RunTapeOptions.LingerMs"/>, or as soon as the disk takes it. 3. What
/// does not fit into memory meanwhile is lost, and the tape says where and how much. Append and End: one thread.
/// </summary>
public sealed class RunTapeWriter : IDisposable
{
    private readonly object _gate = new(); // Monitor.Wait needs an object
    private readonly RunTapeEncoder _encoder;
    private readonly RunTapeOptions _options;
    private readonly string _path;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _written = new();
    private TapeBytes _spare = new();
    private FileStream? _file;
    private long _length;
    private byte[]? _block;
    private bool _isFresh = true;
    private bool _hasFailed;
    private bool _isClosed;
    private long _lost;
    private long _lostFrom;

    /// <param name="path">A new file; its folder is made.</param>
    /// <param name="stepOf">The tick of a symbol in units of 1e-9.</param>
    /// <param name="options">Limits and who is told.</param>
    public RunTapeWriter(string path, Func<Symbol, long> stepOf, RunTapeOptions options)
    {
        (_path, _options, _encoder) = (path, options, new RunTapeEncoder(stepOf));
        _thread = new Thread(Run) { IsBackground = true, Name = "market tape" };
        _thread.Start();
    }

    /// <summary>Bytes that are in the file.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>Takes a market input; its lists are read here and not later.</summary>
    public void Append(long seq, EngineInput input)
    {
        lock (_gate)
        {
            if (IsFull(seq))
            {
                return;
            }

            var wasEmpty = _encoder.Bytes.Count == 0;
            _encoder.Add(seq, input);
            if (wasEmpty)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>The run has ended in order with this step: nothing comes after it.</summary>
    public void End(long seq)
    {
        lock (_gate)
        {
            if (!IsFull(seq))
            {
                _encoder.End(seq);
            }
        }
    }

    /// <summary>Writes what waits, in one attempt; false: the disk did not take it in this time.</summary>
    public bool Close(TimeSpan patience)
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }

        return _written.Wait(patience) && _block is null;
    }

    public void Dispose()
    {
        if (Close(_options.Patience))
        {
            _thread.Join(_options.Patience);
        }
    }

    private bool IsFull(long seq)
    {
        if (_isClosed || _encoder.Bytes.Count >= _options.WaitingMax || (_lost > 0 && _encoder.Bytes.Count > 0))
        {
            _lostFrom = _lost++ == 0 ? seq : _lostFrom;
            return true;
        }

        if (_lost > 0)
        {
            _encoder.Reset();
            _isFresh = true;
            _encoder.Gap(_lostFrom, _lost);
            _lost = 0;
        }

        return false;
    }

    private void Run()
    {
        try
        {
            while (Take())
            {
                Write();
            }
        }
#pragma warning disable CA1031 // The thread's entry: a bug here would end the process, and trading with it.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            _options.Failed?.Invoke(bug);
        }
        finally
        {
            _file?.Dispose();
            _written.Set();
        }
    }

    /// <summary>Waits until something has waited for its time, or may be tried again; false: closed, and nothing is left to try.</summary>
    private bool Take()
    {
        lock (_gate)
        {
            while (!_isClosed && _block is null && _encoder.Bytes.Count == 0)
            {
                Monitor.Wait(_gate);
            }

            Wait(_block is null ? _options.LingerMs : _options.RetryMs);
            if (_isClosed && (_block is null ? _encoder.Bytes.Count == 0 : _hasFailed))
            {
                return false;
            }

            if (_block is null)
            {
                var full = _encoder.Swap(_spare);
                _block = RunTapeFormat.Block(_isFresh, full.Written);
                full.Clear();
                (_spare, _isFresh) = (full, false);
            }

            return true;
        }
    }

    private void Wait(int ms)
    {
        var began = Stopwatch.GetTimestamp();
        while (!_isClosed && ms - (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds is > 0 and var left)
        {
            Monitor.Wait(_gate, left);
        }
    }

    private void Write()
    {
        try
        {
            var file = _file ?? Open();
            file.Write(_block);
            Interlocked.Exchange(ref _length, file.Position);
            _block = null;
            Tell(null);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Tell(new Error
            {
                File = _path,
                Rule = "tape_failed",
                Message = $"what the market said is not recorded ({problem.Message}), so this run can only be replayed up to here; "
                    + "free some space or set journal.market to false",
            });
            Undo();
        }
    }

    /// <summary>A part of the block may be there: the next attempt begins where it began.</summary>
    private void Undo()
    {
        try
        {
            _file?.SetLength(_length);
            _file?.Seek(_length, SeekOrigin.Begin);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose(); // opened anew with the next attempt
            _file = null;
        }
    }

    private FileStream Open()
    {
        var folder = Path.GetDirectoryName(_path)!; // a file in a data directory
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
        };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
            options.UnixCreateMode = Owner;
        }

        _file = new FileStream(_path, options);
        _file.SetLength(_length);
        _file.Seek(_length, SeekOrigin.Begin);
        if (_length == 0)
        {
            _file.Write(RunTapeFormat.Head());
            Interlocked.Exchange(ref _length, _file.Position);
        }

        return _file;
    }

    private void Tell(Error? problem)
    {
        if (_hasFailed != problem is not null)
        {
            _hasFailed = problem is not null;
            _options.Changed?.Invoke(problem);
        }
    }
}

/// <summary>Limits of a <see cref="RunTapeWriter"/>, and who hears of it. What is called is called on the writer's thread.</summary>
public sealed record RunTapeOptions
{
    /// <summary>Called when writing begins to fail, with why, and when it works again, with null.</summary>
    public Action<Error?>? Changed { get; init; }

    /// <summary>Called with a bug that ended the thread.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>How long an input waits for company; what a killed process loses.</summary>
    public int LingerMs { get; init; } = 100;

    public int RetryMs { get; init; } = 1000;

    /// <summary>Bytes that wait while the disk takes nothing, besides those that are being tried.</summary>
    public int WaitingMax { get; init; } = 8_000_000;

    /// <summary>How long disposing waits.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);
}
