namespace StrategyHost.Emulator.Rest;

/// <summary>The numbers of the X-Bapi-Limit headers; the reset is a server time in ms.</summary>
public readonly record struct RateStatus(int Limit, int Remaining, long ResetMs, bool IsExceeded);

/// <summary>
/// Counts private calls per user and endpoint in a rolling second. Switched off it still counts for the headers and refuses nothing.
/// Called by many connections at once.
/// </summary>
internal sealed class RateMeter(bool isEnforced)
{
    private const int WindowMs = 1000;
    private readonly Lock _lock = new();
    private readonly Dictionary<(long Uid, string Path), Queue<long>> _calls = [];

    public RateStatus Count(long uid, EmulatorRoute route, long atMs)
    {
        var limit = route.Private?.PerSecond ?? int.MaxValue;
        lock (_lock)
        {
            if (!_calls.TryGetValue((uid, route.Path), out var calls))
            {
                calls = new Queue<long>();
                _calls.Add((uid, route.Path), calls);
            }

            while (calls.TryPeek(out var oldest) && oldest + WindowMs <= atMs)
            {
                calls.Dequeue();
            }

            if (calls.Count >= limit)
            {
                var resetMs = calls.Peek() + WindowMs;
                return new RateStatus(limit, 0, resetMs, isEnforced);
            }

            calls.Enqueue(atMs);
            return new RateStatus(limit, limit - calls.Count, atMs, false);
        }
    }
}
