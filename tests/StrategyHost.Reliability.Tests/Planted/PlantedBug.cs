using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>A wrong implementation of one part, handed in where the right one would stand (reliability.md §4.6).</summary>
/// <param name="Name">Short name, as in engine/docs/reliability.md.</param>
/// <param name="Wrong">What it does that it must not.</param>
/// <param name="Breaks">Invariants that may see it; what breaks otherwise does not count as a catch.</param>
/// <param name="Plant">The seams with the bug, made anew for each run: a wrong part may remember things.</param>
internal sealed record PlantedBug(string Name, string Wrong, string Breaks, Func<Seams> Plant)
{
    /// <summary>Which seeds can meet it at all.</summary>
    public Func<WorldOptions, bool> Fits { get; init; } = _ => true;

    /// <summary>Few seeds show it: the short run need not catch it.</summary>
    public bool IsRare { get; init; }

    /// <summary>Only two runs beside each other show it (I-12).</summary>
    public bool IsPair { get; init; }

    public RunResult Run(WorldOptions options) => IsPair ? MirrorBugs.Compared(options) : SimWorld.Run(options);

    public bool MayBreak(string invariant) => Breaks.Split(' ').Contains(invariant);

    public override string ToString() => Name;
}
