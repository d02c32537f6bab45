using Xunit;
using StrategyHost.Core.Kernel;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>What only two runs beside each other show.</summary>
public sealed class TwoRunTests
{
    private const ulong Base = 77_000;

    /// <summary>
    /// Faults of the whole process, not of the mirror. A clock that is set back is one: the loop counts its half speed from its next step,
    /// which may be the mirror's, so main's effects are the same and some of their times differ by ms.
    /// </summary>
    internal static readonly FaultKind[] OfTheProcess = [FaultKind.Crash, FaultKind.HostStall, FaultKind.Ban, FaultKind.ClockStep];

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
                .Except([FaultKind.Gap, FaultKind.ThinBook, FaultKind.Funding, FaultKind.MarketGap, FaultKind.ScriptSlow]),
        ];
        var healthy = OfMain(options with { MirrorRates = new FaultRates() });
        Assert.NotEmpty(healthy);
        foreach (var rate in new[] { 0.02, 0.3 })
        {
            var troubled = ofTheLine.Aggregate(new FaultRates(), (r, k) => r.With(k, rate));
            Same(healthy, OfMain(options with { MirrorRates = troubled }));
        }

        Same(healthy, OfMain(options with { Mirror = null }));
    }

    internal static void Same(string[] healthy, string[] troubled)
    {
        for (var i = 0; i < Math.Max(healthy.Length, troubled.Length); i++)
        {
            var (wanted, got) = (healthy.ElementAtOrDefault(i), troubled.ElementAtOrDefault(i));
            Assert.True(wanted == got, $"main does otherwise:\n{wanted}\n{got}");
        }
    }

    /// <summary>What main did before the faults ended: how long the calm lasts after that is the whole world's affair.</summary>
    internal static string[] OfMain(WorldOptions options)
    {
        var result = SimWorld.Run(options);
        var last = result.SafetyMs == 0 ? long.MaxValue : result.SafetyMs;
        return [.. result.MainTrace.Where(l => long.Parse(l.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) < last)];
    }
}
