using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.JavaScriptCore;
using StrategyHost.Scripting.Managed;

namespace StrategyHost.ScriptProbe;

/// <summary>The engines as the tests want them: Jint with a small budget, so that a bomb ends soon, and a watchdog that waits less.</summary>
internal static class Engines
{
    public const int JintBudgetMb = 700;

    public static IScriptEngine Get(string name, int stuckMs = 6_000) =>
        name == "jint" ? new JintEngine(JintBudgetMb, stuckMs) : JavaScriptCoreEngine.Create(stuckMs).Value;
}
