using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>An entry that waited for the cancel in front of it: what is told of it when it is not made any more.</summary>
public sealed record SavedWaiting(StrategyId Strategy, string SignalId, Symbol Symbol, string Action, string Tag, string Reason)
{
    public required Side Side { get; init; }

    /// <summary>As scripts name it: <c>market</c>, <c>limit</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Ids of the orders whose end it waited for.</summary>
    public required IReadOnlyList<string> For { get; init; }

    /// <summary>Why it is not made, and what to do.</summary>
    public string Why => $"the run before ended while the cancel of {string.Join(", ", For)} was not confirmed: the cancel counts, the "
        + "entry is not made any more; give it again if it is still wanted";
}
