using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>
/// What is known to break and not mended yet: counted and said by every batch, with a kept seed in <c>Regressions/open</c>, and no reason
/// for the batch to fail. An entry goes with its mend.
/// </summary>
internal static class OpenFindings
{
    private static readonly (string Id, string Part, string Why)[] Known =
    [
        ("I-13", "for no reason",
            "one order of main's or the mirror's is late, crossed with a cancel, or both residuals add up to a lot (seeds 900034, 900331, 900428)"),
    ];

    /// <summary>Single seeds of the default batch; any other seed that breaks the same invariant fails it.</summary>
    private static readonly (string Id, ulong[] Seeds, string Why)[] Seeds =
    [
        ("I-08", [20261984], "the fees of an account differ after outages and reads, without a crash; not traced"),
    ];

    public static string? Of(RunResult result) =>
        Array.Find(Known, k => k.Id == result.Broken && result.Text.Contains(k.Part, StringComparison.Ordinal)).Why
        ?? Array.Find(Seeds, k => k.Id == result.Broken && k.Seeds.Contains(result.Options.Seed)).Why;
}
