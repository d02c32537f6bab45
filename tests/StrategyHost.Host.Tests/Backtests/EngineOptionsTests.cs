using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Tests.Configuration;

namespace StrategyHost.Host.Tests.Backtests;

/// <summary>What the kernel is told of the configuration.</summary>
public sealed class EngineOptionsTests
{
    [Fact]
    public void Risk_OfBothAccounts_ComesFromTheFileAndTheProfiles()
    {
        var options = Make("""
            {"accounts":{"main":{"profile":"standard"},"mirror":{"enabled":true,"profile":"micro_cap"}},
             "risk":{"dailyLossPercent":3,"drawdownPercent":10,"maxLeverage":7,"noEntry":[{"days":"Sat","zone":"Europe/Berlin"}]}}
            """);

        foreach (var (account, positions) in new[] { (AccountId.Main, 6), (AccountId.Mirror, 4) })
        {
            var risk = options.RiskOf(account);
            Assert.Equal((positions, 3m, 10m, 7m), (risk.MaxPositions, risk.DailyLossPercent, risk.DrawdownPercent, risk.MaxLeverage));
            Assert.Equal("Europe/Berlin", Assert.IsType<WeeklyNoEntry>(Assert.Single(risk.NoEntry)).Zone.Id);
        }
    }

    [Fact]
    public void Risk_OfNothingSaid_SetsNoNewLimit()
    {
        var risk = Make("{}").Risk;

        Assert.Equal(
            (null, null, null, null, null, null),
            (risk.MaxSymbolExposurePercent, risk.MaxPriceDeviationPercent, risk.MaxEntriesPerMinute, risk.RollingLoss, risk.Cooldown,
                risk.MinExpectancy));
    }

    [Fact]
    public void Risk_LimitsThatRemember_ComeFromTheFile()
    {
        var risk = Make("""
            {"risk":{"rollingLoss":{"percent":4,"hours":8},"cooldown":{"losses":3},"minExpectancy":{"value":-0.5,"trades":15},
             "maxPriceDeviationPercent":5,"maxEntriesPerMinute":10,"maxSymbolExposurePercent":80}}
            """).Risk;

        Assert.Equal(
            (new RollingLossRule(4m, 8), new CooldownRule(3, 3_600_000), new ExpectancyRule(-0.5m, 15)),
            (risk.RollingLoss, risk.Cooldown, risk.MinExpectancy));
        Assert.Equal((5m, 10, 80m), (risk.MaxPriceDeviationPercent, risk.MaxEntriesPerMinute, risk.MaxSymbolExposurePercent));
    }

    [Fact]
    public void Mirror_IsOneWay_WhateverMainIs()
    {
        var options = Make("""{"accounts":{"main":{"positionMode":"hedge"},"mirror":{"enabled":true}}}""");

        Assert.Equal((PositionMode.Hedge, PositionMode.OneWay), (options.Main.PositionMode, options.Mirror!.PositionMode));
    }

    private static EngineOptions Make(string json) => EngineOptionsFactory.Make(
        ConfigurationTests.Good(json), [], [], TrailMode.Ideal);
}
