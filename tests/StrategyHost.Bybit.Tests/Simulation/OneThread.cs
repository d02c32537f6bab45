namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>
/// Lets virtual time pass only when nothing is left to do. In a process whose thread pool has one worker, every continuation of adapter and
/// emulator runs on that worker or waits in its queue; there is no socket and no other thread. This is an item of the same queue that puts
/// itself in again behind all others: when it runs and the queue is empty, nothing runs and nothing waits but timers. Same seed, same run.
/// </summary>
internal sealed class OneThread : IThreadPoolWorkItem
{
    private readonly VirtualTime _time;
    private readonly Func<Task> _work;
    private readonly TaskCompletionSource _done = new();
    private Task? _working;

    private OneThread(VirtualTime time, Func<Task> work) => (_time, _work) = (time, work);

    /// <summary>Whether this process is as it must be.</summary>
    public static bool IsAlone
    {
        get
        {
            ThreadPool.GetMaxThreads(out var workers, out _);
            return workers == 1;
        }
    }

    /// <summary>Runs to the end of the work. The caller waits; it may not be a worker.</summary>
    public static Task RunAsync(VirtualTime time, Func<Task> work)
    {
        var thread = new OneThread(time, work);
        ThreadPool.UnsafeQueueUserWorkItem(thread, preferLocal: false);
        return thread._done.Task;
    }

    public void Execute()
    {
        _working ??= _work();
        if (_working.IsCompleted)
        {
            _done.SetFromTask(_working);
            return;
        }

        if (ThreadPool.PendingWorkItemCount == 0 && !_time.FireNext())
        {
            _done.SetException(new InvalidOperationException("the simulation stands still: no timer, and its work has not ended"));
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
