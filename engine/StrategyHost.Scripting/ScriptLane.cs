using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace StrategyHost.Scripting;

/// <summary>
/// A thread of its own with a 16 MB stack that carries at most one script instance: load it, call it and dispose it inside
/// <see cref="Run{T}"/>. Callers block until their work is done and get its result or exception; work of several callers is queued in
/// order. Disposing ends the thread after the queue; dispose the instance on the lane first.
/// </summary>
public sealed class ScriptLane : IDisposable
{
    private const int StackBytes = 16 << 20;
    private readonly BlockingCollection<Work> _queue = [];
    private readonly Thread _thread;

    public ScriptLane(string name)
    {
        _thread = new Thread(Loop, StackBytes) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Runs the function on the lane and waits. On the lane itself it runs at once.</summary>
    public T Run<T>(Func<T> function)
    {
        if (Environment.CurrentManagedThreadId == _thread.ManagedThreadId)
        {
            return function();
        }

        T? result = default;
        using var work = new Work(() => result = function());
        _queue.Add(work);
        work.Wait();
        return result!; // set by the work, which has ended without an exception
    }

    /// <summary>Has the work done on the lane and returns at once; <paramref name="failed"/> hears what it throws.</summary>
    public void Post(Action action, Action<Exception> failed) => _queue.Add(new Work(action, failed));

    public void Run(Action action) => Run(() =>
    {
        action();
        return true;
    });

    /// <summary>
    /// Instead of disposing, where the queue may be long under way: the thread does this last and ends, and nobody waits for it.
    /// </summary>
    public void Leave(Action last)
    {
        Post(last, _ => { }); // who could hear it has gone
        _queue.CompleteAdding();
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        if (Environment.CurrentManagedThreadId != _thread.ManagedThreadId)
        {
            _thread.Join();
        }

        _queue.Dispose();
    }

    private void Loop()
    {
        foreach (var work in _queue.GetConsumingEnumerable())
        {
            work.Run();
        }
    }

    private sealed class Work(Action action, Action<Exception>? failed = null) : IDisposable
    {
        private readonly ManualResetEventSlim _done = new(false, 200);
        private ExceptionDispatchInfo? _error;

        public void Run()
        {
            try
            {
                action();
            }
#pragma warning disable CA1031 // the lane's entry: whatever happens here belongs to the caller that waits
            catch (Exception error)
#pragma warning restore CA1031
            {
                _error = ExceptionDispatchInfo.Capture(error);
                failed?.Invoke(error);
            }

            _done.Set();
        }

        public void Wait()
        {
            _done.Wait();
            _error?.Throw();
        }

        public void Dispose() => _done.Dispose();
    }
}
