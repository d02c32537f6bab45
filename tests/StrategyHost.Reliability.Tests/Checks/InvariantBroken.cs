namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>An invariant of reliability.md §2.2 does not hold; the run ends here.</summary>
internal sealed class InvariantBroken(string id, string text) : Exception($"{id}: {text}")
{
    public string Id => id;
}
