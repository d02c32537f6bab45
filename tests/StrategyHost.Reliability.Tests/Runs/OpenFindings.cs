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
    ];

    public static string? Of(RunResult result) =>
        Array.Find(Seeds, k => k.Id == result.Broken && k.Seeds.Contains(result.Options.Seed)).Why;
}
