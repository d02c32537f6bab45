namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>
/// The simulation's clock: it stands still until <see cref="FireNext"/> moves it to the next timer. Timers of one moment fire in the order in
/// which they were set. Only the one worker of <see cref="OneThread"/> touches it.
/// </summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<(VirtualTimer Timer, long Setting), (long DueTicks, long Order)> _timers = new();
    private long _nowTicks = start.UtcTicks;
    private long _settings;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public long NowMs => GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Timers that have fired.</summary>
    public long Fired { get; private set; }

    public override long GetTimestamp() => _nowTicks;

    public override DateTimeOffset GetUtcNow() => new(_nowTicks, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public Task DelayAsync(double ms, CancellationToken cancellation = default) =>
        Task.Delay(double.IsInfinity(ms) ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(ms), this, cancellation);

    /// <summary>Moves to the next timer and fires it; false: there is none.</summary>
    public bool FireNext()
    {
        while (_timers.TryDequeue(out var next, out var due))
        {
            if (next.Timer.Setting == next.Setting)
            {
                _nowTicks = Math.Max(_nowTicks, due.DueTicks);
                Fired++;
                next.Timer.Fire(_nowTicks);
                return true;
            }
        }

        return false;
    }

    private sealed class VirtualTimer(VirtualTime time, Action fire) : ITimer
    {
        private TimeSpan _period;

        /// <summary>Which setting counts; zero: none.</summary>
        public long Setting { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Set(dueTime, time._nowTicks);
            return true;
        }

        public void Fire(long nowTicks)
        {
            Set(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, nowTicks);
            fire();
        }

        public void Dispose() => Setting = 0;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan wait, long fromTicks)
        {
            Setting = wait < TimeSpan.Zero ? 0 : ++time._settings;
            if (Setting > 0)
            {
                time._timers.Enqueue((this, Setting), (fromTicks + wait.Ticks, Setting));
            }
        }
    }
}

/// <summary>The clock of the adapter's machine: somebody may set it. Timers and time spans do not mind.</summary>
internal sealed class SetClock(VirtualTime time) : TimeProvider
{
    public TimeSpan Offset { get; set; }
    public override long TimestampFrequency => time.TimestampFrequency;

    public override long GetTimestamp() => time.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Offset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
