using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using StrategyHost.Reliability.Tests.World;
using Xunit;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>
/// I-16 where it can break: seeds of the swarm with a limit that their entries come near to. The swarm's own limit is far away.
/// </summary>
public sealed class ExposureTests
{
    private const ulong Base = 16_000;
    private const int Seeds = 60;

    private static RunResult Run(ulong seed, Seams? seams = null) => SimWorld.Run(Swarm.Draw(seed) with
    {
        MaxLeverage = 0.03m,
        Seams = seams ?? new Seams(),
    });

    [Fact]
    public void Positions_open_entries_and_entries_in_doubt_stay_below_the_limit()
    {
        var broken = Enumerable.Range(0, Seeds).Select(i => Run(Base + (ulong)i)).Where(r => r.Broken == "I-16");
        Assert.Empty(broken.Select(r => $"{r.Options.Seed}: {r.Text}"));
    }

    [Fact]
    public void Host_that_forgets_the_limit_is_caught()
    {
        var forgetful = new Seams
        {
            Engine = o => new Planted.WrongEngine(new EngineKernel(o with { Risk = new RiskSettings() })),
        };
        Assert.Contains(Enumerable.Range(0, 10), i => Run(Base + (ulong)i, forgetful).Broken == "I-16");
    }
}
