using System.Text.Json.Serialization;

namespace StrategyHost.Host.Reload;

/// <summary>What <c>status</c> says of a strategy's versions; there once a file was saved.</summary>
internal sealed record ReloadView
{
    /// <summary>Versions that took over in this run.</summary>
    public required int Reloads { get; init; }

    /// <summary>When the version that trades took over; null: at the start.</summary>
    public string? Since { get; init; }

    /// <summary>Faults of the version that trades.</summary>
    public int Faults { get; init; }

    /// <summary>The version that a further fault may bring back; null: none.</summary>
    public string? ReturnsTo { get; init; }

    /// <summary>Why the version that was saved last does not trade; null: it does.</summary>
    public string? Refused { get; init; }

    /// <summary>
    /// Which state a version has that faults brought back, where it refused that of the version after it, and why; null: no such thing.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? State { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CanaryView? Canary { get; init; }
}

/// <summary>A new version in shadow.</summary>
internal sealed record CanaryView(string ScriptSha256, string Until, long Calls, long Differences, long Skipped, string? Last);
