namespace StrategyHost.Core.Strategies;

public enum ScriptValueKind { Undefined, Null, Boolean, Number, Text, Array, Object, Unsupported }

/// <summary>
/// A value as a script gave it: plain data, copied out of the script engine, nothing of the engine inside. Functions, symbols, big
/// integers, cycles and nesting beyond 8 levels arrive as <see cref="ScriptValueKind.Unsupported"/> with a describing text.
/// </summary>
public readonly struct ScriptValue
{
    private readonly double _number;
    private readonly object? _reference;

    private ScriptValue(ScriptValueKind kind, double number, object? reference)
    {
        Kind = kind;
        _number = number;
        _reference = reference;
    }

    public ScriptValueKind Kind { get; }
    public static ScriptValue Undefined => default;
    public static ScriptValue Null => new(ScriptValueKind.Null, 0, null);
    public static ScriptValue Of(bool value) => new(ScriptValueKind.Boolean, value ? 1 : 0, null);
    public static ScriptValue Of(double value) => new(ScriptValueKind.Number, value, null);
    public static ScriptValue Of(string value) => new(ScriptValueKind.Text, 0, value);
    public static ScriptValue Of(IReadOnlyList<ScriptValue> items) => new(ScriptValueKind.Array, 0, items);

    /// <summary>An object; its fields keep the order in which the script wrote them.</summary>
    public static ScriptValue Of(IReadOnlyList<KeyValuePair<string, ScriptValue>> fields) => new(ScriptValueKind.Object, 0, fields);
    public static ScriptValue Unsupported(string what) => new(ScriptValueKind.Unsupported, 0, what);

    public bool IsNothing => Kind is ScriptValueKind.Undefined or ScriptValueKind.Null;
    public bool Boolean => _number != 0;
    public double Number => _number;
    public string Text => (string)(_reference ?? "");
    public IReadOnlyList<ScriptValue> Items => (IReadOnlyList<ScriptValue>?)_reference ?? [];
    public IReadOnlyList<KeyValuePair<string, ScriptValue>> Fields => (IReadOnlyList<KeyValuePair<string, ScriptValue>>?)_reference ?? [];

    /// <summary>The field of that name, or undefined.</summary>
    public ScriptValue this[string name]
    {
        get
        {
            foreach (var field in Kind == ScriptValueKind.Object ? Fields : [])
            {
                if (field.Key == name)
                {
                    return field.Value;
                }
            }

            return Undefined;
        }
    }

    /// <summary>As a message would show it: JSON-like, shortened to 120 characters.</summary>
    public override string ToString()
    {
        var text = Kind switch
        {
            ScriptValueKind.Undefined => "undefined",
            ScriptValueKind.Null => "null",
            ScriptValueKind.Boolean => Boolean ? "true" : "false",
            ScriptValueKind.Number => Number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
            ScriptValueKind.Text => "\"" + Text + "\"",
            ScriptValueKind.Array => "[" + string.Join(", ", Items) + "]",
            ScriptValueKind.Object => "{" + string.Join(", ", Fields.Select(f => f.Key + ": " + f.Value)) + "}",
            ScriptValueKind.Unsupported => Text,
        };
        return text.Length <= 120 ? text : text[..117] + "...";
    }
}
