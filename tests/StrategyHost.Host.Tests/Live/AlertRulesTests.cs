using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Live;
using StrategyHost.Host.Tests.Configuration;

namespace StrategyHost.Host.Tests.Live;

/// <summary>Which alerts become warnings (contracts §3: main's are on, the mirror's off).</summary>
public sealed class AlertRulesTests
{
    private const string Loud = """{"accounts":{"mirror":{"alerts":true}}}""";
    private const string Mute = """{"accounts":{"main":{"alerts":false}}}""";

    [Theory]
    [InlineData("{}", "main", "daily_loss", true)]
    [InlineData("{}", "mirror", "mirror_skipped", false)]
    [InlineData("{}", "mirror", "breaker_open", false)]
    [InlineData("{}", "mirror", "stop_refused", true)]
    [InlineData("{}", "mirror", "closing_uncovered", true)]
    [InlineData("{}", "mirror", "not_closed", true)]
    [InlineData("{}", "mirror", "position_unprotected", true)]
    [InlineData("{}", "mirror", "position_found", true)]
    [InlineData(Loud, "mirror", "mirror_skipped", true)]
    [InlineData(Mute, "main", "refused", false)]
    [InlineData(Mute, "main", "stop_refused", true)]
    [InlineData(Mute, "main", "plan_not_restored", true)]
    [InlineData(Mute, "main", "double_reservation", true)]
    [InlineData(Mute, "main", "drawdown", true)]
    [InlineData(Mute, "main", "risk:daily_loss", true)]
    [InlineData(Mute, "main", "risk:rolling_loss", true)]
    [InlineData(Mute, "main", "risk:drawdown", true)]
    [InlineData(Mute, "main", "risk:cooldown", false)]
    [InlineData(Mute, "main", "expectancy_negative", false)]
    [InlineData(Mute, "main", "fragmented", false)]
    public void Alert_is_raised_by_its_account_or_when_money_is_at_risk(string config, string account, string code, bool isRaised)
    {
        var rules = new AlertRules(ConfigurationTests.Good(config));
        Assert.Equal(isRaised, rules.IsRaised(new Alert(new AccountId(account), new Timestamp(0), code, "")));
    }
}
