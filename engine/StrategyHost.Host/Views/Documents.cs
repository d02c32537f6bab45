using System.Text.Json.Serialization;

namespace StrategyHost.Host.Views;

// The JSON documents of contracts §1, one block per account and never a sum over both. Money, prices and quantities are decimal texts.

/// <summary>A document: its source (<c>host</c>, <c>journal</c>, <c>exchange.db</c>, <c>exchange</c>) and a block per account.</summary>
internal sealed record Document<T>(string Source, string Time, IReadOnlyList<T> Accounts);

/// <summary>The health of an account's connections and counts; the key names are the mission's.</summary>
internal sealed record HealthBlock
{
    public required string Account { get; init; }
    [JsonPropertyName("websocket_connected")]
    public required bool WebsocketConnected { get; init; }
    [JsonPropertyName("active_positions")]
    public required int ActivePositions { get; init; }
    [JsonPropertyName("pending_orders")]
    public required int PendingOrders { get; init; }
    [JsonPropertyName("last_update")]
    public required string? LastUpdate { get; init; }
    public required IReadOnlyList<string> Errors { get; init; }
}

/// <summary>
/// <c>status</c>. State: <c>running</c>, <c>halted</c> (nothing is entered, by a person's word), <c>connecting</c>, <c>stopped</c>.
/// </summary>
internal sealed record StatusBlock
{
    public required string Account { get; init; }
    public required HealthBlock Health { get; init; }
    public required string State { get; init; }

    /// <summary>The fold of the account's executions; without a running host what the exchange says.</summary>
    public required string? WalletBalance { get; init; }
    public required string? Equity { get; init; }
    public required string? Available { get; init; }
    public required IReadOnlyList<StrategyBlock> Strategies { get; init; }

    /// <summary>Where a person has stopped entries, or will have.</summary>
    public IReadOnlyList<HaltRow> Halts { get; init; } = [];

    /// <summary>Limits that keep all entries out now, by their codes: <c>risk:daily_loss</c>, <c>risk:drawdown</c> …</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Orders and results in one line; null where only the exchange was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SummaryBlock? Summary { get; init; }

    /// <summary>
    /// The wallet that the exchange reported last, and how much it is above the fold of executions, of a running host and where they
    /// differ: money was paid in or out, or an execution is on its way.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExchangeWalletBalance { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WalletDifference { get; init; }

    /// <summary>How the account was taken up again, of a running host only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Live.RecoveryView? Recovery { get; init; }

    /// <summary>Of the mirror of a running host only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MirrorBlock? Mirror { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DriftRow>? MirrorDrift { get; init; }
}

/// <summary>An account in one line (mission 004). Held capital: of entries that rest. Null: no trades yet, or nobody knows.</summary>
internal sealed record SummaryBlock(int OpenOrders, string HeldCapital, int Trades, string? Expectancy, string? MaxDrawdownPercent);

/// <summary>
/// A strategy that trades an account. State: <c>running</c>, <c>halted</c> or <c>parked</c>. Error: why it is parked, or why what was saved
/// does not trade.
/// </summary>
internal sealed record StrategyBlock(string Name, string ScriptSha256, string State, string? Error)
{
    /// <summary>Its versions, of a running host in which a file was saved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Reload.ReloadView? Reload { get; init; }
}

/// <summary>A halt: nulls mean all. Times are ISO-8601; an until of null: until somebody resumes.</summary>
internal sealed record HaltRow(string? Strategy, string? Symbol, string From, string? Until, string By);

/// <summary><c>positions</c>.</summary>
internal sealed record PositionsBlock(string Account, IReadOnlyList<PositionRow> Positions)
{
    /// <summary>Of the mirror of a running host only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DriftRow>? MirrorDrift { get; init; }
}

internal sealed record PositionRow
{
    public required string Symbol { get; init; }
    public required string Side { get; init; }
    public required string Size { get; init; }
    public required string EntryPrice { get; init; }
    public required string? MarkPrice { get; init; }
    public required string? UnrealisedPnl { get; init; }
    public required string? StopPrice { get; init; }

    /// <summary>Null: no strategy of this host opened it.</summary>
    public required string? Strategy { get; init; }
    public required string? OpenedAt { get; init; }

    /// <summary>Conditional orders of the symbol that count against the exchange's limit, whoever made them.</summary>
    public required int ConditionalUsed { get; init; }
    public required int ConditionalLimit { get; init; }
}

/// <summary><c>orders</c>.</summary>
internal sealed record OrdersBlock
{
    public required string Account { get; init; }
    public required IReadOnlyList<OrderRow> Orders { get; init; }
    public required IReadOnlyDictionary<string, int> ByType { get; init; }
    public required string HeldCapital { get; init; }
    public required long? OldestAgeMs { get; init; }

    /// <summary>Entries that wait for too long, hold too much, reserve twice; leftovers.</summary>
    public required IReadOnlyList<FindingRow> Problems { get; init; }
}

/// <summary>Something about the open orders. Subject: an order's id, or the account. Codes: <c>engine/docs/performance.md</c>.</summary>
internal sealed record FindingRow(string Code, string Subject, string Text);

/// <summary><c>verify</c>.</summary>
internal sealed record VerifyBlock(string Account, IReadOnlyList<CoverageRow> Positions, IReadOnlyList<OrderRow> Orphans);

/// <summary>State: <c>covered</c>, <c>partial</c>, <c>uncovered</c>, <c>unknown</c>.</summary>
internal sealed record CoverageRow
{
    public required string Symbol { get; init; }
    public required string Side { get; init; }
    public required string Size { get; init; }
    public required string State { get; init; }
    public required string StopCoveredSize { get; init; }
    public required string TargetCoveredSize { get; init; }
    public required int ConditionalUsed { get; init; }
    public required int ConditionalLimit { get; init; }

    /// <summary>Those of the used ones that are ours; the others are foreign.</summary>
    public required int ConditionalOwn { get; init; }
    public required IReadOnlyList<ProtectionOrder> Stops { get; init; }
    public required IReadOnlyList<ProtectionOrder> Targets { get; init; }
    public required IReadOnlyList<ProblemRow> Problems { get; init; }
}

/// <summary>An order that protects; a position's own stop may show no order.</summary>
internal sealed record ProtectionOrder(string OrderId, string OrderLinkId, string? TriggerPrice, string Size);

internal sealed record ProblemRow(string Code, string Text, string Action);
