using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Live;

/// <summary>
/// One strategy on its own thread: the loop begins a call and goes on; the answer comes back as an input. One call is under way at a time
/// (the kernel sees to that).
/// </summary>
internal sealed class StrategyRunner(ScriptLane lane, IScriptInstance script) : IDisposable
{
    private volatile bool _isBusy;

    public IScriptInstance Script { get; } = script;

    /// <summary>Runs something of the script on its thread and waits: before the loop starts and after it has ended only.</summary>
    public T Run<T>(Func<IScriptInstance, T> work) => lane.Run(() => work(Script));

    /// <summary>Begins a call; one of the two is called on the script's thread. A failure is the host's bug, not the script's.</summary>
    public void Begin(CallScript call, Action<ScriptAnswer> answered, Action<Exception> failed)
    {
        _isBusy = true;
        lane.Post(
            () =>
            {
                var answer = Script.Call(call.Call, call.View);
                _isBusy = false;
                answered(answer);
            }, failed);
    }

    public void Dispose()
    {
        if (_isBusy)
        {
            return; // it has not answered in time; its thread is a background one and must not keep the process
        }

        lane.Run(Script.Dispose);
        lane.Dispose();
    }
}
