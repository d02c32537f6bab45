using System.Collections.Concurrent;
using System.Globalization;
using StrategyHost.Reliability.Tests.Runs;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>What came of looking for a bug.</summary>
/// <param name="Bug">The bug.</param>
/// <param name="Catch">The run that caught it; null: none did.</param>
/// <param name="Runs">Runs with the bug up to there.</param>
/// <param name="Skipped">Seeds that broke without the bug, too.</param>
/// <param name="Others">Invariants that broke and that the bug has nothing to do with.</param>
/// <param name="Seconds">Processor time of the runs with the bug.</param>
internal sealed record Find(
    PlantedBug Bug, RunResult? Catch, int Runs, int Skipped, IReadOnlyList<string> Others, double Seconds)
{
    public override string ToString() => $"{Bug.Name,-30} "
        + (Catch is { } c ? $"seed {c.Options.Seed,4} {c.Broken,-5}" : "NOT CAUGHT") + $" {Runs,3} runs {Took,5} s"
        + (Skipped > 0 ? $", {Skipped} seeds skipped" : "") + (Others.Count > 0 ? $", also {string.Join(' ', Others)}" : "");

    private string Took => Seconds.ToString("F1", CultureInfo.InvariantCulture);
}

/// <summary>
/// Runs the swarm's seeds, one after the other, with a bug in place until an invariant sees it. A seed counts only when it is whole
/// without the bug.
/// </summary>
internal sealed class Hunt
{
    /// <summary>Seeds of the short run.</summary>
    private const int Short = 100;

    /// <summary>Of two workers, for each bug, in the short run: 10 s on an idle machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<(bool, ulong), Lazy<RunResult>> _clean = new();
    private readonly ulong _first = (ulong)Number("STRATEGYHOST_BUG_SEED", 1);
    private readonly int _seeds = Number("STRATEGYHOST_BUG_SEEDS", Short);
    private readonly Lazy<IReadOnlyDictionary<string, Find>> _finds;

    public Hunt() => _finds = new(() => All(PlantedBugs.All));

    /// <summary>The short run may miss a rare one.</summary>
    public bool IsLong => _seeds > Short;
    public IReadOnlyDictionary<string, Find> Finds => _finds.Value;

    private Dictionary<string, Find> All(PlantedBug[] bugs)
    {
        var finds = new Find[bugs.Length];
        Parallel.For(0, bugs.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => finds[i] = Look(bugs[i]));
        return finds.ToDictionary(f => f.Bug.Name);
    }

    private Find Look(PlantedBug bug)
    {
        var others = new SortedSet<string>(StringComparer.Ordinal);
        var (runs, skipped, began) = (0, 0, Environment.CpuUsage.TotalTime);
        TimeSpan Spent() => Environment.CpuUsage.TotalTime - began;
        for (var seed = _first; seed < _first + (ulong)_seeds && Spent() < Patience * (_seeds / Short); seed++)
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

            if (Clean(bug, seed).Broken is not null)
            {
                skipped++;
            }
            else if (bug.MayBreak(broken))
            {
                return new Find(bug, result, runs, skipped, [.. others], Spent().TotalSeconds / 2);
            }
            else
            {
                others.Add(broken);
            }
        }

        return new Find(bug, null, runs, skipped, [.. others], Spent().TotalSeconds / 2);
    }

    /// <summary>The seed as it runs without any bug.</summary>
    private RunResult Clean(PlantedBug bug, ulong seed) =>
        _clean.GetOrAdd((bug.IsPair, seed), _ => new Lazy<RunResult>(() => bug.Run(Swarm.Draw(seed)))).Value;

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : otherwise;
}
