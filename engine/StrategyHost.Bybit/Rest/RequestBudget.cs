using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Rest;

/// <summary>Who goes first when requests are scarce. The order is the order of the names.</summary>
public enum RequestPriority
{
    /// <summary>Stops, closing orders, cancels of entries, and the reads that resolve them: may spend the last token.</summary>
    Protective,

    /// <summary>Entries and targets.</summary>
    Trading,

    /// <summary>Everything that can wait.</summary>
    Read,
}

/// <summary>A request that wants to be sent. Cost is 1, or the number of orders in a batch.</summary>
public readonly record struct BudgetRequest(AccountId Account, string Endpoint, RequestPriority Priority, int Cost = 1);

/// <summary>The answer: send now, or ask again at <see cref="ReadyAt"/> (not a promise: a more urgent request may come first).</summary>
public readonly record struct BudgetAnswer(bool IsGranted, Timestamp ReadyAt);

/// <summary>What a reply's X-Bapi-Limit headers say about an endpoint.</summary>
public readonly record struct LimitHeaders(int Remaining, Timestamp ResetAt);

/// <summary>
/// Request tokens per account and endpoint, and per address, for all accounts of the host: accounts have separate quotas, the address is
/// shared.
/// 1. No more is granted in any rolling window than the exchange allows.
/// 2. A fifth of every bucket is kept from trading and two fifths from reads, so that a protective request finds a token.
/// 3. A request is granted by all its buckets or takes from none.
/// Time is passed in (rule 2). One owner; not thread-safe.
/// </summary>
public sealed class RequestBudget(RequestLimits limits)
{
    private const int EndpointWindowMs = 1000;
    private readonly TokenBucket _address = new(limits.AddressRequests, limits.AddressWindowMs + limits.SlackMs);
    private readonly Dictionary<(AccountId Account, string Endpoint), TokenBucket> _endpoints = [];

    /// <summary>Takes the tokens if all are there. A cost above the quota is a bug of the caller: batches are split before.</summary>
    public BudgetAnswer TryTake(BudgetRequest request, Timestamp at)
    {
        var endpoint = EndpointOf(request.Account, request.Endpoint);
        if (request.Cost < 1 || request.Cost > (endpoint?.Capacity ?? int.MaxValue))
        {
            throw new ArgumentOutOfRangeException(nameof(request), request, "cost must lie between 1 and the endpoint's quota");
        }

        // The address counts requests, the account counts orders.
        var readyAt = _address.ReadyAt(at.Ms, 1, Reserve(_address, request.Priority));
        if (endpoint is not null)
        {
            readyAt = Math.Max(readyAt, endpoint.ReadyAt(at.Ms, request.Cost, Reserve(endpoint, request.Priority)));
        }

        if (readyAt > at.Ms)
        {
            return new BudgetAnswer(false, new Timestamp(readyAt));
        }

        _address.Take(at.Ms, 1);
        endpoint?.Take(at.Ms, request.Cost);
        return new BudgetAnswer(true, at);
    }

    /// <summary>Corrects the account's view by a reply's headers; they only ever take tokens away.</summary>
    public void Observe(BudgetRequest request, LimitHeaders headers, Timestamp at)
    {
        var longest = at.Ms + EndpointWindowMs + limits.SlackMs;
        EndpointOf(request.Account, request.Endpoint)?.Shrink(at.Ms, headers.Remaining, Math.Clamp(headers.ResetAt.Ms, at.Ms, longest));
    }

    /// <summary>retCode 10006: the endpoint rests until the reset, or for a window when the reply named none.</summary>
    public void Exhausted(BudgetRequest request, Timestamp? resetAt, Timestamp at) =>
        EndpointOf(request.Account, request.Endpoint)?.Block(resetAt?.Ms ?? at.Ms + EndpointWindowMs + limits.SlackMs);

    /// <summary>HTTP 403 for too many requests: nothing is sent from this address for the ban, protective requests included.</summary>
    public void Banned(Timestamp at) => _address.Block(at.Ms + limits.BanMs);

    private static int Reserve(TokenBucket bucket, RequestPriority priority) => priority switch
    {
        RequestPriority.Protective => 0,
        RequestPriority.Trading => bucket.Capacity / 5,
        RequestPriority.Read => bucket.Capacity * 2 / 5,
    };

    private TokenBucket? EndpointOf(AccountId account, string endpoint)
    {
        if (!limits.PerSecond.TryGetValue(endpoint, out var perSecond))
        {
            return null;
        }

        if (!_endpoints.TryGetValue((account, endpoint), out var bucket))
        {
            bucket = new TokenBucket(perSecond, EndpointWindowMs + limits.SlackMs);
            _endpoints.Add((account, endpoint), bucket);
        }

        return bucket;
    }
}
