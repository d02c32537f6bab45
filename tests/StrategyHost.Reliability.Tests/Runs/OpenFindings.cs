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

    public static string? Of(RunResult result) =>
        Array.Find(Known, k => k.Id == result.Broken && result.Text.Contains(k.Part, StringComparison.Ordinal)) is { Why: { } why } ? why : null;
}
