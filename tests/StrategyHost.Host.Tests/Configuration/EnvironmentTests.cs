using StrategyHost.Host.Configuration;
using static StrategyHost.Host.Tests.Configuration.ConfigurationTests;

namespace StrategyHost.Host.Tests.Configuration;

/// <summary>Values from the environment over those of the file.</summary>
public sealed class EnvironmentTests
{
    private static Dictionary<string, string> With(params (string Name, string Value)[] variables) =>
        variables.ToDictionary(v => v.Name, v => v.Value);

    [Fact]
    public void Variable_GoesOverTheFile() =>
        Assert.Equal(0.25m, Good("""{"accounts":{"mirror":{"proportion":0.5}}}""",
            With(("STRATEGYHOST__accounts__mirror__proportion", "0.25"))).Mirror.Proportion);

    [Fact]
    public void Variable_WithoutAFileKey_CreatesIt() =>
        Assert.Equal(HostMode.Paper, Good("{}", With(("STRATEGYHOST__MODE", "paper"))).Mode);

    [Fact]
    public void Variable_ReachesSymbolsUnderEitherSpelling() => Assert.Equal(
        2m,
        Good("""{"symbols":{"BTCUSDT":{"stop_loss_pct":1}}}""", With(("STRATEGYHOST__symbols__btcusdt__stop_loss_percent", "2")))
            .Symbols.Values.Single().Protection.Stop.Value!.Value);

    [Fact]
    public void Variable_ReachesListsByIndexAndAsAWhole()
    {
        var options = Good("""{"strategies":[{"file":"a.js"}]}""", With(
            ("STRATEGYHOST__strategies__0__file", "b.js"),
            ("STRATEGYHOST__strategies__0__symbols", "BTCUSDT, ETHUSDT"),
            ("STRATEGYHOST__strategies__0__params__fast", "12"),
            ("STRATEGYHOST__strategies__1", """{"file":"c.js"}""")));

        Assert.Equal(["b.js", "c.js"], options.Strategies.Select(s => s.File));
        Assert.Equal(["BTCUSDT", "ETHUSDT"], options.Strategies[0].Symbols.Select(s => s.Name));
        Assert.Equal(12, options.Strategies[0].Parameters.Single().Value.Number);
    }

    [Theory]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("TRUE", true)]
    [InlineData("1", true)]
    public void MissionName_SwitchesTheMirror(string value, bool expected) =>
        Assert.Equal(expected, Good("{}", With(("ENABLE_MIRROR_TRADING", value))).Mirror.Enabled);

    [Fact]
    public void MissionNames_SetTheProfileSwitches()
    {
        var risk = Good("{}", With(("ENABLE_DCA", "false"), ("ALLOW_MULTIPLE_ENTRIES_SAME_SYMBOL", "true"))).Risk;

        Assert.Equal((false, true), (risk.EnableDca, risk.AllowMultipleEntriesSameSymbol));
    }

    [Fact]
    public void LongerForm_WinsOverTheMissionName() =>
        Assert.True(Good("{}", With(("ENABLE_MIRROR_TRADING", "false"),
            ("STRATEGYHOST__accounts__mirror__enabled", "true"))).Mirror.Enabled);

    [Theory]
    [InlineData("STRATEGYHOST__accounts__mirrror__proportion", "0.25", "unknown_key", "'mirror'")]
    [InlineData("STRATEGYHOST__accounts__mirror__proportion", "lots", "wrong_type", "number")]
    [InlineData("STRATEGYHOST__strategies__3__file", "a.js", "unknown_key", "index")]
    [InlineData("STRATEGYHOST__mode__more", "a.js", "unknown_key", "below")]
    [InlineData("ENABLE_DCA", "perhaps", "wrong_type", "true or false")]
    public void WrongVariable_IsNamed(string variable, string value, string rule, string says)
    {
        var error = Assert.Single(Bad("{}", With((variable, value))));

        Assert.Equal($"environment variable {variable}", error.File);
        Assert.Equal(rule, error.Rule);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SecretInAVariable_IsRefusedWithoutItsValue()
    {
        var error = Assert.Single(Bad("{}", With(("STRATEGYHOST__accounts__main__apiKey", "x7Kp2mQe9RtY4vBn1L"))));

        Assert.DoesNotContain("x7Kp2mQe9RtY4vBn1L", error + error.Value, StringComparison.Ordinal);
    }
}
