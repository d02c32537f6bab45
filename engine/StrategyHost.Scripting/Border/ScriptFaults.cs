using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.Modules;

namespace StrategyHost.Scripting.Border;

/// <summary>Makes faults that read the same from both engines: what happened, where, the line itself, and what to do.</summary>
internal static class ScriptFaults
{
    private const int LinesBefore = 2;

    /// <summary>Of the code in a frame: with the number of its line it fits a terminal of 80 columns, so its mark stands right.</summary>
    private const int FrameWidth = 70;

    /// <summary>What is shown of a long line before the place.</summary>
    private const int FrameLead = 40;

    public const string RecursionMessage = "Maximum call stack size exceeded.";

    public static ScriptFault Timeout(ScriptLimits limits, string file) => new(ScriptFaultKind.Timeout, new Error
    {
        File = file,
        Rule = "script_timeout",
        Message = string.Create(
            CultureInfo.InvariantCulture, $"a call used more than {limits.TimeLimitMs} ms of processor time and was ended; ")
            + "look for an endless loop, a large copy or a slow regular expression",
    });

    public static ScriptFault Memory(ScriptLimits limits, string file) => new(ScriptFaultKind.Memory, new Error
    {
        File = file,
        Rule = "script_memory",
        Message = string.Create(CultureInfo.InvariantCulture, $"the script holds more than {limits.MemoryLimitMb} MB; ")
            + "keep a bounded number of values (ctx.history keeps candles for you)",
    });

    public static ScriptFault State(string file, int length, int limit) => new(ScriptFaultKind.Script, new Error
    {
        File = file,
        Field = "export_state",
        Value = length.ToString(CultureInfo.InvariantCulture),
        Rule = "script_state",
        Message = string.Create(CultureInfo.InvariantCulture, $"export_state gave {length} characters of JSON, at most {limit} are kept; ")
            + "export the few values that a restart needs",
    });

    public static ScriptFault Engine(string file, string what) => new(ScriptFaultKind.Engine, new Error
    {
        File = file,
        Rule = "script_engine",
        Message = "the script engine failed: " + what,
    });

    /// <summary>
    /// An error that the script threw. Line and column are the author's, 1-based; null where the engine does not know them.
    /// </summary>
    public static ScriptFault Script(ScriptModules modules, SourcePlace place, string message, string? stack)
    {
        var isRecursion = message.Contains(RecursionMessage.TrimEnd('.'), StringComparison.Ordinal);
        var frame = Frame(modules, place);
        return new(isRecursion ? ScriptFaultKind.Recursion : ScriptFaultKind.Script, new Error
        {
            File = place.File,
            Line = place.Line,
            Column = place.Column,
            Rule = isRecursion ? "script_recursion" : "script_error",
            Message = message + frame,
        }, stack);
    }

    public static Error Syntax(ScriptModules modules, SourcePlace place, string message) => new()
    {
        File = place.File,
        Line = place.Line,
        Column = place.Column,
        Rule = "syntax",
        Message = message + Frame(modules, place),
    };

    private static string Frame(ScriptModules modules, SourcePlace place)
    {
        if (place.Line is not { } line || modules.TextOf(place.File) is not { } text)
        {
            return "";
        }

        var lines = text.Split('\n');
        if (line < 1 || line > lines.Length)
        {
            return "";
        }

        var column = Math.Max(place.Column ?? 0, 0);
        var from = column >= FrameWidth ? column - FrameLead : 0;
        var shown = Cut(lines[line - 1], from);
        var label = line.ToString(CultureInfo.InvariantCulture);
        var pointer = column > 0
            ? "\n  " + new string(' ', label.Length) + " | " + new string(' ', Math.Max(column - from - 1, 0)) + "^"
            : "";
        return $"{Before(lines, line, label.Length)}\n  {label} | {shown}{pointer}";
    }

    /// <summary>What stands above the line, so that a reader knows where he is.</summary>
    private static string Before(string[] lines, int line, int digits) => string.Concat(
        Enumerable.Range(Math.Max(1, line - LinesBefore), Math.Min(LinesBefore, line - 1)).Select(
            i => $"\n  {i.ToString(CultureInfo.InvariantCulture).PadLeft(digits)} | {Cut(lines[i - 1], 0)}"));

    /// <summary>Dots stand in place of what is left out, so that columns stay where they are.</summary>
    private static string Cut(string line, int from)
    {
        var text = line.TrimEnd('\r');
        text = text[Math.Min(from, text.Length)..];
        text = from > 0 && text.Length > 0 ? "…" + text[1..] : text;
        return text.Length > FrameWidth ? text[..(FrameWidth - 1)] + "…" : text;
    }
}

/// <summary>A place in a strategy's file.</summary>
internal readonly record struct SourcePlace(string File, int? Line, int? Column);
