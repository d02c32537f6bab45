using System.Globalization;

namespace StrategyHost.Scripting.Border;

/// <summary>
/// The last line of defence against what no time limit reaches: under Jint native loops and memory, under JavaScriptCore work of the
/// library's own threads that a script waits for. A thread looks every 50 ms; when a call does not come back, or the process has grown
/// beyond the budget while a call is under way, it prints one line on stderr and ends the process with <see cref="ExitCode"/>. Orders and
/// stops live on the exchange and in the journal, so a clean end loses none of them.
/// </summary>
internal sealed class ScriptWatchdog(string engine, string advice, long budgetBytes, int stuckMs)
{
    /// <summary>Exit code of an ended process (documented in engine/docs/scripts.md).</summary>
    public const int ExitCode = 12;

    /// <summary>A call that ignores its time limit is left alone for so long unless the engine's maker says otherwise.</summary>
    public const int StuckMs = 10_000;
    private const int PeriodMs = 50;
    private readonly Lock _gate = new();
    private readonly List<Watched> _watched = [];
    private Thread? _thread;

    /// <summary>
    /// Milliseconds that this watchdog has been awake. A process that was stopped, or a machine that slept, is no stuck call: of one pause
    /// only a few periods count. Starts at one, since zero means "no call".
    /// </summary>
    private long _clockMs = 1;

    /// <summary>A slot for one instance's calls; <paramref name="file"/> is named when one of them has to be ended.</summary>
    public Watched Register(string file)
    {
        var watched = new Watched(this, file);
        lock (_gate)
        {
            _watched.Add(watched);
            if (_thread is null)
            {
                _thread = new Thread(Loop) { IsBackground = true, Name = "script watchdog", Priority = ThreadPriority.AboveNormal };
                _thread.Start();
            }
        }

        return watched;
    }

    private void Loop()
    {
        using var never = new ManualResetEventSlim(); // never set: a wait on it is the watchdog's period
        var seenMs = Environment.TickCount64;
        while (!never.Wait(PeriodMs))
        {
            var nowMs = Environment.TickCount64;
            var clockMs = Volatile.Read(ref _clockMs) + Math.Min(nowMs - seenMs, 4 * PeriodMs);
            Volatile.Write(ref _clockMs, clockMs);
            seenMs = nowMs;
            lock (_gate)
            {
                if (_watched.Count == 0)
                {
                    _thread = null;
                    return;
                }

                if (_watched.Where(w => w.SinceMs > 0).MinBy(w => w.SinceMs) is { } oldest)
                {
                    Check(oldest, clockMs);
                }
            }
        }
    }

    private void Check(Watched oldest, long clockMs)
    {
        if (budgetBytes < long.MaxValue && MemoryCheck.ResidentBytes() > budgetBytes && AfterCollection() is var left && left > budgetBytes)
        {
            End(string.Create(
                CultureInfo.InvariantCulture,
                $"a script under {engine} drove the process to {left >> 20} MB, budget {budgetBytes >> 20} MB"));
        }

        // Looked at again: a call that has come back in the meantime leaves zero.
        if (oldest.SinceMs is > 0 and var sinceMs && clockMs - sinceMs > stuckMs)
        {
            End(string.Create(
                CultureInfo.InvariantCulture,
                $"the script {oldest.File} under {engine} did not come back for {stuckMs} ms and cannot be stopped"));
        }
    }

    // What earlier scripts left behind is no reason to end the process: only what is still reachable counts.
    private static long AfterCollection()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return MemoryCheck.ResidentBytes();
    }

    private void End(string why)
    {
        Console.Error.WriteLine($"strategyhost: {why}; ending with exit code {ExitCode}. {advice}");
#pragma warning disable RS0030 // What holds the call cannot be stopped by anything but the end of the process.
        Environment.Exit(ExitCode);
#pragma warning restore RS0030
    }

    /// <summary>The calls of one instance; used by one thread, read by the watchdog. Costs a nanosecond per call.</summary>
    internal sealed class Watched(ScriptWatchdog owner, string file) : IDisposable
    {
        private int _depth;
        private long _sinceMs;

        public string File { get; } = file;

        /// <summary>When the call under way began by the watchdog's clock; zero for none.</summary>
        public long SinceMs => Volatile.Read(ref _sinceMs);

        /// <summary>From here to <see cref="Leave"/> a call is under way; calls may nest, the outermost counts.</summary>
        public void Enter()
        {
            if (_depth++ == 0)
            {
                Volatile.Write(ref _sinceMs, Volatile.Read(ref owner._clockMs));
            }
        }

        public void Leave()
        {
            if (--_depth == 0)
            {
                Volatile.Write(ref _sinceMs, 0);
            }
        }

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._watched.Remove(this);
            }
        }
    }
}
