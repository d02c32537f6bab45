using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>
/// What is known to break and not mended yet: counted and said by every batch, with a kept seed in <c>Regressions/open</c>, and no reason
/// for the batch to fail. An entry goes with its mend.
/// </summary>
internal static class OpenFindings
{
    /// <summary>Single seeds of the default batch; any other seed that breaks the same invariant fails it.</summary>
    private static readonly (string Id, ulong[] Seeds, string Why)[] Seeds =
    [
        ("I-04", [20261330, 20261488, 20261548, 20262697],
            "an execution told late or out of order: the plan is anchored anew and its stop set looser than the one that stands; in 20261548 an "
            + "old execution is netted with a later position"),
        ("I-09", [20261169, 20261712, 20262568, 20262668], "a position that was believed flat while an execution was still untold; not traced"),
        ("I-03", [20262050], "a tranche's stop is cancelled after a crash while the position's stop does not stand as wanted; not traced"),
        ("I-02", [20262237], "a position without a stop for more than two seconds; not traced"),
    ];

    public static string? Of(RunResult result) =>
        Array.Find(Seeds, k => k.Id == result.Broken && k.Seeds.Contains(result.Options.Seed)).Why;
}
