using System.Collections.Concurrent;
using System.Diagnostics;
using StrategyHost.Reliability.Tests.Runs;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>What came of looking for a bug.</summary>
/// <param name="Bug">The bug.</param>
/// <param name="Catch">The run that caught it; null: none did.</param>
/// <param name="Runs">Runs with the bug up to there.</param>
/// <param name="Skipped">Seeds that broke without the bug, too.</param>
/// <param name="Others">Invariants that broke and that the bug has nothing to do with.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record Find(
    PlantedBug Bug, RunResult? Catch, int Runs, int Skipped, IReadOnlyList<string> Others, double Seconds)
{
    public override string ToString() => $"{Bug.Name,-30} " + (Catch is { } c
        ? $"run {Runs,3} seed {c.Options.Seed,4} {c.Broken,-5} {Seconds,5:F1} s" : $"NOT CAUGHT in {Runs} runs {Seconds,5:F1} s")
        + (Skipped > 0 ? $", {Skipped} seeds skipped" : "") + (Others.Count > 0 ? $", also {string.Join(' ', Others)}" : "");
}

/// <summary>
/// Runs fresh seeds with a bug in place until an invariant sees it. A seed counts only when it is whole without the bug.
/// </summary>
internal sealed class Hunt(ulong firstSeed, int runsMax, TimeSpan patience)
{
    private readonly ConcurrentDictionary<ulong, Lazy<RunResult>> _clean = new();
    private readonly ConcurrentDictionary<string, Lazy<Find>> _finds = new(StringComparer.Ordinal);

    public Find For(PlantedBug bug) => _finds.GetOrAdd(bug.Name, _ => new Lazy<Find>(() => Look(bug))).Value;

    /// <summary>The seed as it runs without any bug.</summary>
    public RunResult Clean(ulong seed) => _clean.GetOrAdd(seed, s => new Lazy<RunResult>(() => SimWorld.Run(Swarm.Draw(s)))).Value;

    private Find Look(PlantedBug bug)
    {
        var watch = Stopwatch.StartNew();
        var others = new SortedSet<string>(StringComparer.Ordinal);
        var (runs, skipped) = (0, 0);
        for (var seed = firstSeed; runs < runsMax && watch.Elapsed < patience; seed++)
        {
            var options = Swarm.Draw(seed);
            if (!bug.Fits(options))
            {
                continue;
            }

            runs++;
            var result = bug.Run(options with { Seams = bug.Plant() });
            if (result.Broken is not { } broken)
            {
                continue;
            }

            if (Clean(seed).Broken is not null)
            {
                skipped++;
            }
            else if (bug.MayBreak(broken))
            {
                return new Find(bug, result, runs, skipped, [.. others], watch.Elapsed.TotalSeconds);
            }
            else
            {
                others.Add(broken);
            }
        }

        return new Find(bug, null, runs, skipped, [.. others], watch.Elapsed.TotalSeconds);
    }
}
