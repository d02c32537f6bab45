using System.Globalization;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Reload;

/// <summary>What a script answered, in one line for people; two answers that say the same give the same line.</summary>
internal static class SignalText
{
    private const int LengthMax = 300;

    public static string Of(ScriptAnswer answer)
    {
        var text = answer.Fault is { } fault ? $"fault: {fault.Error.Message}" : Of(answer.Value);
        return text.Length <= LengthMax ? text : text[..LengthMax] + "…";
    }

    private static string Of(ScriptValue value) => value.Kind switch
    {
        ScriptValueKind.Undefined or ScriptValueKind.Null => "nothing",
        ScriptValueKind.Array when value.Items.Count == 0 => "nothing",
        ScriptValueKind.Array => string.Join("; ", value.Items.Select(Of)),
        ScriptValueKind.Object =>
            string.Join(" ", value.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={Of(f.Value)}")),
        ScriptValueKind.Number => value.Number.ToString(CultureInfo.InvariantCulture),
        ScriptValueKind.Boolean => value.Boolean ? "true" : "false",
        _ => value.Text,
    };
}
