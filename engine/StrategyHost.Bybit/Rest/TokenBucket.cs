namespace StrategyHost.Bybit.Rest;

/// <summary>
/// A bucket whose tokens each come back one window after they were taken: in no window of that length are more taken than it holds, which
/// a steadily refilled bucket would allow. Time is an argument in ms and may not be read elsewhere. Owned by <see cref="RequestBudget"/>.
/// </summary>
internal sealed class TokenBucket(int capacity, long windowMs)
{
    // Return times of the tokens that are out, ascending; never more than capacity.
    private readonly List<long> _returns = new(capacity);
    private long _blockedUntil = long.MinValue;
    private long _now = long.MinValue;

    public int Capacity => capacity;

    /// <summary>Earliest moment at which the cost can be paid with the reserve left over; long past when that is now.</summary>
    public long ReadyAt(long now, int cost, int reserve)
    {
        Advance(now);
        var needed = Math.Min(cost + reserve, capacity);
        var missing = needed - (capacity - _returns.Count);
        var returned = missing <= 0 ? long.MinValue : _returns[missing - 1];
        return Math.Max(returned, _blockedUntil);
    }

    public void Take(long now, int cost)
    {
        Advance(now);
        for (var i = 0; i < cost; i++)
        {
            Put(_now + windowMs);
        }
    }

    /// <summary>The server still grants this many tokens: what we believed to have above that is taken, until its reset.</summary>
    public void Shrink(long now, int remaining, long until)
    {
        Advance(now);
        for (var surplus = capacity - _returns.Count - Math.Max(0, remaining); surplus > 0; surplus--)
        {
            Put(until);
        }
    }

    /// <summary>Nothing is granted before the moment.</summary>
    public void Block(long until) => _blockedUntil = Math.Max(_blockedUntil, until);

    // A clock that goes back stands still here: tokens must not return twice.
    private void Advance(long now)
    {
        _now = Math.Max(_now, now);
        var back = 0;
        while (back < _returns.Count && _returns[back] <= _now)
        {
            back++;
        }

        _returns.RemoveRange(0, back);
    }

    private void Put(long returnAt)
    {
        var index = _returns.BinarySearch(returnAt);
        _returns.Insert(index < 0 ? ~index : index, returnAt);
    }
}
