using Xunit;
using StrategyHost.Core.Kernel;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>What only two runs beside each other show.</summary>
public sealed class TwoRunTests
{
    private const ulong Base = 77_000;

    /// <summary>Faults that belong to the whole process would be the mirror's doing to main if a test let them.</summary>
    private static readonly FaultKind[] OfTheProcess = [FaultKind.Crash, FaultKind.HostStall, FaultKind.Ban];

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(0, 40).Select(i => Base + (ulong)i)];

    [Fact]
    public void A_seed_runs_twice_to_the_same_hash()
    {
        for (var seed = Base; seed < Base + 100; seed++)
        {
            var (first, second) = (SimWorld.Run(Swarm.Draw(seed)), SimWorld.Run(Swarm.Draw(seed)));
            Assert.Equal((first.Hash, first.Steps, first.Broken), (second.Hash, second.Steps, second.Broken));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Main_does_the_same_whatever_troubles_the_mirror(ulong seed)
    {
        var drawn = Swarm.Draw(seed);
        var rates = OfTheProcess.Aggregate(drawn.Rates, (r, k) => r.With(k, 0));
        var options = drawn with { Mirror = drawn.Mirror ?? new MirrorSettings(), Rates = rates, KeepsTrace = true };
        FaultKind[] ofTheLine =
        [
            .. Enum.GetValues<FaultKind>().Except(OfTheProcess)
                .Except([FaultKind.Gap, FaultKind.ThinBook, FaultKind.Funding, FaultKind.ClockStep, FaultKind.MarketGap, FaultKind.ScriptSlow]),
        ];
        var healthy = OfMain(options with { MirrorRates = new FaultRates() });
        Assert.NotEmpty(healthy);
        foreach (var rate in new[] { 0.02, 0.3 })
        {
            var troubled = ofTheLine.Aggregate(new FaultRates(), (r, k) => r.With(k, rate));
            Assert.Equal(healthy, OfMain(options with { MirrorRates = troubled }));
        }

        Assert.Equal(healthy, OfMain(options with { Mirror = null }));
    }

    /// <summary>What main did before the faults ended: how long the calm lasts after that is the whole world's affair.</summary>
    private static string[] OfMain(WorldOptions options)
    {
        var result = SimWorld.Run(options);
        var last = result.SafetyMs == 0 ? long.MaxValue : result.SafetyMs;
        return [.. result.MainTrace.Where(l => long.Parse(l.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) < last)];
    }
}
