namespace StrategyHost.Host.Explain;

// The JSON document of explain. Money, prices and quantities are decimal texts; null fields are not known or do not apply.

/// <summary>What led to an order or followed from a signal, as the journals have it. Accounts stand apart, main first.</summary>
internal sealed record ExplainDocument
{
    public string Source { get; init; } = "journal";
    public required string Run { get; init; }

    /// <summary>As it was asked for.</summary>
    public required string Id { get; init; }

    /// <summary>Null: no signal of this host is behind the order.</summary>
    public required SignalBlock? Signal { get; init; }

    /// <summary>From the event to the decision, oldest first.</summary>
    public required IReadOnlyList<EventRow> Cause { get; init; }
    public required IReadOnlyList<AccountStory> Accounts { get; init; }

    /// <summary>What could not be read, and other runs that have the same id.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>The signal and what became of it. Outcome: <c>accepted</c> or the refusal's code.</summary>
internal sealed record SignalBlock(
    string Id, string Strategy, string? ScriptSha256, string Symbol, string Action, string Outcome, string Text, string Tag, string Reason,
    string Time)
{
    /// <summary>Name of the file of the version that gave it; its text: <c>explain RUN --script HASH</c>. Null: not known.</summary>
    public string? ScriptFile { get; init; }
}

/// <summary>
/// One step of the chain. Kind: <c>event call answer log signal place amend cancel stop order fill refusal trade alert</c>. Offset counts
/// from the first step of the chain. Asked: it is about the order that was asked for.
/// </summary>
internal sealed record EventRow
{
    public required long Seq { get; init; }
    public required string Time { get; init; }
    public required long OffsetMs { get; init; }
    public required string Kind { get; init; }
    public required string Text { get; init; }
    public string? OrderLinkId { get; init; }
    public string? OrderId { get; init; }
    public string? Price { get; init; }
    public string? Quantity { get; init; }
    public string? Fee { get; init; }
    public bool Asked { get; init; }
}

/// <summary>What one account did and heard.</summary>
internal sealed record AccountStory(string Account, IReadOnlyList<EventRow> Events, IReadOnlyList<TradeRow> Trades);

/// <summary>A closed part of the position and its result.</summary>
internal sealed record TradeRow(
    string EntryTime, string EntryPrice, string ExitTime, string ExitPrice, string Quantity, string GrossPnl, string Fees, string Funding,
    string NetPnl, string ExitReason);
