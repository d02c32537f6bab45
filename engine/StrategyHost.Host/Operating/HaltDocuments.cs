using System.Text.Json.Serialization;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Operating;

/// <summary><c>halt</c> and <c>resume</c>: how an account stands after it.</summary>
internal sealed record HaltBlock
{
    public required string Account { get; init; }

    /// <summary>
    /// <c>halted</c>: nothing at all is entered; <c>partly_halted</c>; <c>limited</c>: a limit keeps entries out; <c>open</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>Halts that hold or will, those of others too.</summary>
    public required IReadOnlyList<HaltRow> Halts { get; init; }

    /// <summary><c>resume</c>: the halts that it lifted.</summary>
    public IReadOnlyList<HaltRow> Lifted { get; init; } = [];

    /// <summary><c>resume</c> of an account: the loss limits that were reached and are released, by their codes.</summary>
    public IReadOnlyList<string> Released { get; init; } = [];

    /// <summary>Limits that still keep entries out.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary><c>halt</c>: entries that rested and are cancelled.</summary>
    public IReadOnlyList<string> Cancelled { get; init; } = [];

    /// <summary><c>halt</c>: entries that had no answer to their cancel yet; they may still fill, with their stops.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];

    /// <summary>
    /// With no host running: why the entries that rest at the exchange were not cancelled; null: they were, or there is none.
    /// </summary>
    public string? Problem { get; init; }

    /// <summary>Nothing is left to be done: it is on disk, and no entry of it may still fill.</summary>
    [JsonIgnore]
    public bool IsDone => IsKept && Problem is null && Left.Count == 0;

    /// <summary>It is on disk: it survives whatever happens to the host.</summary>
    public required bool IsKept { get; init; }
}
