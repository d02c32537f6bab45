using System.Globalization;
using System.Runtime.CompilerServices;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;

namespace StrategyHost.ScriptProbe;

/// <summary>Null references and divisions by zero on a thread that runs scripts, between calls, with collections: all must stay
/// managed.</summary>
internal static class Traps
{
    private const int Rounds = 500;

    public static int Run(string engineName)
    {
        var engine = Engines.Get(engineName);
        using var lane = new ScriptLane("traps");
        var caught = lane.Run(() => OnLane(engine));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"TRAPS {caught} of {2 * Rounds}"));
        return 0;
    }

    private static int OnLane(IScriptEngine engine)
    {
        using var instance = engine.Load(new ScriptSource("t.js", "", "function on_kline(k) { return [k.close]; }"),
            new ScriptLimits()).Value;
        instance.Configure(Samples.Environment);
        var block = Samples.Klines(Rounds);
        var caught = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var answer = instance.Call(new KlineRun(block, i, i + 1) { At = new Timestamp((i + 1) * 60_000L) }, ScriptView.Empty);
            caught += answer.Fault is null ? Catch(() => Length(null)) + Catch(() => Divide(1, 0)) : 0;
            if (i % 20 == 0)
            {
                GC.Collect();
            }
        }

        return caught;
    }

    private static int Catch(Func<int> trap)
    {
        try
        {
            return trap() * 0;
        }
        catch (Exception error) when (error is NullReferenceException or DivideByZeroException)
        {
            return 1;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Length(string? text) => text!.Length; // null on purpose

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Divide(int a, int b) => a / b;
}
