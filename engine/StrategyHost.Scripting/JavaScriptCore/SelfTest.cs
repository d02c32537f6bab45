using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.JavaScriptCore;

/// <summary>
/// Script-engine rule 22, the parts that cannot hurt: a script runs, an endless loop and a deep recursion end in faults, a null reference
/// and a division by zero on a thread that runs scripts are still managed exceptions, no signal stays blocked. The library changes under us
/// with security updates, so every process asks once. Takes about 50 ms.
/// </summary>
internal static class SelfTest
{
    /// <summary>Of the script that never ends; the others end by themselves, late on a machine that is busy.</summary>
    private const int LoopLimitMs = 20;
    private const int LimitMs = 5000;
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, string?> Results = [];

    /// <summary>Null, or what is wrong with the library.</summary>
    public static string? Once(JavaScriptCoreEngine engine)
    {
        lock (Gate)
        {
            if (!Results.TryGetValue(engine.Library, out var problem))
            {
                problem = Run(engine);
                Results[engine.Library] = problem;
            }

            return problem;
        }
    }

    private static string? Run(JavaScriptCoreEngine engine) =>
        Expect(engine, "function settings() { return { params: { a: 6 * 7 } }; }", null)
        ?? Expect(engine, "function settings() { for (;;) { } }", "script_timeout")
        ?? Expect(engine, "function settings() { settings(); }", "script_recursion")
        ?? Expect(engine, "function settings() { return (0, eval)('1'); }", "script_error");

    private static string? Expect(JavaScriptCoreEngine engine, string script, string? rule)
    {
        string? problem = null;
        var thread = new Thread(() => problem = OnThread(engine, script, rule), 2 << 20);
        thread.Start();
        thread.Join();
        return problem;
    }

    private static string? OnThread(JavaScriptCoreEngine engine, string script, string? rule)
    {
        var blocked = BlockedSignals(); // a parent may hand down a mask; only what is added here is a fault
        var loaded = engine.Load(
            new ScriptSource("self-test.js", "", script),
            new ScriptLimits { TimeLimitMs = rule == "script_timeout" ? LoopLimitMs : LimitMs });
        var got = loaded.IsOk ? null : loaded.Errors[0].Rule;
        var problem = got != rule ? $"self-test: expected {rule ?? "a result"}, got {got ?? "a result"}" : Traps(blocked);
        if (loaded.IsOk)
        {
            loaded.Value.Dispose();
        }

        return problem;
    }

    /// <summary>Hardware exceptions on this thread reach managed code, and no signal is left blocked afterwards (hazard H1).</summary>
    private static string? Traps(string blockedBefore)
    {
        try
        {
            return Length(null) > 0 ? "self-test: a null reference was not noticed" : null;
        }
        catch (NullReferenceException)
        {
        }

        try
        {
            return Divide(1, 0) > 0 ? "self-test: a division by zero was not noticed" : null;
        }
        catch (DivideByZeroException)
        {
        }

        var blocked = BlockedSignals();
        return blocked == blockedBefore ? null : $"self-test: signals stay blocked, {blocked} after {blockedBefore}";
    }

    private static string BlockedSignals() =>
        File.ReadLines("/proc/thread-self/status").FirstOrDefault(l => l.StartsWith("SigBlk:", StringComparison.Ordinal)) ?? "";

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static int Length(string? text) => text!.Length; // null on purpose

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static int Divide(int a, int b) => a / b;
}
