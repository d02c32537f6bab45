using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;

namespace StrategyHost.ScriptProbe;

/// <summary>
/// Runs one hostile script and says how it ended: <c>RESULT ok|load-error RULE|fault KIND</c>, then whether the process is sound.
/// </summary>
internal static class Probe
{
    public static int Run(string engineName, string file, string[] limits)
    {
        var chosen = ScriptEngines.Choose(engineName);
        if (!chosen.IsOk)
        {
            Console.WriteLine("RESULT no-engine " + chosen.Errors[0].Message);
            return 3;
        }

        var scriptLimits = new ScriptLimits
        {
            TimeLimitMs = limits.Length > 0 ? int.Parse(limits[0], CultureInfo.InvariantCulture) : 250,
            MemoryLimitMb = limits.Length > 1 ? int.Parse(limits[1], CultureInfo.InvariantCulture) : 512,
        };
        var folder = Path.GetDirectoryName(Path.GetFullPath(file)) ?? ".";
        var source = new ScriptSource(file, folder, File.ReadAllText(file));
        using var lane = new ScriptLane("probe");
        Console.WriteLine("RESULT " + lane.Run(() => Result(chosen.Value.Engine, source, scriptLimits)));
        using var second = new ScriptLane("after");
        var sound = new ScriptSource("sound.js", folder, "function on_kline(k, ctx) { return { action: 'buy' }; }");
        Console.WriteLine("AFTER " + second.Run(() => Result(chosen.Value.Engine, sound, scriptLimits)));
        return 0;
    }

    private static string Result(IScriptEngine engine, ScriptSource source, ScriptLimits limits)
    {
        var loaded = engine.Load(source, limits);
        if (!loaded.IsOk)
        {
            return $"load-error {loaded.Errors[0].Rule}: {loaded.Errors[0].Message}";
        }

        using var instance = loaded.Value;
        instance.Configure(Samples.Environment);
        for (var i = 0; i < 200; i++)
        {
            var answer = instance.Call(
                new KlineRun(Samples.Klines(200), i, i + 1) { At = new Timestamp((i + 1) * 60_000L) }, ScriptView.Empty);
            if (answer.Fault is { } fault)
            {
                return $"fault {fault.Kind}: {fault.Error}";
            }
        }

        return "ok";
    }
}
