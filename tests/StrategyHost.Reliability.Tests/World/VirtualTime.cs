namespace StrategyHost.Reliability.Tests.World;

/// <summary>What comes first among things of one ms: nothing of the mirror's may decide an order among main's.</summary>
internal enum Rank { Market, Due, Main, Mirror, Last }

/// <summary>
/// The world's only clock: a heap of what will happen, by time, rank and order of asking. The host's clock may be wrong by
/// <see cref="HostOffsetMs"/>; how long something took is always right.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    public const long StartMs = 1_700_000_000_000;
    private readonly PriorityQueue<Action, (long At, Rank Rank, long Seq)> _heap = new();
    private long _seq;

    /// <summary>Exchange time in ms.</summary>
    public long NowMs { get; private set; } = StartMs;
    public long HostOffsetMs { get; set; }

    /// <summary>Whose timers those of this provider are; set by who makes them.</summary>
    public Rank TimerRank { get; set; } = Rank.Due;

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => NowMs - StartMs + 1;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs + HostOffsetMs);

    public void At(long ms, Rank rank, Action what) => _heap.Enqueue(what, (Math.Max(ms, NowMs), rank, ++_seq));

    public void After(long ms, Rank rank, Action what) => At(NowMs + ms, rank, what);

    /// <summary>Lets the next thing happen that is due by then; false: none is.</summary>
    public bool Next(long untilMs)
    {
        if (!_heap.TryPeek(out _, out var first) || first.At > untilMs)
        {
            NowMs = Math.Max(NowMs, untilMs);
            return false;
        }

        NowMs = first.At;
        _heap.Dequeue()();
        return true;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state), TimerRank);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(VirtualTime time, Action callback, Rank rank) : ITimer
    {
        private int _setting;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Arm(dueTime, ++_setting);
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan wait, int setting)
        {
            if (wait == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            time.After((long)wait.TotalMilliseconds, rank, () =>
            {
                if (setting == _setting)
                {
                    callback();
                    if (setting == _setting && _period > TimeSpan.Zero)
                    {
                        Arm(_period, setting);
                    }
                }
            });
        }
    }
}
