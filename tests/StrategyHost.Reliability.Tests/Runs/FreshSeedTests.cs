using System.Globalization;
using Xunit;
using Xunit.Abstractions;
using StrategyHost.Reliability.Tests.Faults;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>
/// Seeds that nobody has chosen: every invariant after every step and at the end, with faults, crashes and readings drawn by each seed.
/// <c>STRATEGYHOST_SEEDS</c> says how many, <c>STRATEGYHOST_SEED_BASE</c> where they begin.
/// </summary>
public sealed class FreshSeedTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 2000;
    private const ulong DefaultBase = 20_260_700;

    /// <summary>A batch of so many must have reached every marker and every fault.</summary>
    private const int EnoughSeeds = 500;

    /// <summary>Branches that a batch must have been in, or it has proved nothing (reliability.md §4.6).</summary>
    private static readonly string[] Sometimes =
    [
        "cover.lost", "crash.answered", "crash.durable", "crash.effect", "crash.effect_while_recovering", "crash.sent", "disk.back",
        "disk.journal_full", "disk.journal_stuck", "line.acked_not_done_again", "line.fill_found_by_read", "line.guard_sends_again",
        "line.reconnected", "line.sent_again", "line.silence_found", "line.stop_passed", "line.told_once_only", "line.withdrawn_unsent",
        "quiescent", "recover.began", "recover.done", "recover.in_doubt", "resolve.abandoned_after_fence", "resolve.adopted",
        "resolve.told_by_stream", "resolve.unknown",
    ];

    [Fact]
    public void Invariants_hold_in_every_seed()
    {
        var count = (int)Setting("STRATEGYHOST_SEEDS", DefaultSeeds);
        var from = Setting("STRATEGYHOST_SEED_BASE", DefaultBase);
        var batch = Batch.Of(Enumerable.Range(0, count).Select(i => Swarm.Draw(from + (ulong)i)));
        Say([.. batch.Summary()]);
        var broken = batch.Broken;
        Assert.True(broken.Count == 0, $"{broken.Count} violations, seeds {string.Join(' ', broken.Take(20).Select(r => $"{r.Options.Seed}:{r.Broken}"))}\n"
            + string.Join("\n\n", broken.DistinctBy(r => r.Broken).Take(4).Select(Failures.Tell)));
        if (count >= EnoughSeeds)
        {
            Assert.Empty(Sometimes.Where(m => !batch.Markers.Hits.ContainsKey(m)).Select(m => $"{m} was never reached"));
            Assert.Empty(Enum.GetValues<FaultKind>().Where(k => batch.Struck(k) == 0).Select(k => $"{k} never struck"));
        }
    }

    private static ulong Setting(string name, ulong otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Into the test's output, and into a file that <c>.ci/run</c> shows.</summary>
    private void Say(string[] summary)
    {
        Array.ForEach(summary, output.WriteLine);
        File.WriteAllLines(Path.Combine(AppContext.BaseDirectory, "reliability-summary.txt"), summary);
    }
}
