using Xunit;
using Xunit.Abstractions;
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
            .. Enumerable.Range(1, whole.Boundaries).Where(k => k % 3 == 0).Select(k => scenario.Options(k, k + SecondAfter[k / 3 % SecondAfter.Length])),
        ]);
        output.WriteLine($"{name}: {whole.Boundaries} boundaries, {batch.Summary().First()}");
        var broken = batch.Broken;
        Assert.True(broken.Count == 0, $"{broken.Count} of {batch.Runs}: "
            + string.Join("\n\n", broken.DistinctBy(b => b.Broken).Take(3).Select(b => $"dying at {string.Join(", ", b.Options.CrashAt)}: {b.Text}\n    "
                + string.Join("\n    ", Failures.Tail(SimWorld.Run(b.Options with { KeepsTrace = true }).Story)))));
        Assert.Equal(batch.Runs, (int)batch.Markers.Hits.GetValueOrDefault("quiescent"));
    }
}
