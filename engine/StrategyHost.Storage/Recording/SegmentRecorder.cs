using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Storage.Recording;

/// <summary>
/// Writes live market news of several symbols into tick segments (engine/docs/ticks.md). One thread calls it; it has no clock, so
/// somebody calls <see cref="PassTime"/> about each second.
/// 1. One recorder a folder. 2. A segment under its own name is whole; what a recorder that died left is salvaged by the next one.
/// 3. Segments of one symbol follow each other without overlap, each with a book of its own. 4. What is missing is marked. 5. The first
/// trouble with the disk ends the recording: it is in <see cref="Error"/>, and what was written before stays readable.
/// </summary>
public sealed class SegmentRecorder : IDisposable
{
    /// <summary>Hidden, so that a loader leaves it out.</summary>
    private const string LockName = ".recording.lock";

    private readonly string _folder;
    private readonly RecorderOptions _options;
    private readonly FileStream _lock;
    private readonly List<RecordedSegment> _segments;
    private readonly SymbolRecorder[] _symbols;
    private readonly Dictionary<Symbol, SymbolRecorder> _bySymbol;
    private long _lastFlushMs;
    private bool _isStopped;

    private SegmentRecorder(string folder, IReadOnlyList<Symbol> symbols, RecorderOptions options, FileStream held, Timestamp now)
    {
        (_folder, _options, _lock, _lastFlushMs) = (folder, options, held, now.Ms);
        _segments = Salvage.All(folder, now);
        _symbols = [.. symbols.Distinct().Select(s => new SymbolRecorder(folder, s, options))];
        _bySymbol = _symbols.ToDictionary(s => s.Counts.Symbol);
    }

    /// <summary>Segments in place, in the order in which they were completed; salvaged ones first.</summary>
    public IReadOnlyList<RecordedSegment> Segments => _segments;

    /// <summary>Why the recording has ended by itself; null: it has not.</summary>
    public Error? Error { get; private set; }

    /// <summary>What was recorded of each symbol, in the order given.</summary>
    public IReadOnlyList<RecordedCounts> Counts => [.. _symbols.Select(s => s.Counts)];

    /// <summary>Takes the folder, which is made where it is missing, and salvages what is unfinished in it. Rule <c>held</c>: another
    /// recorder has it.</summary>
    public static Result<SegmentRecorder> Open(string folder, IReadOnlyList<Symbol> symbols, RecorderOptions options, Timestamp now)
    {
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(folder);
            held = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new SegmentRecorder(folder, symbols, options, held, now);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Only the lock is shared, so a sharing violation while it is not ours is another recorder's.
            var isHeld = held is null && problem is IOException { HResult: var code } && (code & 0xFFFF) is 11 or 35 or 32;
            held?.Dispose();
            return isHeld
                ? new Error { File = folder, Rule = "held", Message = "another recording writes into this folder; name another with --out" }
                : Unwritable(folder, problem);
        }
    }

    /// <summary>News of a symbol that is not recorded, and candles that are open, are left out.</summary>
    public void Take(MarketNews news)
    {
        if (_bySymbol.TryGetValue(news.Symbol, out var recorder))
        {
            Guard(() =>
            {
                if (SymbolRecorder.RowMs(news) is { } rowMs)
                {
                    Keep(recorder.RotateIfDue(rowMs));
                }

                recorder.Take(news);
            });
        }
    }

    /// <summary>The connection of all symbols was lost, or is whole again.</summary>
    public void Take(LinkNews news)
    {
        foreach (var symbol in news.Link == Link.Public ? _symbols : [])
        {
            if (news.State == LinkState.Up)
            {
                symbol.LinkUp();
            }
            else if (news.State == LinkState.Down)
            {
                symbol.LinkDown();
            }
        }
    }

    /// <summary>The caller had to drop news: they are marked as missing, and books wait for their next snapshot.</summary>
    public void Lost() => Array.ForEach(_symbols, s => s.Lost());

    /// <summary>Hands rows that have waited to the operating system and ends segments that are over also where no news come.</summary>
    public void PassTime(Timestamp now)
    {
        if (now.Ms - _lastFlushMs < _options.FlushMs)
        {
            return;
        }

        _lastFlushMs = now.Ms;
        Guard(() =>
        {
            foreach (var symbol in _symbols)
            {
                symbol.Flush();
                // Not at once: news of the last moments are still on their way.
                Keep(symbol.RotateIfDue(now.Ms - _options.FlushMs));
            }
        });
    }

    /// <summary>Completes all segments. Called once, also after an error.</summary>
    public void Stop(Timestamp now)
    {
        Guard(() => Array.ForEach(_symbols, s => Keep(s.Stop(now.Ms))));
        _isStopped = true;
    }

    /// <summary>Without <see cref="Stop"/> unfinished segments are left to be salvaged.</summary>
    public void Dispose()
    {
        if (!_isStopped)
        {
            Array.ForEach(_symbols, s => s.Abandon());
        }

        _lock.Dispose();
    }

    private void Guard(Action work)
    {
        if (Error is not null || _isStopped)
        {
            return;
        }

        try
        {
            work();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Error = Unwritable(_folder, problem);
            Array.ForEach(_symbols, s => Keep(s.GiveUp()));
        }
    }

    private void Keep(RecordedSegment? segment)
    {
        if (segment is not null)
        {
            _segments.Add(segment);
        }
    }

    private static Error Unwritable(string folder, Exception problem) => new()
    {
        File = folder,
        Rule = "unwritable",
        Message = $"the recording cannot be written: {problem.Message}. What was written before is kept; make room and start it again",
    };
}
