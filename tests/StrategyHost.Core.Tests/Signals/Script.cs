using StrategyHost.Core.Domain;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Tests.Signals;

/// <summary>Script values from C# values, and the parser's answer for one signal.</summary>
internal static class Script
{
    public static readonly SignalContext Context = new(new Symbol("BTCUSDT"), [new Symbol("BTCUSDT"), new Symbol("ETHUSDT")], "demo.js");

    public static ScriptValue Object(params IEnumerable<(string Name, object? Value)> fields) =>
        ScriptValue.Of([.. fields.Select(f => KeyValuePair.Create(f.Name, Value(f.Value)))]);

    public static ScriptValue List(params object?[] items) => ScriptValue.Of([.. items.Select(Value)]);

    public static ScriptValue Value(object? value) => value switch
    {
        null => ScriptValue.Null,
        ScriptValue given => given,
        bool flag => ScriptValue.Of(flag),
        string text => ScriptValue.Of(text),
        int number => ScriptValue.Of((double)number),
        double number => ScriptValue.Of(number),
        _ => throw new ArgumentException(value.ToString()),
    };

    public static ParsedSignal Parse(params IEnumerable<(string Name, object? Value)> fields) =>
        Assert.Single(SignalParser.Parse(Object(fields), Context));

    public static Signal Accept(params IEnumerable<(string Name, object? Value)> fields)
    {
        var parsed = Parse(fields);
        Assert.Empty(parsed.Errors);
        return Assert.IsType<Signal>(parsed.Signal);
    }

    /// <summary>The only error of a refused signal.</summary>
    public static Error Refuse(params IEnumerable<(string Name, object? Value)> fields)
    {
        var parsed = Parse(fields);
        Assert.False(parsed.IsAccepted);
        return Assert.Single(parsed.Errors);
    }

    /// <summary>A market entry with further fields; a field given again replaces the entry's own.</summary>
    public static (string Name, object? Value)[] Entry(params (string Name, object? Value)[] more) =>
        [.. new (string, object?)[] { ("action", "buy"), ("quantity", 0.01) }.Where(f => more.All(m => m.Name != f.Item1)), .. more];
}
