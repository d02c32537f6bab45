using StrategyHost.Reliability.Tests.Faults;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>What a run came to.</summary>
internal sealed record RunResult
{
    public required WorldOptions Options { get; init; }

    /// <summary>The id of the invariant that broke, or <c>bug</c> for an exception of the product; null: all hold.</summary>
    public string? Broken { get; init; }
    public string Text { get; init; } = "";

    /// <summary>Where it broke.</summary>
    public long AtMs { get; init; }
    public int Event { get; init; }

    /// <summary>When faults ended.</summary>
    public long SafetyMs { get; init; }
    public required long Steps { get; init; }
    public required ulong Hash { get; init; }
    public required Markers Markers { get; init; }
    public required IReadOnlyList<Strike> Strikes { get; init; }
    public required IReadOnlyList<int> Struck { get; init; }
    public int Crashes { get; init; }

    /// <summary>Boundaries between effects that were passed.</summary>
    public int Boundaries { get; init; }
    public IReadOnlyList<string> Story { get; init; } = [];

    /// <summary>What main did, as text; only where the options keep it.</summary>
    public IReadOnlyList<string> MainTrace { get; init; } = [];
}
