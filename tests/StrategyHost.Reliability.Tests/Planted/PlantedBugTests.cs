using StrategyHost.Core.Kernel;
using StrategyHost.Reliability.Tests.Runs;
using StrategyHost.Reliability.Tests.World;
using Xunit;
using Xunit.Abstractions;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>
/// That the simulation has teeth: wrong implementations are planted, and runs of the swarm must catch them (reliability.md §4.6).
/// STRATEGYHOST_BUG_SEEDS (100): seeds for each bug; more than 100 is the long run, which demands every bug. STRATEGYHOST_BUG_SEED (1):
/// the first of them.
/// </summary>
public sealed class PlantedBugTests : IClassFixture<PlantedBugTests.Shared>
{
    private readonly Hunt _hunt;
    private readonly ITestOutputHelper _output;

    public PlantedBugTests(Shared shared, ITestOutputHelper output) => (_hunt, _output) = (shared.Hunt, output);

    public static TheoryData<string> Names => [.. PlantedBugs.All.Select(b => b.Name)];

    public static TheoryData<ulong> FewSeeds => [1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_bug_breaks_an_invariant(string name)
    {
        var find = _hunt.Finds[name];
        _output.WriteLine($"{find.Bug.Wrong}\n{find}\n{find.Catch?.Text}");
        Assert.True(find.Catch is not null || (find.Bug.IsRare && !_hunt.IsLong), find.ToString());
    }

    [Fact]
    public void Of_27_planted_bugs_at_most_3_are_missed()
    {
        Find[] finds = [.. PlantedBugs.All.Select(b => _hunt.Finds[b.Name])];
        foreach (var find in finds)
        {
            _output.WriteLine(find.ToString());
        }

        var missed = finds.Where(f => f.Catch is null).Select(f => f.Bug.Name).ToArray();
        _output.WriteLine($"{finds.Length - missed.Length} of {finds.Length} caught; {finds.Sum(f => f.Skipped)} seeds skipped; missed: "
            + string.Join(", ", missed));
        Assert.True(finds.Length >= 27);
        Assert.True(missed.Length * 27 <= finds.Length * 3, "missed: " + string.Join(", ", missed));
    }

    [Theory]
    [MemberData(nameof(FewSeeds))]
    public void Parts_of_planted_bugs_that_do_the_right_thing_change_nothing(ulong seed)
    {
        var options = Swarm.Draw(seed);
        var innocent = new Seams
        {
            Engine = o => new WrongEngine(new EngineKernel(o)),
            Listener = host => new WrongListener(host),
        };
        Assert.Equal(SimWorld.Run(options).Hash, SimWorld.Run(options with { Seams = innocent }).Hash);
    }

    /// <summary>One hunt for all rows.</summary>
    public sealed class Shared
    {
        internal Hunt Hunt { get; } = new();
    }
}
