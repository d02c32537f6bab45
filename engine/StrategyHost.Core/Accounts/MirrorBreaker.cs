using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>Closed: entries go through. Open: none does. HalfOpen: one went through and is not answered yet.</summary>
public enum BreakerState { Closed, Open, HalfOpen }

/// <summary>
/// The circuit breaker of the mirror's entries (reliability §5.6), an immutable state machine over event time. It is never asked about
/// main, about protection or about exits.
/// 1. It opens at five failed requests within 30 s, or at one authentication error. 2. Open, it lets one entry through every 30 s.
/// 3. That entry's success closes it; any failure opens it anew.
/// </summary>
public sealed record MirrorBreaker
{
    /// <summary>Failures within the window that open it.</summary>
    public const int FailuresMax = 5;
    public const long WindowMs = 30_000;

    /// <summary>How long it stays open before one entry may try.</summary>
    public const long RestMs = 30_000;

    /// <summary>
    /// Key unknown, wrong signature, no permission, address not allowed, key expired (Bybit V5 error codes, read 2026-07-24).
    /// </summary>
    private static readonly HashSet<int> Authentication = [10003, 10004, 10005, 10010, 33004];

    /// <summary>
    /// The order ended or had filled meanwhile, or is as it was asked to be: a race, not a failure (Bybit V5 error codes, read 2026-07-24).
    /// </summary>
    private static readonly HashSet<int> Races = [110001, 110059, 34040];

    public static readonly MirrorBreaker Fresh = new();

    /// <summary>Failures of late, while closed.</summary>
    public IReadOnlyList<Timestamp> Failures { get; init; } = [];

    /// <summary>When the entry that tries was sent.</summary>
    public Timestamp TriedAt { get; init; }

    public BreakerState State { get; init; }

    /// <summary>When the next entry may go through; of no meaning while closed.</summary>
    public Timestamp Until { get; init; }

    /// <summary>The retCode that opened it at once; null: it opened by failures, or is closed.</summary>
    public int? Code { get; init; }

    /// <summary>The retCode says that the key may not trade: nothing is gained by trying again soon.</summary>
    public static bool IsAuthentication(int code) => Authentication.Contains(code);

    public bool Allows(Timestamp at) => State == BreakerState.Closed || at >= Until;

    /// <summary>An entry was sent; not closed, it is the one that tries.</summary>
    public MirrorBreaker Entered(Timestamp at) => State == BreakerState.Closed ? this : this with
    {
        State = BreakerState.HalfOpen,
        Until = at.AddMs(RestMs),
        TriedAt = at,
    };

    /// <summary>A request was refused with this retCode, or its fate is not known (code 0).</summary>
    public MirrorBreaker Failed(Timestamp at, int code)
    {
        if (Races.Contains(code) || State == BreakerState.Open)
        {
            return this; // open already: its rest is counted from when it opened
        }

        IReadOnlyList<Timestamp> failures = [.. Failures.Where(f => at.Ms - f.Ms < WindowMs), at];
        var isFatal = IsAuthentication(code);
        return State == BreakerState.HalfOpen || isFatal || failures.Count >= FailuresMax
            ? new MirrorBreaker
            {
                State = BreakerState.Open,
                Until = at.AddMs(RestMs),
                Code = isFatal ? code : null,
            }
            : this with { Failures = failures };
    }

    /// <summary>The exchange took an entry that was sent at this time.</summary>
    public MirrorBreaker Succeeded(Timestamp sentAt) => State == BreakerState.HalfOpen && sentAt >= TriedAt ? Fresh : this;
}
