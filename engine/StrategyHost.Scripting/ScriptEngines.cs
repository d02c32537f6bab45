using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.JavaScriptCore;
using StrategyHost.Scripting.Managed;

namespace StrategyHost.Scripting;

/// <summary>An engine and the line that tells which was taken and why.</summary>
public sealed record ChosenEngine(IScriptEngine Engine, string Why);

/// <summary>Chooses the script engine (contracts §1, <c>--engine</c>).</summary>
public static class ScriptEngines
{
    /// <summary>Match timeout of regular expressions under Jint.</summary>
    public static readonly TimeSpan RegexTimeout = TimeSpan.FromSeconds(1);

    /// <summary>To be called in the first line of Main, before anything uses a regular expression.</summary>
    public static bool Prepare() => JintEngine.BoundRegularExpressions(RegexTimeout);

    /// <summary>
    /// <paramref name="wish"/>: auto, javascriptcore or jint. <c>auto</c> takes JavaScriptCore when its self-test passes.
    /// </summary>
    public static Result<ChosenEngine> Choose(string wish)
    {
        switch (wish)
        {
            case "jint":
                return new ChosenEngine(new JintEngine(), "script engine: jint (ES5), as asked" + Regexes());
            case "auto" or "javascriptcore":
                break;
            default:
                return new Error
                {
                    Field = "engine",
                    Value = wish,
                    Rule = "unknown_engine",
                    Message = "the script engine must be auto, javascriptcore or jint",
                };
        }

        var fast = JavaScriptCoreEngine.Create();
        if (fast.IsOk)
        {
            return new ChosenEngine(fast.Value, $"script engine: javascriptcore ({fast.Value.Library}), self-test passed");
        }

        return wish == "auto"
            ? new ChosenEngine(new JintEngine(), $"script engine: jint (ES5, slow), because {fast.Errors[0].Message}" + Regexes())
            : Result<ChosenEngine>.Failed(fast.Errors);
    }

    private static string Regexes() =>
        JintEngine.AreRegularExpressionsBounded ? "" : "; regular expressions are bounded by the watchdog only";
}
