using StrategyHost.Bybit.Streams;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Accounts;

/// <summary>How an account's adapter behaves; the defaults are for the real exchange (reliability §5.3).</summary>
public sealed record BybitAccountOptions
{
    public required Uri PrivateStream { get; init; }
    public PositionMode PositionMode { get; init; } = PositionMode.OneWay;
    public StreamOptions Stream { get; init; } = new();

    /// <summary>Executions before this are never reported; null: those before the first read.</summary>
    public Timestamp? ExecutionsSince { get; init; }

    /// <summary>
    /// What the host before knew; what has happened since is told before the first snapshot. Null: nothing was known.
    /// </summary>
    public AccountRecovery? Recovery { get; init; }

    /// <summary>An acknowledged request whose effect the stream has not shown for so long is asked for.</summary>
    public int AnswerMs { get; init; } = 3000;

    /// <summary>A lost request may arrive until its receive window ends; so much later its absence is believed.</summary>
    public int FenceMarginMs { get; init; } = 10_000;

    /// <summary>How long a request that was not taken is sent again: entries grow stale, protection does not.</summary>
    public int EntryRetryMs { get; init; } = 10_000;
    public int ProtectiveRetryMs { get; init; } = 60_000;

    /// <summary>The whole account is read again after this, whatever the stream says.</summary>
    public int ReconcileMs { get; init; } = 30_000;

    /// <summary>New orders, amendments and cancels that wait together leave together.</summary>
    public bool Batches { get; init; } = true;

    /// <summary>An entry that could not leave for so long is refused (reliability §5.6).</summary>
    public int EntryWaitMs { get; init; } = 30_000;

    /// <summary>More entries than this do not wait: they are refused.</summary>
    public int EntriesWaitingMax { get; init; } = 1000;
}
