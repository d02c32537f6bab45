using System.Globalization;
using StrategyHost.Reliability.Tests.Runs;
using StrategyHost.Reliability.Tests.World;
using Xunit;
using Xunit.Abstractions;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>
/// That the simulation has teeth: wrong implementations are planted, and runs that nobody has seen must catch them (reliability.md §4.6).
/// STRATEGYHOST_BUG_RUNS=2000 looks longer and demands every one; STRATEGYHOST_BUG_SEED says where seeds begin; STRATEGYHOST_BUG=name looks
/// for one only.
/// </summary>
public sealed class PlantedBugs(ITestOutputHelper output)
{
    private static PlantedBug[] Bugs => [.. OrderBugs.All, .. StopBugs.All, .. ReportBugs.All, .. DiskBugs.All, .. RecoveryBugs.All, .. MirrorBugs.All];

    [Fact]
    public void Simulation_with_a_planted_bug_breaks_an_invariant()
    {
        var runs = Number("STRATEGYHOST_BUG_RUNS", 100);
        var hunt = new Hunt((ulong)Number("STRATEGYHOST_BUG_SEED", 1), runs, TimeSpan.FromSeconds(runs / 10.0));
        var only = Environment.GetEnvironmentVariable("STRATEGYHOST_BUG");
        PlantedBug[] bugs = [.. Bugs.Where(b => only is null || only.Split(',').Contains(b.Name))];
        var finds = new Find[bugs.Length];
        Parallel.For(0, bugs.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => finds[i] = hunt.For(bugs[i]));
        foreach (var find in finds)
        {
            output.WriteLine($"{find}\n      {find.Catch?.Text}");
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : otherwise;
}
