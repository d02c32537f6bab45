using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;
using StrategyHost.Scripting.Managed;

namespace StrategyHost.ScriptProbe;

/// <summary>The engines as the tests want them: Jint with a small budget, so that a bomb ends soon.</summary>
internal static class Engines
{
    public const int JintBudgetMb = 700;

    public static IScriptEngine Get(string name) =>
        name == "jint" ? new JintEngine(JintBudgetMb, stuckMs: 6_000) : ScriptEngines.Choose(name).Value.Engine;
}
