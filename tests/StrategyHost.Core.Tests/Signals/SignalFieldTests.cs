using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;
using static StrategyHost.Core.Tests.Signals.Script;

namespace StrategyHost.Core.Tests.Signals;

/// <summary>Every row of the field table: good values, wrong types, edges of the range, NaN, aliases.</summary>
public sealed class SignalFieldTests
{
    /// <summary>For each field the smallest signal that may carry it, without the field itself.</summary>
    private static (string, object?)[] Host(string name) => name switch
    {
        "action" => [("quantity", 1)],
        "quantity" or "quantity_usd" or "quantity_percent" or "risk_percent" => [("action", "buy")],
        "share" => [("action", "close")],
        "type" => [("action", "close")],
        "price" => [("action", "buy"), ("quantity", 1), ("type", "limit")],
        "post_only" => [("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", 1)],
        "order" => [("action", "cancel")],
        "trail_activation" => [("action", "buy"), ("quantity", 1), ("trail_percent", 1)],
        _ => [("action", "buy"), ("quantity", 1)],
    };

    private static object? Good(FieldSpec spec) => spec.Name switch
    {
        "take_profit_percent" or "take_profit_atr" or "take_profit" => 2,
        "breakeven" => Object(("after_percent", 1)),
        "mirror" => Object(("proportion", 0.25)),
        "symbol" => "ETHUSDT",
        "type" => "market",
        "time_in_force" => "IOC",
        "action" => "buy",
        _ when spec.IsNumeric => 1,
        _ when spec.Accepts(FieldKinds.Boolean) => true,
        _ when spec.Choices.Count > 0 => spec.Choices[^1],
        _ => "a-1_B",
    };

    public static TheoryData<string> Names => new(SignalFields.All.Select(f => f.Name));
    public static TheoryData<string> Numbers => new(SignalFields.All.Where(f => f.Spec.IsNumeric).Select(f => f.Name));
    public static TheoryData<string> Percents =>
        new(SignalFields.All.Select(f => f.Name).Where(n => n.EndsWith("_percent", StringComparison.Ordinal)));

    public static TheoryData<string> Labels => new(SignalFields.All.Where(f => f.Spec.IsLabel).Select(f => f.Name));
    private static FieldSpec Spec(string name) => SignalFields.All.Single(f => f.Name == name).Spec;

    private static IEnumerable<string> Rules(string name, object? value) =>
        Parse([.. Host(name), (name, value)]).Errors.Where(e => e.Field!.StartsWith(name, StringComparison.Ordinal)).Select(e => e.Rule);

    [Theory]
    [MemberData(nameof(Names))]
    public void Good_value_is_accepted(string name) => Accept([.. Host(name), (name, Good(Spec(name)))]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_is_refused(string name) => Assert.Equal(["wrong_type"], Rules(name, ScriptValue.Unsupported("function")));

    [Theory]
    [MemberData(nameof(Names))]
    public void Wrong_kinds_are_refused(string name)
    {
        var spec = Spec(name);
        foreach (var (kinds, value) in new (FieldKinds, object?)[]
        {
            (FieldKinds.Boolean, true),
            (FieldKinds.Number | FieldKinds.Integer, 1),
            (FieldKinds.Text, "certainly not a number"),
            (FieldKinds.List, List(1)),
            (FieldKinds.Object, Object(("a", 1))),
            (FieldKinds.Null, null),
        })
        {
            if (!spec.Accepts(kinds))
            {
                Assert.Equal(["wrong_type"], Rules(name, value));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Undefined_counts_as_not_given(string name)
    {
        string[] required = ["action", "order", "price", "quantity", "quantity_usd", "quantity_percent", "risk_percent"];
        if (!required.Contains(name))
        {
            Accept([.. Host(name), (name, ScriptValue.Undefined)]);
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Numbers_that_are_not_finite_are_refused(string name)
    {
        Assert.Equal(["not_finite"], Rules(name, double.NaN));
        Assert.Equal(["not_finite"], Rules(name, double.PositiveInfinity));
        Assert.Equal(["not_finite"], Rules(name, double.NegativeInfinity));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Numbers_outside_the_range_are_refused(string name)
    {
        Assert.Equal(["out_of_range"], Rules(name, 0));
        Assert.Equal(["out_of_range"], Rules(name, -1));
        Assert.Equal(["out_of_range"], Rules(name, 1e15));
        Assert.Equal(["out_of_range"], Rules(name, double.MaxValue));
        if (!Spec(name).Accepts(FieldKinds.Integer))
        {
            Assert.Equal(["out_of_range"], Rules(name, double.Epsilon));
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Numbers_may_be_decimal_strings(string name)
    {
        Accept([.. Host(name), (name, "1")]);
        Assert.Equal(["out_of_range"], Rules(name, "-1"));
        foreach (var text in new[] { "", " 1", "1e3", "NaN", "0x10", "1,5" })
        {
            Assert.Equal(["wrong_type"], Rules(name, text));
        }
    }

    [Theory]
    [InlineData("expires_candles")]
    [InlineData("close_after_candles")]
    [InlineData("close_at")]
    public void Whole_numbers_have_no_fraction(string name) => Assert.Equal(["wrong_type"], Rules(name, 1.5));

    [Theory]
    [MemberData(nameof(Percents))]
    public void Percent_may_be_written_pct(string name)
    {
        var alias = name[..^"percent".Length] + "pct";
        Assert.Equal(Accept([.. Host(name), (name, 1.5)]), Accept([.. Host(name), (alias, 1.5)]));
        Assert.Equal("given_twice", Refuse([.. Host(name), (name, 1.5), (alias, 1.5)]).Rule);
    }

    [Theory]
    [MemberData(nameof(Labels))]
    public void Labels_have_at_most_24_plain_characters(string name)
    {
        Accept([.. Host(name), (name, new string('a', 24))]);
        foreach (var text in new[] { new string('a', 25), "a b", "ä", "a/b", "a\n", "a.b" })
        {
            Assert.Equal(["bad_label"], Rules(name, text));
        }
    }

    [Fact]
    public void Unknown_fields_name_the_nearest_known_one()
    {
        foreach (var (wrong, right) in new[]
        {
            ("stoploss", "stop_loss"), ("stopLoss", "stop_loss"), ("quantiy", "quantity"), ("trail_pecent", "trail_percent"),
            ("takeProfit", "take_profit"),
        })
        {
            var error = Refuse(Entry((wrong, 1)));
            Assert.Equal(("unknown_field", wrong), (error.Rule, error.Field));
            Assert.Contains($"\"{right}\"", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("use_trailing_stops")]
    [InlineData("take_profit_enabled")]
    public void Switches_of_settings_and_configuration_are_no_signal_fields(string name) =>
        Assert.Equal("unknown_field", Refuse(Entry((name, false))).Rule);
}
