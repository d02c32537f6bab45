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
        { "one more on a symbol", Good with { EntriesOnSymbol = 3 }, null },
        { "averaging down", Good with { AverageEntry = 101m }, null },
        { "anywhere from the market", Good with { MarketPrice = 1m }, null },
        { "a moment without anything", Good with { Moment = Now }, null },
        { "halted", Good with { Moment = Now with { Halt = Halt } }, "risk:halted" },
        { "halted goes before all else", Good with { Stop = null, Moment = Now with { Halt = Halt, LossLimit = LossLatches.Drawdown } }, "risk:halted" },
        { "daily loss", Good with { Moment = Now with { LossLimit = LossLatches.DailyLoss } }, "risk:daily_loss" },
        { "rolling loss", Good with { Moment = Now with { LossLimit = LossLatches.RollingLoss } }, "risk:rolling_loss" },
        { "drawdown", Good with { Moment = Now with { LossLimit = LossLatches.Drawdown } }, "risk:drawdown" },
        { "results without limits on them", Good with { Moment = Now with { Expectancy = -5m, EntriesLastMinute = 99 } }, null },
    };

    private static readonly EntryMoment Now = new(new Timestamp(1_000_000));
    private static readonly Halt Halt = new(HaltScope.All, default, null, "test", true);

    private static readonly RiskSettings Strict = new()
    {
        MaxLeverage = 2m,
        MaxSymbolExposurePercent = 50m,
        MaxPriceDeviationPercent = 5m,
        MaxEntriesPerMinute = 3,
        AllowDca = false,
        AllowMultipleEntries = false,
        Cooldown = new CooldownRule(3, 60_000),
        MinExpectancy = new ExpectancyRule(0m, 10),
        RollingLoss = new RollingLossRule(5m, 24),
        NoEntry = [new EventNoEntry { From = new Timestamp(2_000_000), To = new Timestamp(3_000_000), Reason = "FOMC" }],
    };

    /// <summary>An entry of 100 worth 1 % of the equity, with every rule set.</summary>
    public static TheoryData<string, EntryProposal, string?> StrictCases => new()
    {
        { "a good one", Good, null },
        { "a second one on the symbol", Good with { EntriesOnSymbol = 1 }, "risk:multiple_entries" },
        { "below a long's average", Good with { AverageEntry = 100.1m }, "risk:dca" },
        { "at a long's average", Good with { AverageEntry = 100m }, null },
        { "above a short's average", Good with { Side = PositionSide.Short, Stop = Price.Of(102m), AverageEntry = 99.9m }, "risk:dca" },
        { "below a short's average", Good with { Side = PositionSide.Short, Stop = Price.Of(102m), AverageEntry = 100.1m }, null },
        { "as much on the symbol as allowed", Good with { SymbolExposure = 4_900m }, null },
        { "more on the symbol than allowed", Good with { SymbolExposure = 4_900.01m }, "risk:max_symbol_exposure" },
        { "as much in all as allowed", Good with { Exposure = 19_900m }, null },
        { "more in all than allowed", Good with { Exposure = 19_900.01m }, "risk:max_leverage" },
        { "as far from the market as allowed", Good with { MarketPrice = 105.26m }, null },
        { "further below the market", Good with { MarketPrice = 105.27m }, "risk:price_band" },
        { "further above the market", Good with { MarketPrice = 95.23m }, "risk:price_band" },
        { "a limit further than its trigger", Good with { MarketPrice = 100m, LimitPrice = 105.01m }, "risk:price_band" },
        { "no price to measure from", Good with { MarketPrice = 0m }, null },
        { "two entries in the last minute", Good with { Moment = Now with { EntriesLastMinute = 2 } }, null },
        { "three entries in the last minute", Good with { Moment = Now with { EntriesLastMinute = 3 } }, "risk:throttle" },
        { "cooling", Good with { Moment = Now with { CoolsUntil = new Timestamp(1_000_001) } }, "risk:cooldown" },
        { "cooled", Good with { Moment = Now with { CoolsUntil = new Timestamp(1_000_000) } }, null },
        { "trades that make nothing", Good with { Moment = Now with { Expectancy = 0m } }, null },
        { "trades that lose", Good with { Moment = Now with { Expectancy = -0.01m } }, "risk:expectancy" },
        { "in a window", Good with { Moment = new EntryMoment(new Timestamp(2_000_000)) }, "risk:no_entry" },
        { "behind a window", Good with { Moment = new EntryMoment(new Timestamp(3_000_000)) }, null },
        { "an amendment that adds nothing is not judged by the clock", Good with { Moment = null }, null },
    };

    [Theory]
    [MemberData(nameof(StrictCases))]
    public void Each_rule_objects_at_its_limit_and_not_before(string name, EntryProposal entry, string? rule)
    {
        Assert.NotEmpty(name);
        Assert.Equal(rule, RiskRules.Check(entry, Strict)?.Rule);
    }

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
