using Xunit;

namespace StrategyHost.TestKit;

/// <summary>A test that reads recorded data outside the repository; skipped where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedFolder.Root is null ? Reason : null;

    internal const string Reason = "recorded data not found: set STRATEGYHOST_SHARED or place them in ../shared";
}

/// <summary>As <see cref="SharedFactAttribute"/>, with data rows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedFolder.Root is null ? SharedFactAttribute.Reason : null;
}
