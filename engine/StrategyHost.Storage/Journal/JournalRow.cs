using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// The place of a record in its run: the number of the step (the first is 1; 0 stands for what was sent before it) and the part of the step
/// (its input first, then its effects in their order). At is the step's time.
/// </summary>
public readonly record struct JournalStamp(long Seq, int Part, Timestamp At);

/// <summary>
/// One record as the file has it. The columns besides the body are for questions; null where a record has none of the kind. Made by
/// <see cref="JournalCodec"/>, never changed once written.
/// </summary>
public sealed record JournalRow
{
    /// <summary>The shape of bodies that this program writes; one number for all kinds.</summary>
    public const int CurrentVersion = 1;

    public required JournalStamp Stamp { get; init; }
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Name of the type in the body, for example <c>PlaceOrder</c>.</summary>
    public required string Kind { get; init; }
    public string? Strategy { get; init; }
    public string? Symbol { get; init; }

    /// <summary>The orderLinkId.</summary>
    public string? OrderId { get; init; }

    /// <summary>The exchange's own id of the order.</summary>
    public string? ExchangeId { get; init; }
    public string? SignalId { get; init; }

    /// <summary>Number of the plan within account and run.</summary>
    public long? Plan { get; init; }

    /// <summary>JSON; prices, quantities and money are decimal texts, times are ms since 1970.</summary>
    public required string Body { get; init; }
}

/// <summary>What a run was started with; the same row stands in each file that the run wrote to.</summary>
public sealed record JournalRun
{
    /// <summary>Unique in a data directory, for example <c>2026-11-21T10-17-06Z-8KQ2</c>.</summary>
    public required string Name { get; init; }
    public required Timestamp StartedAt { get; init; }

    /// <summary>Version of the program.</summary>
    public required string Build { get; init; }

    /// <summary>Lower-case SHA-256 of the effective configuration.</summary>
    public required string ConfigurationSha256 { get; init; }

    /// <summary>Lower-case SHA-256 of each strategy's script, by strategy.</summary>
    public required IReadOnlyDictionary<string, string> ScriptSha256 { get; init; }

    /// <summary>The installation part of the run's order ids.</summary>
    public required string Installation { get; init; }
}

/// <summary>A record with the run that it belongs to.</summary>
public sealed record JournalRecord(string Run, JournalRow Row)
{
    /// <summary>Its number in the file: rows are numbered as they were written.</summary>
    public long Id { get; init; }
}
