namespace StrategyHost.TestKit;

/// <summary>
/// A clock that only the test moves; timers that became due fire at the end of a step, in order, as after a sleep. Loopback I/O takes real
/// time, so whoever waits for it lets virtual time pass in small steps and looks in between; nothing is decided by how long that takes.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    /// <summary>Where it begins: 2023-11-14T22:13:20Z.</summary>
    public const long StartMs = 1_700_000_000_000;

    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(120);
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(StartMs);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(long ms) => Advance(TimeSpan.FromMilliseconds(ms));

    public void Advance(TimeSpan by)
    {
        lock (_lock)
        {
            _now += by;
        }

        while (Due() is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Lets time pass, 20 ms at a step, until something holds. Fails after 120 real seconds.</summary>
    public async Task PassUntilAsync(Func<bool> holds)
    {
        using var guard = new CancellationTokenSource(HangGuard);
        while (!holds())
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Delay(1, guard.Token);
            Advance(20);
        }
    }

    /// <summary>As the other, until a task has ended; gives its result.</summary>
    public async Task<T> PassUntilAsync<T>(Task<T> task)
    {
        await PassUntilAsync(() => task.IsCompleted);
        return await task;
    }

    private ManualTimer? Due()
    {
        lock (_lock)
        {
            var due = _timers.Where(t => t.DueAt <= _now).MinBy(t => t.DueAt);
            due?.Next();
            return due;
        }
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset DueAt { get; private set; }

        public void Fire() => fire();

        public void Next()
        {
            if (_period <= TimeSpan.Zero)
            {
                time._timers.Remove(this);
            }
            else
            {
                DueAt += _period;
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                _period = period;
                DueAt = time._now + dueTime;
                if (dueTime > TimeSpan.Zero)
                {
                    time._timers.Add(this);
                }
            }

            if (dueTime == TimeSpan.Zero)
            {
                fire();
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
