using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Tests.Risk;

public sealed class RiskRulesTests
{
    private static readonly EntryProposal Good = new(PositionSide.Long, Quantity.Of(1m), 100m, Price.Of(98m), 10_000m, 0, true);
    private static readonly RiskSettings Settings = new() { MaxPositions = 2 };

    public static TheoryData<string, EntryProposal, string?> Cases => new()
    {
        { "a good one", Good, null },
        { "no stop", Good with { Stop = null }, "stop_required" },
        { "stop above a long", Good with { Stop = Price.Of(101m) }, "stop_wrong_side" },
        { "stop at the price", Good with { Stop = Price.Of(100m) }, "stop_wrong_side" },
        { "stop below a short", Good with { Side = PositionSide.Short }, "stop_wrong_side" },
        { "stop of a short above", Good with { Side = PositionSide.Short, Stop = Price.Of(102m) }, null },
        { "stop nearer than allowed", Good with { Stop = Price.Of(99.91m) }, "stop_too_near" },
        { "stop just as near as allowed", Good with { Stop = Price.Of(99.9m) }, null },
        { "more value than allowed", Good with { Quantity = Quantity.Of(200.1m) }, "risk:max_order_notional" },
        { "as much value as allowed", Good with { Quantity = Quantity.Of(200m) }, null },
        { "a third position", Good with { OpenPositions = 2 }, "risk:max_positions" },
        { "adding to one of two", Good with { OpenPositions = 2, OpensPosition = false }, null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Entry_is_refused_by_the_first_rule_that_objects(string name, EntryProposal entry, string? rule)
    {
        Assert.NotEmpty(name);
        Assert.Equal(rule, RiskRules.Check(entry, Settings)?.Rule);
    }

    [Fact]
    public void Stop_is_not_required_where_the_configuration_says_so() =>
        Assert.Null(RiskRules.Check(Good with { Stop = null }, Settings with { RequireStop = false }));
}
