using System.Globalization;
using StrategyHost.Scripting.Border;

namespace StrategyHost.Scripting.Managed;

/// <summary>
/// The last line of defence under Jint, which has no memory limit and native loops that no time limit stops: a thread that looks every
/// 50 ms and, when the process has grown beyond its budget or a call does not come back, prints one line on stderr and ends the process
/// with <see cref="ExitCode"/>. Orders and stops live on the exchange and in the journal, so a clean end loses none of them.
/// </summary>
internal sealed class ScriptWatchdog
{
    /// <summary>Exit code of an ended process (documented in engine/docs/scripts.md).</summary>
    public const int ExitCode = 12;
    private const int PeriodMs = 50;
    private readonly long _budgetBytes;
    private readonly int _stuckMs;
    private readonly Lock _gate = new();

    private readonly List<Watched> _watched = [];
    private Thread? _thread;

    public ScriptWatchdog(int budgetMb, int stuckMs)
    {
        _budgetBytes = (long)budgetMb << 20;
        _stuckMs = stuckMs;
    }

    /// <summary>From now until disposal a call is under way on this thread.</summary>
    public Watched Watch()
    {
        var watched = new Watched(this, Environment.TickCount64);
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
        while (!never.Wait(PeriodMs))
        {
            long oldest;
            lock (_gate)
            {
                if (_watched.Count == 0)
                {
                    continue;
                }

                oldest = _watched.Min(w => w.SinceMs);
            }

            var rss = MemoryCheck.ResidentBytes();
            if (rss > _budgetBytes && (rss = AfterCollection()) > _budgetBytes)
            {
                End(string.Create(
                    CultureInfo.InvariantCulture,
                    $"a script under Jint drove the process to {rss >> 20} MB, budget {_budgetBytes >> 20} MB"));
            }

            if (Environment.TickCount64 - oldest > _stuckMs)
            {
                End(string.Create(
                    CultureInfo.InvariantCulture, $"a script under Jint did not come back for {_stuckMs} ms and cannot be stopped"));
            }
        }
    }

    // What earlier scripts left behind is no reason to end the process: only what is still reachable counts.
    private static long AfterCollection()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return MemoryCheck.ResidentBytes();
    }

    private static void End(string why)
    {
        Console.Error.WriteLine(
            $"strategyhost: {why}; ending with exit code {ExitCode}. Install libjavascriptcoregtk-4.1-0, which bounds scripts.");
#pragma warning disable RS0030 // A native loop under Jint cannot be stopped by anything but the end of the process.
        Environment.Exit(ExitCode);
#pragma warning restore RS0030
    }

    /// <summary>One call under way.</summary>
    internal sealed class Watched(ScriptWatchdog owner, long sinceMs) : IDisposable
    {
        public long SinceMs { get; } = sinceMs;

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._watched.Remove(this);
            }
        }
    }
}
