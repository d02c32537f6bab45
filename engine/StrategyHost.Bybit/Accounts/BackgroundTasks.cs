using System.Collections.Concurrent;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// Work that nobody awaits. A failure is a bug: it ends <see cref="Completion"/>, so that the host hears of it. Thread-safe.
/// </summary>
internal sealed class BackgroundTasks
{
    private readonly ConcurrentDictionary<Task, byte> _running = [];
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the first failure, and never otherwise.</summary>
    public Task Completion => _failed.Task;

    public void Add(Task task)
    {
        _running[task] = 0;
        task.ContinueWith(
            t =>
            {
                _running.TryRemove(t, out _);
                if (t.Exception is { } e)
                {
                    _failed.TrySetException(e.InnerExceptions);
                }
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits for all that were cancelled, and for what they began before they heard of it.</summary>
    public async Task WhenEnded()
    {
        while (!_running.IsEmpty)
        {
            await Task.WhenAll(_running.Keys)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
    }
}
