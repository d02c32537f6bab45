using StrategyHost.Bybit.Streams;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// A request from the moment it is given until it is answered. Times in ms of the sender's clock; the lock of its lanes guards it.
/// </summary>
internal sealed class QueuedRequest(AccountEffect effect, RequestWay way, long number, long addedMs)
{
    private Backoff? _backoff;

    public AccountEffect Effect { get; set; } = effect;
    public RequestWay Way { get; set; } = way;

    /// <summary>Its place among all that were given; one that joins an older takes the older's.</summary>
    public long Number { get; set; } = number;
    public long AddedMs { get; } = addedMs;

    /// <summary>
    /// May not travel with others: trading-stop has no batch, amend-batch takes no conditional orders (Bybit V5 batch-amend, read
    /// 2026-07-24).
    /// </summary>
    public bool IsSingle { get; set; }

    /// <summary>It left with others.</summary>
    public bool IsInBatch { get; set; }

    /// <summary>It comes after a pause.</summary>
    public long NotBeforeMs { get; set; }

    /// <summary>How often it was sent, and when first.</summary>
    public int Attempts { get; set; }
    public long FirstSentMs { get; set; }

    /// <summary>Why it was not taken when it was sent.</summary>
    public string Why { get; set; } = "";

    /// <summary>Pauses between attempts: what protects is tried again within a second of the exchange's return (I-02).</summary>
    public Backoff Backoff => _backoff ??= new Backoff(300, Way.Lane() == RequestLane.Protective ? 1000 : 5000, 1);

    /// <summary>The id of this new order was used before: the caller's mistake.</summary>
    public bool IsAgain { get; set; }

    public Symbol Symbol => RequestWays.SymbolOf(Effect);
    public ClientOrderId Order => RequestWays.OrderOf(Effect);
}

/// <summary>What leaves as one HTTP request: one, or up to ten of one way as a batch.</summary>
internal sealed record Parcel(RequestWay Way, IReadOnlyList<QueuedRequest> Requests);

/// <summary>A new order that is not sent any more; without a refusal it was cancelled by its owner before it left.</summary>
internal sealed record UnsentOrder(PlaceOrder Order, string? Refusal);
