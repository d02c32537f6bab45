using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Backtests;

/// <summary>
/// A script that lives on another thread, called across and waited for. The owner of the instance disposes it on its lane.
/// </summary>
internal sealed class LaneScript(IScriptInstance script, ScriptLane lane) : IScriptInstance
{
    public ScriptValue Settings => script.Settings;
    public ScriptCallbacks Callbacks => script.Callbacks;
    public string Sha256 => script.Sha256;
    public ScriptFault? Fault => script.Fault;

    public void Configure(ScriptEnvironment environment) => lane.Run(() => script.Configure(environment));

    public ScriptAnswer Call(ScriptCall call, ScriptView view) => lane.Run(() => script.Call(call, view));

    public Result<string?> ExportState() => lane.Run(script.ExportState);

    public ScriptFault? ImportState(string json) => lane.Run(() => script.ImportState(json));

    public void Dispose()
    {
    }
}
