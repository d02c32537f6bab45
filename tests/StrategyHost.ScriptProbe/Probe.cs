using System.Diagnostics;
using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;

namespace StrategyHost.ScriptProbe;

/// <summary>
/// Runs hostile scripts one after the other, each on its own lane, beside one sound strategy that lives through all of them. Per script one
/// line <c>BEGIN name</c> and one <c>END name result</c>; a process that dies leaves out the second. Results: <c>refused RULE: message</c>,
/// <c>fault KIND: message</c>, <c>ok VALUE</c>,
/// <c>state RULE: message</c> or <c>state of LENGTH: JSON</c>; <c>BROKEN why</c> where the sound strategy or the rule "no call after a fault" suffered.
/// </summary>
internal static class Probe
{
    private const int CallsMax = 200;
    private const int WallMsMax = 20_000;
    private static readonly ScriptLimits Limits = new() { TimeLimitMs = 250, MemoryLimitMb = 200 };

    /// <summary>Jint allows eight times as much on the clock, which is half a second here.</summary>
    private static readonly ScriptLimits JintLimits = Limits with { TimeLimitMs = 125 };

    public static int Run(IScriptEngine engine, string engineName, string[] files)
    {
        var limits = engineName == "jint" ? JintLimits : Limits;
        using var soundLane = new ScriptLane("sound");
        var soundSource = new ScriptSource("sound.js", "",
            "var n = 0; function on_kline(k, ctx) { return [++n, k.close, ctx.ta.sma(1)]; }");
        using var sound = soundLane.Run(() => engine.Load(soundSource, Limits)).Value;
        soundLane.Run(() => sound.Configure(Samples.Environment));
        for (var i = 0; i < files.Length; i++)
        {
            var name = Path.GetFileNameWithoutExtension(files[i]);
            Say("BEGIN " + name);
            var result = Hostile(engine, limits, files[i]);
            var call = i;
            var state = soundLane.Run(() => Sound(sound, call));
            Say($"END {name} {state ?? result}");
        }

        soundLane.Run(sound.Dispose);
        return 0;
    }

    private static string Hostile(IScriptEngine engine, ScriptLimits limits, string file)
    {
        using var lane = new ScriptLane("hostile");
        var source = new ScriptSource(file, Path.GetDirectoryName(file)!, File.ReadAllText(file)); // the tests give full paths
        return lane.Run(() => Result(engine, limits, source));
    }

    private static string Result(IScriptEngine engine, ScriptLimits limits, ScriptSource source)
    {
        var loaded = engine.Load(source, limits);
        if (!loaded.IsOk)
        {
            return $"refused {loaded.Errors[0].Rule}: {loaded.Errors[0].Message}";
        }

        using var instance = loaded.Value;
        instance.Configure(Samples.Environment);
        var clock = Stopwatch.StartNew();
        var (last, logged) = (ScriptValue.Undefined, 0);
        for (var i = 0; i < CallsMax && clock.ElapsedMilliseconds < WallMsMax; i++)
        {
            var answer = instance.Call(Row(i), ScriptView.Empty);
            if (answer.Fault is { } fault)
            {
                return Refuses(instance) ? $"fault {fault.Kind}: {fault.Error.Message}" : "BROKEN a faulted instance took another call";
            }

            logged += answer.Logs.Sum(l => l.Text.Length);
            last = answer.Value;
        }

        return State(instance) ?? string.Create(CultureInfo.InvariantCulture, $"ok {last} logged {logged}");
    }

    /// <summary>The state goes out and in again, as at a restart; null for a script that keeps none.</summary>
    private static string? State(IScriptInstance instance)
    {
        var text = instance.ExportState();
        if (!text.IsOk)
        {
            // A state that was thrown at leaves the script alive; one that hit a limit does not.
            return Refuses(instance) == instance.Fault is not null
                ? $"state {text.Errors[0].Rule}: {text.Errors[0].Message}" : "BROKEN a failed state is neither alive nor dead";
        }

        if (instance.ImportState(text.Value ?? "null") is { } fault)
        {
            return Refuses(instance) ? $"fault {fault.Kind}: {fault.Error.Message}" : "BROKEN a faulted instance took another call";
        }

        return text.Value is { } state ? $"state of {state.Length}: {state[..Math.Min(state.Length, 200)]}" : null;
    }

    private static bool Refuses(IScriptInstance instance)
    {
        try
        {
            instance.Call(Row(0), ScriptView.Empty);
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static string? Sound(IScriptInstance sound, int call)
    {
        var answer = sound.Call(Row(call), ScriptView.Empty);
        var expected = new Price(Samples.Klines(CallsMax).Close[call]).ToDouble();
        var isRight = answer.Fault is null && answer.Value.Items.Count == 3 && answer.Value.Items[0].Number == call + 1
            && answer.Value.Items[1].Number == expected && answer.Value.Items[2].Number == expected;
        return isRight ? null : $"BROKEN the sound strategy gave {answer.Value} {answer.Fault}";
    }

    private static KlineRun Row(int i) => new(Samples.Klines(CallsMax), i, i + 1) { At = new Timestamp((i + 1) * 60_000L) };

    private static void Say(string line)
    {
        Console.WriteLine(line.ReplaceLineEndings(" "));
        Console.Out.Flush();
    }
}
