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
        ("I-13", "for no reason", "a drift that no reason explains: a part that was cancelled instead of cut, or lost while main's stands"),
        ("I-09", "somebody else traded there",
            "a position that a person traded beside ours on one leg, whose parts host and exchange count differently"),
    ];

    public static string? Of(RunResult result) =>
        Array.Find(Known, k => k.Id == result.Broken && result.Text.Contains(k.Part, StringComparison.Ordinal)) is { Why: { } why } ? why : null;
}
