using StrategyHost.Core.Strategies;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>
/// A signal as a script would write it: <c>Sig.Of("buy quantity=1 stop_loss=95 tag=a")</c>; arrays and objects by <see cref="And"/>.
/// </summary>
internal sealed record Sig(IReadOnlyList<KeyValuePair<string, ScriptValue>> Fields)
{
    public ScriptValue Value => ScriptValue.Of(Fields);

    public static implicit operator Sig(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new Sig(
        [
            KeyValuePair.Create("action", ScriptValue.Of(words[0])),
            .. words.Skip(1).Select(w => w.Split('=')).Select(p => KeyValuePair.Create(p[0], Read(p[1]))),
        ]);
    }

    public static Sig Of(string text) => text;

    public Sig And(string name, params (string Name, object Value)[] fields) => new([.. Fields, KeyValuePair.Create(name, Object(fields))]);

    /// <summary>A target ladder: percent and share of each rung.</summary>
    public Sig Ladder(params (double Percent, double Share)[] rungs) => new(
    [
        .. Fields,
        KeyValuePair.Create("take_profit", ScriptValue.Of([.. rungs.Select(r => Object(("percent", r.Percent), ("share", r.Share)))])),
    ]);

    private static ScriptValue Object(params (string Name, object Value)[] fields) => ScriptValue.Of(
        [.. fields.Select(
            f => KeyValuePair.Create(f.Name, Read(Convert.ToString(f.Value, System.Globalization.CultureInfo.InvariantCulture)!)))]);

    private static ScriptValue Read(string text) => text.ToLowerInvariant() switch
    {
        "true" => ScriptValue.Of(true),
        "false" => ScriptValue.Of(false),
        "null" => ScriptValue.Null,
        _ => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? ScriptValue.Of(number)
            : ScriptValue.Of(text),
    };
}
