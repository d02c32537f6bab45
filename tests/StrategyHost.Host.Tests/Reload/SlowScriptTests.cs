using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Live;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>The version before may still be at work when its time to leave is over.</summary>
public sealed class SlowScriptTests
{
    [Fact]
    public async Task Version_that_ends_its_call_late_is_gone_then()
    {
        using var script = new SlowScript();
        var runner = new StrategyRunner(new ScriptLane("slow"), script);
        runner.Begin(new CallScript(new StrategyId("slow"), new StopCall { At = default }, ScriptView.Empty), _ => { }, _ => { });
        runner.Dispose(); // waits a moment, and no longer
        Assert.False(script.Gone.IsCompleted);
        script.Go.Set();
        await script.Gone.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private sealed class SlowScript : IScriptInstance
    {
        private readonly TaskCompletionSource _gone = new();

        public ManualResetEventSlim Go { get; } = new();
        public Task Gone => _gone.Task;
        public ScriptValue Settings => ScriptValue.Of([KeyValuePair.Create("symbols", ScriptValue.Of("BTCUSDT"))]);
        public ScriptCallbacks Callbacks => ScriptCallbacks.Stop;
        public string Sha256 => "slow";
        public ScriptFault? Fault => null;

        public void Configure(ScriptEnvironment environment)
        {
        }

        public ScriptAnswer Call(ScriptCall call, ScriptView view)
        {
            Go.Wait();
            return ScriptAnswer.Nothing;
        }

        public Result<string?> ExportState() => Result<string?>.Ok(null);

        public ScriptFault? ImportState(string json) => null;

        public void Dispose() => _gone.TrySetResult();
    }
}
