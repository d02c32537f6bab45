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
    private bool _isRetired;

    /// <summary>Hears each call and what was answered, on the script's thread; null: nobody.</summary>
    public Action<CallScript, ScriptAnswer>? Shadow { get; set; }

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
            var answer = _memory is null ? _script.Call(call.Call, call.View) : _memory.Call(ref _script, call);
            if (Answer(answered, answer))
            {
                Shadow?.Invoke(call, answer);
                SaveInTime();
            }
        }, failed);

    /// <summary>Its state for the next version, after the call under way.</summary>
    public Task<ExportedState?> HandOverAsync()
    {
        var state = new TaskCompletionSource<ExportedState?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => state.TrySetResult(_memory?.HandOver(_script)), bug => state.TrySetException(bug));
        return state.Task;
    }

    /// <summary>The last state that is known, without asking the script.</summary>
    public ExportedState? LastState => _memory?.Last;

    /// <summary>It trades no more: late answers are not heard, and nothing of it is saved.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            _isRetired = true;
        }
    }

    /// <summary>Calls <c>on_stop</c> of a retired version and gives what it logged; its answer counts for nothing.</summary>
    public Task<IReadOnlyList<string>> SayStopAsync(StopCall call, ScriptView view)
    {
        var said = new TaskCompletionSource<IReadOnlyList<string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            () => said.TrySetResult(_script.Fault is not null || (_script.Callbacks & ScriptCallbacks.Stop) == 0
                ? [] : [.. _script.Call(call, view).Logs.Select(l => l.Text)]),
            bug => said.TrySetException(bug));
        return said.Task;
    }

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
            lane.Leave(() => _script.Dispose()); // it has not answered in time: it goes when it does, and nobody waits for that
            return;
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

            if (!Volatile.Read(ref _isRetired))
            {
                _memory?.Export(_script);
            }
        }, bug => _failed?.Invoke(bug));

    // Under the gate: once it is retired nothing of it comes any more, and what came before stands before the version after it.
    private bool Answer(Action<ScriptAnswer> answered, ScriptAnswer answer)
    {
        lock (_gate)
        {
            if (!_isRetired)
            {
                answered(answer);
            }

            return !_isRetired;
        }
    }

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
