using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.Border;

/// <summary>
/// Decodes the tagged numbers that the prelude's <c>encode</c> writes. Short texts travel once and then by number, so the table lives as
/// long as the instance.
/// </summary>
internal sealed class ValueReader
{
    private readonly List<string> _texts = [];

    /// <summary>The value and the logs behind it; <paramref name="rowOffset"/> is added to the logs' rows.</summary>
    public ScriptValue Read(ReadOnlySpan<double> numbers, int rowOffset, List<ScriptLog>? logs, out int logCount)
    {
        var at = BorderLayout.Answer;
        var value = Value(numbers, ref at);
        logCount = (int)numbers[at++];
        for (var i = 0; i < logCount; i++)
        {
            var row = (int)numbers[at++];
            logs?.Add(new ScriptLog(row + rowOffset, Characters(numbers, ref at)));
        }

        return value;
    }

    private ScriptValue Value(ReadOnlySpan<double> numbers, ref int at)
    {
        switch ((int)numbers[at++])
        {
            case 0: return ScriptValue.Undefined;
            case 1: return ScriptValue.Null;
            case 2: return ScriptValue.Of(false);
            case 3: return ScriptValue.Of(true);
            case 4: return ScriptValue.Of(numbers[at++]);
            case 5 or 6 or 7:
                at--;
                return ScriptValue.Of(Text(numbers, ref at));
            case 8: return Items(numbers, ref at);
            case 9: return Fields(numbers, ref at);
            case 10: return ScriptValue.Unsupported(Text(numbers, ref at));
            case 11:
                _texts.Clear();
                return Value(numbers, ref at);
            default: throw new InvalidOperationException("unknown tag in the script's answer");
        }
    }

    private ScriptValue Items(ReadOnlySpan<double> numbers, ref int at)
    {
        var items = new ScriptValue[(int)numbers[at++]];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Value(numbers, ref at);
        }

        return ScriptValue.Of(items);
    }

    private ScriptValue Fields(ReadOnlySpan<double> numbers, ref int at)
    {
        var fields = new KeyValuePair<string, ScriptValue>[(int)numbers[at++]];
        for (var i = 0; i < fields.Length; i++)
        {
            var name = Text(numbers, ref at);
            fields[i] = new(name, Value(numbers, ref at));
        }

        return ScriptValue.Of(fields);
    }

    private string Text(ReadOnlySpan<double> numbers, ref int at)
    {
        var tag = (int)numbers[at++];
        if (tag == 5)
        {
            return _texts[(int)numbers[at++]];
        }

        var text = Characters(numbers, ref at);
        if (tag == 6)
        {
            _texts.Add(text);
        }

        return text;
    }

    private static string Characters(ReadOnlySpan<double> numbers, ref int at)
    {
        var length = (int)numbers[at++];
        var text = length <= 256 ? stackalloc char[length] : new char[length];
        for (var i = 0; i < length; i++)
        {
            text[i] = (char)numbers[at + i];
        }

        at += length;
        return new string(text);
    }
}
