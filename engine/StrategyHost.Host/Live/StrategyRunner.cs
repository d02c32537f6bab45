using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Live;

/// <summary>
/// One strategy on its own thread: the loop begins a call and goes on; the answer comes back as an input. One call is under way at a time
/// (the kernel sees to that). After an answer, never before it, the strategy's state is taken when it is time.
/// </summary>
internal sealed class StrategyRunner(ScriptLane lane, IScriptInstance script) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private IScriptInstance _script = script;
    private StrategyMemory? _memory;
    private ITimer? _timer;
    private Action<Exception>? _failed;
    private bool _isArmed;
    private bool _isClosed;
    private int _underWay;

    /// <summary>Runs something of the script on its thread and waits: before the loop starts and after it has ended only.</summary>
    public T Run<T>(Func<IScriptInstance, T> work) => lane.Run(() => work(_script));

    /// <summary>From now on the state is kept over restarts; before the first call.</summary>
    public void Remember(StrategyMemory memory, TimeProvider time, Action<Exception> failed)
    {
        (_memory, _failed) = (memory, failed);
        _timer = time.CreateTimer(_ => Save(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins a call; one of the two is called on the script's thread. A failure is the host's bug, not the script's.</summary>
    public void Begin(CallScript call, Action<ScriptAnswer> answered, Action<Exception> failed) => Post(
        () =>
        {
            answered(_memory is null ? _script.Call(call.Call, call.View) : _memory.Call(ref _script, call));
            SaveInTime();
        }, failed);

    /// <summary>Takes the state, after what is under way; completes when that is done, whether or not there is one.</summary>
    public Task SaveAsync()
    {
        var saved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            () =>
            {
                _memory?.Export(_script);
                saved.SetResult();
            }, saved.SetException);
        return saved.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _timer?.Dispose();
        }

        if (!SpinWait.SpinUntil(() => Volatile.Read(ref _underWay) == 0, Patience))
        {
            return; // it has not answered in time; its thread is a background one and must not keep the process
        }

        lane.Run(() => _script.Dispose());
        lane.Dispose();
    }

    private void SaveInTime()
    {
        if (_memory is null)
        {
            return;
        }

        var wait = _memory.Wait;
        if (wait == TimeSpan.Zero)
        {
            _memory.Export(_script);
            return;
        }

        lock (_gate)
        {
            if (!_isArmed && !_isClosed)
            {
                _isArmed = true;
                _timer?.Change(wait, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Save() => Post(
        () =>
        {
            lock (_gate)
            {
                _isArmed = false;
            }

            _memory?.Export(_script);
        }, bug => _failed?.Invoke(bug));

    private void Post(Action work, Action<Exception> failed)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            Interlocked.Increment(ref _underWay);
            lane.Post(
                () =>
                {
                    work();
                    Interlocked.Decrement(ref _underWay);
                }, failed);
        }
    }
}
