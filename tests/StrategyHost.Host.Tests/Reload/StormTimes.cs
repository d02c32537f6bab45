using System.Diagnostics;
using System.Globalization;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>How long saves took, and what the process held meanwhile.</summary>
internal sealed class StormTimes
{
    private const int Measured = 500;

    /// <summary>Threads of the pool come and go.</summary>
    private const int ThreadsMore = 20;
    private readonly List<(int Reload, long Resident, long Managed, int Threads)> _memory = [];

    /// <summary>From the save to the first look at it, in ms.</summary>
    public List<double> Noticed { get; } = [];

    /// <summary>From the save to the first event of the version that was saved, in ms.</summary>
    public List<double> Traded { get; } = [];

    /// <summary>From the save to the reason why it does not trade, in ms.</summary>
    public List<double> Refused { get; } = [];

    /// <summary>What the whole process holds, scripts and their compiled code included, after everything that can go has gone.</summary>
    public void Sample(int reload)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        _memory.Add((reload, process.WorkingSet64, GC.GetTotalMemory(false), process.Threads.Count));
    }

    public string[] Summary() =>
    [
        Line("noticed after", Noticed),
        Line("first event of the new version after", Traded),
        Line("refused with its reason after", Refused),
        "resident MiB (managed, threads) by reload: " + string.Join(", ", Shown().Select(
            m => $"{m.Reload}: {m.Resident >> 20} ({m.Managed >> 20}, {m.Threads})")),
    ];

    /// <summary>
    /// The process holds what it held when everything had run some times. The 500 are the measure; of fewer the first are still compiling.
    /// </summary>
    public void AssertFlat()
    {
        var done = _memory[^1].Reload;
        var (from, to, last, most) = done >= Measured ? (50, 100, done - 50, 1.1) : (done / 4, done / 2, done * 3 / 4, 1.25);
        var before = Median(_memory.Where(m => m.Reload >= from && m.Reload <= to));
        Assert.InRange(Median(_memory.Where(m => m.Reload > last)), 0, (long)(before * most));
        Assert.InRange(_memory[^1].Threads, 0, _memory[0].Threads + ThreadsMore);
    }

    private static long Median(IEnumerable<(int Reload, long Resident, long Managed, int Threads)> samples)
    {
        long[] sorted = [.. samples.Select(s => s.Resident).Order()];
        return sorted[sorted.Length / 2];
    }

    // Ten of them tell enough.
    private IEnumerable<(int Reload, long Resident, long Managed, int Threads)> Shown() =>
        _memory.Where((m, i) => i % Math.Max(_memory.Count / 10, 1) == 0 || i == _memory.Count - 1);

    private static string Line(string what, List<double> times)
    {
        double[] sorted = [.. times.Order()];
        string Of(double share) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)].ToString("F0", CultureInfo.InvariantCulture);
        return sorted.Length == 0 ? $"{what}: never" : $"{what}: p50 {Of(0.5)} ms, p99 {Of(0.99)} ms, max {Of(1)} ms";
    }
}
