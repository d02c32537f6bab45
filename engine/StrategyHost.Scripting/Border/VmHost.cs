using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.Modules;

namespace StrategyHost.Scripting.Border;

/// <summary>Answers the prelude's questions for one instance.</summary>
internal sealed class VmHost(ScriptModules modules) : IVmHost
{
    public ScriptModules Modules { get; } = modules;

    /// <summary>JSON for the operation that is under way.</summary>
    public string Payload { get; set; } = "null";
    public ScriptView View { get; set; } = ScriptView.Empty;

    public string Text(string operation, string first, string second) => operation switch
    {
        "payload" => Payload,
        "view" => Payloads.View(View),
        "resolve" => Modules.Resolve(first, second),
        "read" => Modules.Read(first),
        _ => throw new ScriptRefusalException("unknown question to the host: " + operation),
    };

    /// <summary>The expression that somebody at a console wants to know; compiled as a module of its own.</summary>
    public string Expression { get; set; } = "";

    public ModuleText Compile(string id) => id == ScriptModules.Console ? ScriptModules.WrapExpression(Expression) : Modules.Wrap(id);
}
