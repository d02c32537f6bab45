using System.Diagnostics;
using System.Globalization;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>Many runs on two threads, and their figures together.</summary>
internal sealed class Batch
{
    private readonly List<RunResult> _broken = [];
    private readonly long[] _struck = new long[Enum.GetValues<FaultKind>().Length];
    private readonly Lock _lock = new();
    private TimeSpan _took;

    public int Runs { get; private set; }
    public long Steps { get; private set; }
    public long Crashes { get; private set; }
    public Markers Markers { get; } = new();

    /// <summary>In the order of their seeds.</summary>
    public IReadOnlyList<RunResult> Broken => [.. _broken.OrderBy(r => r.Options.Seed)];

    public long Struck(FaultKind kind) => _struck[(int)kind];

    public static Batch Of(IEnumerable<WorldOptions> options)
    {
        var batch = new Batch();
        var watch = Stopwatch.StartNew();
        Parallel.ForEach(options, new ParallelOptions { MaxDegreeOfParallelism = 2 }, o => batch.Take(SimWorld.Run(o)));
        batch._took = watch.Elapsed;
        return batch;
    }

    /// <summary>Figures, faults and markers, a line each.</summary>
    public IEnumerable<string> Summary()
    {
        var seconds = Math.Max(0.001, _took.TotalSeconds);
        yield return string.Create(CultureInfo.InvariantCulture, $"{Runs} seeds, {Steps} steps, {Crashes} crashes, "
            + $"{_struck.Sum()} faults, {_broken.Count} violations in {seconds:F0} s: {Runs / seconds:F1} seeds/s, {Steps / seconds:F0} steps/s");
        yield return "faults: " + string.Join(", ", Enum.GetValues<FaultKind>().Select(k => $"{k} {Struck(k)}"));
        yield return "markers: " + string.Join(", ", Markers.Hits.Select(m => $"{m.Key} {m.Value}"));
    }

    private void Take(RunResult result)
    {
        lock (_lock)
        {
            Runs++;
            Steps += result.Steps;
            Crashes += result.Crashes;
            Markers.Add(result.Markers);
            for (var i = 0; i < _struck.Length; i++)
            {
                _struck[i] += result.Struck[i];
            }

            if (result.Broken is not null)
            {
                _broken.Add(result);
            }
        }
    }
}
