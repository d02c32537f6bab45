using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;
using Xunit;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>
/// People who halt and resume at random, and limits that are soon reached, among all the faults: nothing is entered against them (I-26),
/// coverage and every other invariant hold as without, and nothing of the mirror's halts and limits shows in main's trace (I-12).
/// </summary>
public sealed class HaltSwarmTests
{
    private const ulong Base = 4_260_000;
    private const int Count = 300;
    private static readonly People Busy = new(0.03, 0.02);

    private static readonly RiskSettings Tight = new()
    {
        DailyLossPercent = 0.05m,
        DrawdownPercent = 0.1m,
        RollingLoss = new RollingLossRule(0.07m, 1),
        Cooldown = new CooldownRule(2, 20_000),
        MinExpectancy = new ExpectancyRule(0m, 3),
        MaxEntriesPerMinute = 4,
        MaxPriceDeviationPercent = 0.25m,
        MaxSymbolExposurePercent = 6m,
    };

    private static readonly string[] Sometimes =
    [
        "halt.halted", "halt.resumed", "halt.refused", "limit.risk:drawdown", "limit.risk:rolling_loss", "limit.risk:cooldown",
        "limit.risk:expectancy",
    ];

    [Fact]
    public void Nothing_is_entered_against_a_halt_or_a_limit_and_all_else_holds_as_without()
    {
        var batch = Batch.Of(Enumerable.Range(0, Count).Select(i => Swarm.Draw(Base + (ulong)i) with
        {
            People = Busy,
            MirrorPeople = Busy,
            Risk = i % 3 == 0 ? null : Tight,
        }));
        var broken = batch.Broken.ToArray();
        Assert.True(broken.Length == 0, $"{broken.Length} violations, seeds {string.Join(' ', broken.Take(20).Select(r => $"{r.Options.Seed}:{r.Broken}"))}\n"
            + string.Join("\n\n", broken.DistinctBy(r => r.Broken).Take(4).Select(Failures.Tell)));
        Assert.Empty(Sometimes.Where(m => !batch.Markers.Hits.ContainsKey(m)).Select(m => $"{m} was never reached"));
    }

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(0, 20).Select(i => Base + 1000 + (ulong)i)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Main_does_the_same_whatever_the_mirror_s_halts_and_limits_are(ulong seed)
    {
        var drawn = Swarm.Draw(seed);
        var rates = TwoRunTests.OfTheProcess.Aggregate(drawn.Rates, (r, k) => r.With(k, 0));
        var options = drawn with
        {
            Mirror = drawn.Mirror ?? new MirrorSettings(),
            Rates = rates,
            MirrorRates = new FaultRates(),
            KeepsTrace = true,
            People = Busy,
        };
        var alone = TwoRunTests.OfMain(options);
        Assert.NotEmpty(alone);
        TwoRunTests.Same(alone, TwoRunTests.OfMain(options with { MirrorPeople = Busy, MirrorRisk = Tight }));
    }
}
