using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Tests.Live;

/// <summary>A script that logs on every tick neither fills the disk nor hides what others say.</summary>
public sealed class ScriptLogRateTests
{
    private static readonly StrategyId Loud = new("loud");

    [Fact]
    public void Flood_is_cut_and_what_was_left_out_is_counted()
    {
        var rate = new ScriptLogRate();

        var passed = Enumerable.Range(0, 10_000).Count(i => rate.Take(Line(Loud, i)) is not null); // ten seconds

        Assert.InRange(passed, ScriptLogRate.Burst + (ScriptLogRate.PerSecond * 10) - 1, ScriptLogRate.Burst + (ScriptLogRate.PerSecond * 10));
        Assert.Contains(" lines were left out", rate.Take(Line(Loud, 20_000)), StringComparison.Ordinal);
        Assert.Equal("text", rate.Take(Line(Loud, 20_001)));
    }

    [Fact]
    public void Quiet_strategy_is_heard_beside_a_loud_one()
    {
        var rate = new ScriptLogRate();
        for (var i = 0; i < 1000; i++)
        {
            rate.Take(Line(Loud, i));
        }

        Assert.Equal("text", rate.Take(Line(new StrategyId("quiet"), 1000)));
    }

    private static ScriptLogged Line(StrategyId strategy, long ms) => new(strategy, new Timestamp(1_700_000_000_000 + ms), "text");
}
