using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using static StrategyHost.Core.Tests.Signals.Script;

namespace StrategyHost.Core.Tests.Settings;

public sealed class ParameterOverridesTests
{
    private static readonly IReadOnlyList<ScriptParameter> Parameters = SettingsParser.Parse(Object(("params", Object(
        ("fast", Object(("default", 10), ("min", 2), ("max", 50))), ("mode", "trend"), ("on", true))))).Value.Parameters;

    private static KeyValuePair<string, ScriptValue>[] Set(params string[] arguments) =>
        [.. arguments.Select(a => ParameterOverrides.Split(a).Value)];

    [Fact]
    public void Defaults_stand_where_nothing_is_overridden() =>
        Assert.Equal("fast=10 mode=\"trend\" on=true", Text(Parameters, []));

    [Fact]
    public void Later_override_wins_and_keeps_the_kind() =>
        Assert.Equal("fast=2.5 mode=\"a=b\" on=false", Text(Parameters, Set("fast=20", "on=false", "mode=a=b", "fast=2.5")));

    [Fact]
    public void Configuration_values_need_not_be_text() =>
        Assert.Equal("fast=20 mode=\"x\" on=false", Text(Parameters,
            [KeyValuePair.Create("fast", Value(20)), KeyValuePair.Create("mode", Value("x")), KeyValuePair.Create("on", Value(false))]));

    [Theory]
    [InlineData("fast=51", "out_of_range", "params.fast")]
    [InlineData("fast=1", "out_of_range", "params.fast")]
    [InlineData("fast=ten", "wrong_type", "params.fast")]
    [InlineData("fast=NaN", "wrong_type", "params.fast")]
    [InlineData("fast=", "wrong_type", "params.fast")]
    [InlineData("on=1", "wrong_type", "params.on")]
    [InlineData("fasst=5", "unknown_field", "params.fasst")]
    public void Wrong_override_is_refused(string argument, string rule, string field)
    {
        var error = Assert.Single(ParameterOverrides.Apply(Parameters, Set(argument)).Errors);
        Assert.Equal((rule, field), (error.Rule, error.Field));
    }

    [Fact]
    public void Unknown_name_gets_the_nearest() => Assert.Contains(
        "\"fast\"", Assert.Single(ParameterOverrides.Apply(Parameters, Set("fasst=5")).Errors).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("fast")]
    [InlineData("=5")]
    [InlineData("")]
    public void Argument_without_name_and_value_is_refused(string argument) =>
        Assert.Equal("wrong_type", Assert.Single(ParameterOverrides.Split(argument).Errors).Rule);

    private static string Text(IReadOnlyList<ScriptParameter> parameters, IReadOnlyList<KeyValuePair<string, ScriptValue>> overrides) =>
        string.Join(' ', ParameterOverrides.Apply(parameters, overrides).Value.Select(v => $"{v.Key}={v.Value}"));
}
