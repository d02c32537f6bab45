using Xunit;
using Xunit.Abstractions;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>
/// Small trades, and the host dies at every boundary of each: before an effect is carried out, after its record is durable, after it has
/// left, before its answer is heard. Then it starts again and all invariants are checked to the end; and again with a second death during
/// or soon after the recovery.
/// </summary>
public sealed class CrashSweepTests(ITestOutputHelper output)
{
    private static readonly int[] SecondAfter = [1, 3, 8, 15];

    public static TheoryData<string> Scenarios => [.. CrashScenario.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Host_may_die_at_every_boundary(string name)
    {
        var scenario = CrashScenario.All.Single(s => s.Name == name);
        var whole = SimWorld.Run(scenario.Options());
        Assert.True(whole.Broken is null, whole.Text);
        Assert.True(whole.Boundaries > 10, "the scenario does too little to die in");
        var batch = Batch.Of(
        [
            .. Enumerable.Range(1, whole.Boundaries).Select(k => scenario.Options(k)),
            .. Enumerable.Range(1, whole.Boundaries).Where(k => k % 5 == 0).Select(k => scenario.Options(k, k + SecondAfter[k / 5 % SecondAfter.Length])),
        ]);
        output.WriteLine($"{name}: {whole.Boundaries} boundaries, {batch.Summary().First()}");
        var broken = batch.Broken;
        Assert.True(broken.Count == 0, $"{broken.Count} of {batch.Runs}: "
            + string.Join("\n\n", broken.DistinctBy(b => b.Broken).Take(3).Select(b => $"dying at {string.Join(", ", b.Options.CrashAt)}: {b.Text}\n    "
                + string.Join("\n    ", Failures.Tail(SimWorld.Run(b.Options with { KeepsTrace = true }).Story)))));
        Assert.Equal(batch.Runs, (int)batch.Markers.Hits.GetValueOrDefault("quiescent"));
    }

    public static TheoryData<string> Protected => ["ladder of targets", "two tranches", "close by a resting limit", "mirror with targets"];

    /// <summary>
    /// As that on a disk that takes nothing now and then: closing orders leave unwritten, and after the death only the exchange has them.
    /// </summary>
    [Theory]
    [MemberData(nameof(Protected))]
    public void Host_may_die_at_every_boundary_on_a_failing_disk(string name)
    {
        var rates = new FaultRates().With(FaultKind.DiskFull, 0.3).With(FaultKind.DiskStuck, 0.3);
        var scenario = CrashScenario.All.Single(s => s.Name == name);
        WorldOptions Options(int seed, params int[] crashAt) => scenario.Options(crashAt) with { Seed = (ulong)seed, Rates = rates };
        var whole = SimWorld.Run(Options(4711));
        Assert.True(whole.Broken is null, whole.Text);
        var batch = Batch.Of([.. Enumerable.Range(1, whole.Boundaries).SelectMany(k => Enumerable.Range(0, 4).Select(i => Options(4711 + (4 * k) + i, k)))]);
        output.WriteLine($"{name}: {whole.Boundaries} boundaries, {batch.Summary().First()}");
        Assert.True(batch.Broken.Count == 0, $"{batch.Broken.Count} of {batch.Runs}: "
            + string.Join("\n\n", batch.Broken.DistinctBy(b => b.Broken).Take(3)
                .Select(b => $"seed {b.Options.Seed} dying at {b.Options.CrashAt[0]}: {b.Text}\n    "
                + string.Join("\n    ", Failures.Tail(SimWorld.Run(b.Options with { KeepsTrace = true }).Story)))));
    }
}
