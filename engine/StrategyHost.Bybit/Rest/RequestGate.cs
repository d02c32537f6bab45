using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Rest;

/// <summary>
/// The request budget of the whole host, shared by the clients of all accounts because they share the address. Thread-safe. Waits until a
/// request may leave; the reserves of the budget let protective ones pass those that wait. Its time goes on steadily from the clock's
/// moment at the start: whoever sets the clock meanwhile ends no ban and no window early, and prolongs none.
/// </summary>
public sealed class RequestGate(RequestLimits limits, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly RequestBudget _budget = new(limits);

    private readonly long _startMs = time.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly long _start = time.GetTimestamp();

    private Timestamp Now => new(_startMs + (long)time.GetElapsedTime(_start).TotalMilliseconds);

    /// <summary>A moment of the clock as it is set now.</summary>
    private Timestamp Steady(Timestamp clock) => Now.AddMs(clock.Ms - time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Waits for the tokens, at most the given time; the answer says whether they were taken, else when to ask again.</summary>
    public async Task<BudgetAnswer> TakeAsync(BudgetRequest request, int waitMs, CancellationToken cancellation)
    {
        var giveUpAt = Now.AddMs(waitMs);
        while (true)
        {
            var answer = TryTake(request);
            if (answer.IsGranted || answer.ReadyAt > giveUpAt)
            {
                return answer;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, answer.ReadyAt.Ms - Now.Ms)), time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What a reply's headers say.</summary>
    public void Observe(BudgetRequest request, LimitHeaders headers)
    {
        lock (_lock)
        {
            _budget.Observe(request, headers with { ResetAt = Steady(headers.ResetAt) }, Now);
        }
    }

    /// <summary>retCode 10006.</summary>
    public void Exhausted(BudgetRequest request, Timestamp? resetAt)
    {
        lock (_lock)
        {
            _budget.Exhausted(request, resetAt is { } at ? Steady(at) : null, Now);
        }
    }

    /// <summary>HTTP 403: the address is silent for the ban.</summary>
    public void Banned()
    {
        lock (_lock)
        {
            _budget.Banned(Now);
        }
    }

    private BudgetAnswer TryTake(BudgetRequest request)
    {
        lock (_lock)
        {
            return _budget.TryTake(request, Now);
        }
    }
}
