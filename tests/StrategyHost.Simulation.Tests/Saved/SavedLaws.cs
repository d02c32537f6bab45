using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Settings;
using StrategyHost.Simulation.Tests.Scenarios;
using Xunit;

namespace StrategyHost.Simulation.Tests.Saved;

/// <summary>
/// What is saved is enough to go on: signals of every kind at random, on both accounts. A seed that fails is the report.
/// 1. What the effects of the steps say, put together, is the state, but for what the market alone moves. 2. A request that was sent is in
/// a state saved before it. 3. A kernel that is restored from a state that went through the journal's JSON does the same as the one that
/// lived, effect by effect, and has the same state. (Delayed entries of the mirror are given up: there are none here.)
/// </summary>
public sealed class SavedLaws
{
    public static TheoryData<int, bool> Seeds
    {
        get
        {
            var seeds = new TheoryData<int, bool>();
            for (var seed = 1; seed <= 40; seed++)
            {
                seeds.Add(seed, seed % 4 == 0);
            }

            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Restored_kernel_goes_on_as_the_one_that_lived(int seed, bool isHedge)
    {
        var settings = new MirrorSettings
        {
            Proportion = 0.7m,
            Reverse = seed % 3 == 1,
            Approach = seed % 7 == 0 ? Approach.Conservative : Approach.Same,
        };
        var scenario = RandomSignalLaws.Market(seed, onTicks: true);
        scenario = isHedge ? scenario.WithEngine(o => o with { Main = o.Main with { PositionMode = PositionMode.Hedge } }) : scenario;
        var (options, trades, script) = scenario.WithMirror(settings, 3000).Parts();
        options = seed % 2 == 0 ? options : options with { TrailMode = TrailMode.Resting };
        var line = new TroubledLine((MirrorTrouble)(seed % 3), options, trades);
        var run = new SavedRun(options, script, line, restoreAt: new Random(seed).Next(20, 200));
        line.Play(run);
        Assert.True(run.HasRestored, "there was a step to restore at");
        Assert.True(run.ComparedEffects > 0, "something came after it");
    }
}
