namespace StrategyHost.Host.Alerts;

/// <summary>How much one route takes. All are limits of one route.</summary>
/// <param name="Max">Different notices that may wait.</param>
/// <param name="PerMinute">Messages in any 60 seconds.</param>
/// <param name="RepeatMs">For so long after a message further notices of its key are gathered into the next.</param>
internal sealed record AlertLimits(int Max, int PerMinute, long RepeatMs);

/// <summary>
/// What waits to be sent on one route. 1. <see cref="Add"/> costs the same however much waits, and never waits itself: the engine's thread
/// calls it. 2. Notices of one key are one message with a count; after a message the next of its key waits until the repeat time is over.
/// 3. Money at risk goes first. 4. What comes again after it was said to be over waits for no repeat time, and takes the place of a word
/// that it is over: whoever reads the last message knows how it stands. 5. When it is full the oldest that puts no money at risk is dropped
/// and counted; one that does is only dropped for another such, and the caller hears of it. From any thread; times are milliseconds of one
/// monotonic clock.
/// </summary>
internal sealed class AlertQueue(AlertLimits limits)
{
    private const long MinuteMs = 60_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string, string?), LinkedListNode<Waiting>> _byKey = [];
    private readonly LinkedList<Waiting> _atRisk = new();
    private readonly LinkedList<Waiting> _others = new();
    private readonly Dictionary<(string, string, string?), long> _sent = [];
    private readonly Queue<long> _lastMinute = new();
    private int _leftOut;

    /// <summary>Messages that wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byKey.Count;
            }
        }
    }

    /// <summary>Gives the notice about money at risk that had to go, if one had to; others go silently but counted.</summary>
    public AlertNotice? Add(AlertNotice notice, long nowMs)
    {
        lock (_lock)
        {
            DropUntrue(notice, nowMs);
            if (_byKey.TryGetValue(notice.Key, out var there))
            {
                there.Value = there.Value with { Newest = notice, Count = there.Value.Count + 1 };
                return null;
            }

            AlertNotice? lost = null;
            if (_byKey.Count >= limits.Max)
            {
                var oldest = _others.First ?? (notice.AtRisk ? _atRisk.First : null);
                _leftOut++;
                if (oldest is null)
                {
                    return null; // everything that waits is more important
                }

                lost = oldest.Value.Newest.AtRisk ? oldest.Value.Newest : null;
                Remove(oldest);
            }

            var due = _sent.TryGetValue(notice.Key, out var sent) ? sent + limits.RepeatMs : nowMs;
            _byKey.Add(notice.Key, (notice.AtRisk ? _atRisk : _others).AddLast(new Waiting(notice, 1, notice, due)));
            return lost;
        }
    }

    /// <summary>
    /// Takes the next message that may be sent now. None: <paramref name="waitMs"/> says when to look again, null: when something is added.
    /// </summary>
    /// <param name="nowMs">Now.</param>
    /// <param name="hurries">The host ends: repeats and rate are not waited for.</param>
    /// <param name="waitMs">Milliseconds until something is due.</param>
    public AlertMessage? Take(long nowMs, bool hurries, out long? waitMs)
    {
        lock (_lock)
        {
            waitMs = null;
            if (Next(nowMs, hurries) is not { } next)
            {
                return null;
            }

            var due = hurries ? nowMs : Math.Max(next.Value.DueMs, NextFreeMs(nowMs));
            if (due > nowMs)
            {
                waitMs = due - nowMs;
                return null;
            }

            Remove(next);
            Forget(nowMs);
            _sent[next.Value.Newest.Key] = nowMs;
            if (Begun(next.Value.Newest) is { } begun)
            {
                _sent.Remove(begun); // if it comes again, that is news
            }

            _lastMinute.Enqueue(nowMs);
            var message = new AlertMessage(next.Value.Newest, next.Value.Count, next.Value.First.At, _leftOut);
            _leftOut = 0;
            return message;
        }
    }

    /// <summary>A message was given up: the next one tells.</summary>
    public void LeaveOut(AlertMessage message)
    {
        lock (_lock)
        {
            _leftOut += message.Count + message.LeftOut;
        }
    }

    /// <summary>What waits, and waits no more: the host has ended. Money at risk first.</summary>
    public IReadOnlyList<AlertNotice> Clear()
    {
        lock (_lock)
        {
            AlertNotice[] left = [.. _atRisk.Concat(_others).Select(w => w.Newest)];
            _byKey.Clear();
            _atRisk.Clear();
            _others.Clear();
            return left;
        }
    }

    /// <summary>Some of what waits puts money at risk.</summary>
    public bool HasRisk
    {
        get
        {
            lock (_lock)
            {
                return _atRisk.Count > 0;
            }
        }
    }

    /// <summary>
    /// A word that something is over is untrue once it is there again; a repeat that was held back is untrue once it is over.
    /// </summary>
    private void DropUntrue(AlertNotice notice, long nowMs)
    {
        if (_byKey.TryGetValue((notice.Account, notice.Code + AlertNotice.Over, notice.Symbol), out var over))
        {
            Remove(over);
        }

        if (Begun(notice) is { } begun && _byKey.TryGetValue(begun, out var held) && held.Value.DueMs > nowMs)
        {
            Remove(held);
        }
    }

    /// <summary>The key of what a notice says is over; null: it says nothing of the kind.</summary>
    private static (string Account, string Code, string? Symbol)? Begun(AlertNotice notice) =>
        notice.Code.EndsWith(AlertNotice.Over, StringComparison.Ordinal)
            ? (notice.Account, notice.Code[..^AlertNotice.Over.Length], notice.Symbol) : null;

    /// <summary>The first that is due, money at risk before others; else the one that is due next.</summary>
    private LinkedListNode<Waiting>? Next(long nowMs, bool hurries)
    {
        LinkedListNode<Waiting>? soonest = null;
        foreach (var list in (LinkedList<Waiting>[])[_atRisk, _others])
        {
            for (var node = list.First; node is not null; node = node.Next)
            {
                if (hurries || node.Value.DueMs <= nowMs)
                {
                    return node;
                }

                soonest = soonest is null || node.Value.DueMs < soonest.Value.DueMs ? node : soonest;
            }
        }

        return soonest;
    }

    private long NextFreeMs(long nowMs)
    {
        while (_lastMinute.TryPeek(out var oldest) && oldest <= nowMs - MinuteMs)
        {
            _lastMinute.Dequeue();
        }

        return _lastMinute.Count < limits.PerMinute ? nowMs : _lastMinute.Peek() + MinuteMs;
    }

    /// <summary>Keys whose repeat time is over need not be remembered.</summary>
    private void Forget(long nowMs)
    {
        foreach (var key in _sent.Where(s => s.Value + limits.RepeatMs <= nowMs).Select(s => s.Key).ToArray())
        {
            _sent.Remove(key);
        }
    }

    private void Remove(LinkedListNode<Waiting> node)
    {
        _byKey.Remove(node.Value.Newest.Key);
        node.List!.Remove(node); // it is in one of the two
    }

    private record struct Waiting(AlertNotice Newest, int Count, AlertNotice First, long DueMs);
}
