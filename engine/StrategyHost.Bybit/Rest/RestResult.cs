using System.Text.Json;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Rest;

/// <summary>
/// What became of one request. Closed hierarchy. Texts are the exchange's or ours; they hold no key, secret, signature or header.
/// </summary>
public abstract record RestResult<T>
{
    private protected RestResult() { }

    /// <summary>Server time with which the request was signed; 0 when it was not signed or never sent.</summary>
    public long StampMs { get; init; }

    /// <summary>The server's clock in the reply; null: the reply told none.</summary>
    public Timestamp? ServerTime { get; init; }
}

/// <summary>retCode 0. For a write it says that the request was queued, no more.</summary>
public sealed record Ok<T>(T Value) : RestResult<T>
{
    /// <summary>The reply's retExtInfo as it stood there: of a batch, its rows' codes.</summary>
    public JsonElement? ExtInfo { get; init; }
}

/// <summary>The wanted state was there already, or an earlier attempt was taken: read before believing it.</summary>
public sealed record AlreadyDone<T>(int RetCode, string RetMsg) : RestResult<T>;

/// <summary>Nothing happened and the same request would be refused again. Fatal: the account cannot go on without a person.</summary>
public sealed record Refused<T>(int RetCode, string RetMsg) : RestResult<T>
{
    public bool IsFatal { get; init; }
}

/// <summary>It may have taken effect. RetCode is Bybit's, the HTTP status, or 0 when there was no answer.</summary>
public sealed record Ambiguous<T>(int RetCode, string Why) : RestResult<T>;

/// <summary>
/// Not taken, and the same request may be taken later. RetCode as in <see cref="Ambiguous{T}"/>; NotBefore: our own clock.
/// </summary>
public sealed record Retryable<T>(int RetCode, string Why, Timestamp? NotBefore) : RestResult<T>;
