namespace StrategyHost.Emulator.Rest;

/// <summary>
/// The numbers of the X-Bapi-Limit headers; the reset is a server time in ms. <see cref="Granted"/> of the orders asked for may pass.
/// </summary>
public readonly record struct RateStatus(int Limit, int Remaining, long ResetMs, int Granted)
{
    public bool IsExceeded => Granted == 0;
}

/// <summary>
/// Counts private calls (of batches: orders) per user and endpoint in a rolling second. Switched off it still counts for
/// the headers and refuses nothing.
/// Called by many connections at once.
/// </summary>
internal sealed class RateMeter(bool isEnforced)
{
    private const int WindowMs = 1000;
    private readonly Lock _lock = new();
    private readonly Dictionary<(long Uid, string Path), Queue<long>> _calls = [];

    public RateStatus Count(long uid, EmulatorRoute route, long atMs, int weight = 1)
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

            var granted = Math.Min(weight, Math.Max(0, limit - calls.Count));
            for (var i = 0; i < granted; i++)
            {
                calls.Enqueue(atMs);
            }

            var resetMs = granted < weight && calls.Count > 0 ? calls.Peek() + WindowMs : atMs;
            return new RateStatus(limit, limit - calls.Count, resetMs, isEnforced ? granted : weight);
        }
    }
}
