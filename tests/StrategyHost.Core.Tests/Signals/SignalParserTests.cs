using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;
using static StrategyHost.Core.Tests.Signals.Script;

namespace StrategyHost.Core.Tests.Signals;

public sealed class SignalParserTests
{
    [Fact]
    public void Nothing_gives_no_signal()
    {
        Assert.Empty(SignalParser.Parse(ScriptValue.Undefined, Context));
        Assert.Empty(SignalParser.Parse(ScriptValue.Null, Context));
        Assert.Empty(SignalParser.Parse(List(), Context));
        Assert.Empty(SignalParser.Parse(List(null, ScriptValue.Undefined), Context));
    }

    [Fact]
    public void Minimal_entry_has_the_documented_defaults()
    {
        var signal = Accept(("action", "buy"), ("quantity", 0.01));
        Assert.Equal(new Signal
        {
            Action = SignalAction.Buy,
            Symbol = new Symbol("BTCUSDT"),
            Size = new SizeSpec(SizeKind.Quantity, 0.01m),
        }, signal);
    }

    [Fact]
    public void Mission_entry_is_read_whole()
    {
        var signal = Accept(("action", "buy"), ("quantity", 0.01), ("type", "market"), ("trail_percent", 2.0), ("stop_price", 49000.0),
            ("take_profit", 52500.0), ("reason", "Bullish MA crossover"));
        Assert.Equal(Said<Level>.Of(new Level(LevelKind.Price, 49000)), signal.Protection.Stop);
        Assert.Equal(new TargetSpec([new TargetRung(new Level(LevelKind.Price, 52500), 100)]), signal.Protection.Target.Value);
        Assert.Equal(Said<TrailSpec>.Of(new TrailSpec(2, null, null)), signal.Protection.Trail);
        Assert.Null(signal.TriggerPrice);
        Assert.Equal("Bullish MA crossover", signal.Reason);
    }

    [Fact]
    public void Mission_stop_order_needs_no_protection()
    {
        var signal = Accept(("action", "sell"), ("quantity", 0.01), ("type", "stop_market"), ("stop_price", 50000.0));
        Assert.Equal(50000m, signal.TriggerPrice);
        Assert.Equal(ProtectionSpec.Unsaid, signal.Protection);
    }

    [Fact]
    public void Mission_hold_tightens_the_trail()
    {
        var signal = Accept(("action", "hold"), ("trail_percent", 1.0), ("reason", "Tightening stop in profit"));
        Assert.Equal(Said<TrailSpec>.Of(new TrailSpec(1, null, null)), signal.Protection.Trail);
        Assert.False(signal.Protection.Stop.IsSaid);
    }

    [Fact]
    public void One_bad_signal_of_an_array_leaves_the_others_alive()
    {
        var parsed = SignalParser.Parse(List(
            Object(("action", "close")), null, Object(("action", "buy"), ("quantity", double.NaN), ("tag", "bad"))), Context);
        Assert.Equal(2, parsed.Count);
        Assert.True(parsed[0].IsAccepted);
        Assert.False(parsed[1].IsAccepted);
        Assert.Equal((2, "bad", "buy"), (parsed[1].Index, parsed[1].Tag, parsed[1].Action));
    }

    [Fact]
    public void One_bad_signal_of_a_group_refuses_the_whole_group()
    {
        var parsed = SignalParser.Parse(List(
            Object(Entry(("group", "pair"))),
            Object(Entry(("group", "pair"), ("quantity", -1))),
            Object(Entry(("group", "other")))), Context);
        Assert.Equal("group_refused", Assert.Single(parsed[0].Errors).Rule);
        Assert.Equal("out_of_range", Assert.Single(parsed[1].Errors).Rule);
        Assert.True(parsed[2].IsAccepted);
    }

    [Fact]
    public void Too_many_signals_are_refused_together()
    {
        var many = List([.. Enumerable.Repeat<object?>(Object(("action", "hold")), SignalParser.MaxSignals + 1)]);
        Assert.Equal("too_many", Assert.Single(Assert.Single(SignalParser.Parse(many, Context)).Errors).Rule);
    }

    [Fact]
    public void All_problems_of_a_signal_are_listed_with_file_field_value_and_rule()
    {
        var parsed = Parse(("action", "buy"), ("quantity", double.NaN), ("stoploss", 1), ("type", "limt"));
        Assert.Equal(
            [("quantity", "NaN", "not_finite"), ("stoploss", "1", "unknown_field"), ("type", "\"limt\"", "unknown_value")],
            parsed.Errors.Select(e => (e.Field!, e.Value!, e.Rule)));
        Assert.All(parsed.Errors, e => Assert.Equal("demo.js", e.File));
        Assert.Contains("\"stop_loss\"", parsed.Errors[1].Message, StringComparison.Ordinal);
        Assert.Contains("\"limit\"", parsed.Errors[2].Message, StringComparison.Ordinal);
    }

    public static TheoryData<object?> NoSignals => new() { true, 1.0, "buy", ScriptValue.Unsupported("function"), List(1), List(List()) };

    [Theory]
    [MemberData(nameof(NoSignals))]
    public void A_value_that_is_no_object_is_refused(object? value) =>
        Assert.Equal("wrong_type", Assert.Single(Assert.Single(SignalParser.Parse(Value(value), Context)).Errors).Rule);

    [Fact]
    public void Reason_is_cut_not_refused() => Assert.Equal(200, Accept(Entry(("reason", new string('x', 5000)))).Reason.Length);

    [Fact]
    public void Doubles_become_decimals_with_fifteen_digits()
    {
        Assert.Equal(0.3m, Accept(Entry(("quantity", 0.1 + 0.2))).Size!.Value.Value);
        Assert.Equal(0.1234567890123456789m, Accept(Entry(("quantity", "0.1234567890123456789"))).Size!.Value.Value);
    }
}
