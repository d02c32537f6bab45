using StrategyHost.Core.Strategies;
using StrategyHost.Host.Reload;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>A version in shadow can do nothing to the one that trades.</summary>
public sealed class CanaryTests
{
    private const string Settings = "symbols: ['BTCUSDT'], interval: '1m', warmup: 20";
    private const string TenMinutes = """, "reload": { "canarySeconds": 600 }""";
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Bug_in_a_canary_ends_the_canary_and_nothing_else()
    {
        await using var bench = await ReloadBench.OpenAsync(_time, ReloadRuleTests.Counting("one", Settings), TenMinutes);
        bench.Scripts.Calling = (text, call) => Break(text.Contains("'two hears trade", StringComparison.Ordinal) && call is TradeRun);
        await bench.SaveAsync(ReloadRuleTests.Counting("two", Settings));
        Assert.NotNull(Canary(bench));
        bench.Venue.Trade(0);
        await bench.UntilAsync((_, _) => bench.Refused is not null);
        Assert.Contains("a bug of the test", bench.Refused, StringComparison.Ordinal);
        await bench.SettledAsync();
        Assert.Null(Canary(bench));
        Assert.Equal(1, bench.Scripts.Alive);
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal("one hears trade 2", bench.Said[^1]);
    }

    [Fact]
    public async Task Canary_that_does_not_come_to_begin_leaves_nothing_behind()
    {
        await using var bench = await ReloadBench.OpenAsync(_time, ReloadRuleTests.Counting("one", Settings), TenMinutes);
        var configured = 0;
        bench.Scripts.Calling = (text, call) => // the first to be configured runs dry, the second is the canary
            Break(text.Contains("'two hears trade", StringComparison.Ordinal) && call is null && ++configured == 2);
        await bench.SaveAsync(ReloadRuleTests.Counting("two", Settings));
        Assert.Contains("a bug of the test", bench.Refused, StringComparison.Ordinal);
        Assert.Equal(1, bench.Scripts.Alive);
    }

    [Fact]
    public async Task Canary_goes_on_beside_the_instance_that_takes_over_after_a_fault()
    {
        await using var bench = await ReloadBench.OpenAsync(_time, ReloadRuleTests.Counting("one", Settings), TenMinutes);
        await bench.SaveAsync(ReloadRuleTests.Faulting("two", Settings));
        await EndedAsync(bench); // it trades
        await bench.SaveAsync(ReloadRuleTests.Counting("three", Settings));
        for (var trade = 1; trade <= 3; trade++)
        {
            bench.Venue.Trade(0);
            await bench.SettledAsync(); // a new instance, and after the third fault the version before
            await bench.UntilAsync((_, _) => Canary(bench)?.Calls == trade);
        }

        bench.Venue.Trade(0);
        await bench.UntilAsync((_, _) => Canary(bench) is { Calls: 4 });
        await bench.SettledAsync();
        Assert.Equal("one hears trade 1", bench.Said[^1]);
    }

    [Fact]
    public async Task Symbol_that_came_to_be_traded_while_it_ran_in_shadow_refuses_the_version()
    {
        await using var bench = await ReloadBench.OpenAsync(
            _time, ReloadRuleTests.Counting("one", Settings), TenMinutes, ("other.js", ReloadRuleTests.Counting("other", "symbols: ['SOLUSDT']")));
        await bench.SaveAsync(ReloadRuleTests.Counting("two", "symbols: ['BTCUSDT', 'ETHUSDT']"));
        await bench.SaveAsync(ReloadRuleTests.Counting("other", "symbols: ['ETHUSDT']"), "other.js");
        Assert.True(Canary(bench) is not null && bench.Desk.Look(bench.Other)?.Canary is not null);
        await EndedAsync(bench);
        var traders = await bench.TradersAsync(StormVenue.Eth);
        Assert.Single(traders);
        var refused = bench.Desk.Refused(traders[0] == "other" ? bench.Id : bench.Other);
        Assert.Contains($"ETHUSDT is traded by {traders[0]} already", refused?.Message, StringComparison.Ordinal);
    }

    private static CanaryView? Canary(ReloadBench bench) => bench.Desk.Look(bench.Id)?.Canary;

    /// <summary>The time of every canary is up, and what comes of it is done.</summary>
    private async Task EndedAsync(ReloadBench bench)
    {
        _time.Advance(TimeSpan.FromMinutes(11));
        await bench.UntilAsync((_, _) => Canary(bench) is null && bench.Desk.Look(bench.Other)?.Canary is null);
        await bench.SettledAsync();
    }

    private static void Break(bool isIt)
    {
        if (isIt)
        {
            throw new InvalidOperationException("a bug of the test");
        }
    }
}
