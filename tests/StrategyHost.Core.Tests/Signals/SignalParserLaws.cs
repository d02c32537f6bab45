using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Tests.Signals;

public sealed class SignalParserLaws
{
    private static readonly string[] Words =
    [
        "buy", "sell", "close", "modify", "cancel", "hold", "limit", "market", "stop_market", "stop_limit", "trailing_stop", "long", "main",
        "last", "GTC", "PostOnly", "BTCUSDT", "", "1", "-1", "1e400", "NaN", "79228162514264337593543950335", "all", new string('9', 400),
    ];

    private static readonly string[] Names =
    [
        .. SignalFields.All.Select(f => f.Name), "share", "percent", "atr", "after_tp", "after_percent", "after_pct", "offset_fees",
        "proportion", "delay_ms", "reverse", "trail_pct", "nonsense", "", "_pct",
    ];

    private static readonly double[] Doubles =
    [
        0, -0.0, 1, -1, 0.5, 50, 100, 1e-9, 1e-30, double.Epsilon, 1e28, 7.9e28, 8e28, double.MaxValue, double.MinValue, double.NaN,
        double.PositiveInfinity, double.NegativeInfinity, 253_402_300_799_999, long.MaxValue, 1.5,
    ];

    private static Gen<ScriptValue> Leaf => Gen.OneOf(
        Gen.Constant(ScriptValue.Undefined),
        Gen.Constant(ScriptValue.Null),
        Gen.Constant(ScriptValue.Unsupported("function")),
        Gen.Elements(true, false).Select(ScriptValue.Of),
        Gen.Elements(Doubles).Select(ScriptValue.Of),
        ArbMap.Default.GeneratorFor<double>().Select(ScriptValue.Of),
        Gen.Elements(Words).Select(ScriptValue.Of),
        ArbMap.Default.GeneratorFor<string>().Select(s => ScriptValue.Of(s ?? "")));

    internal static Gen<ScriptValue> Any(IReadOnlyList<string> names, int depth) => depth == 0 ? Leaf : Gen.Frequency(
        (2, Leaf),
        (1, Any(names, depth - 1).ListOf().Select(items => ScriptValue.Of(items.Take(30).ToList()))),
        (4, Fields(names, depth).ListOf().Select(fields => ScriptValue.Of(fields.Take(30).ToList()))));

    private static Gen<KeyValuePair<string, ScriptValue>> Fields(IReadOnlyList<string> names, int depth) =>
        from name in Gen.Elements(names.AsEnumerable())
        from value in Any(names, depth - 1)
        select KeyValuePair.Create(name, value);

    /// <summary>Objects that are mostly right, so that the rules between fields are reached too.</summary>
    private static Gen<ScriptValue> Signals =>
        from action in Gen.Elements(SignalFields.Actions.AsEnumerable())
        from type in Gen.Elements(SignalFields.Types.AsEnumerable())
        from more in Fields(Names, 2).ListOf()
        select ScriptValue.Of([Field("action", action), Field("type", type), .. more.Take(12)]);

    private static KeyValuePair<string, ScriptValue> Field(string name, string text) => KeyValuePair.Create(name, ScriptValue.Of(text));

    [Fact]
    public void Parser_is_total() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Gen.OneOf(Signals, Any(Names, 3)).ToArbitrary(), IsConsistent));

    /// <summary>A signal without errors or errors without a signal, and each error says field, value, rule and message.</summary>
    private static bool IsConsistent(ScriptValue value) => SignalParser.Parse(value, Script.Context).All(p =>
        p.IsAccepted == (p.Errors.Count == 0)
        && p.Errors.All(e => e is { Value: not null, Rule.Length: > 0, Message.Length: > 0, File: "demo.js" }
            && SignalRules.All.Any(r => r.Key == e.Rule)));

    [Fact]
    public void Refusing_one_more_unknown_field_never_makes_a_signal_acceptable() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Signals.ToArbitrary(), value =>
            !SignalParser.Parse(ScriptValue.Of([.. value.Fields, Field("no_such", "x")]), Script.Context)[0].IsAccepted));
}
