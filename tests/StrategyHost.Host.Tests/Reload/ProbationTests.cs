using StrategyHost.Core.Kernel;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>A version that was saved faults at a candle, which the version in its place sees in its warm-up.</summary>
public sealed class ProbationTests
{
    private const string Settings = "symbols: ['BTCUSDT'], interval: '1m', warmup: 20";

    /// <summary>The first candle that closes while a test runs; the dry run has none of these.</summary>
    private static readonly string AtNewCandles = $"k.start >= {20_000L * 86_400_000}";

    [Theory]
    [InlineData("!ctx.warming && ", 3)] // a new instance of it can be warmed up, and faults again
    [InlineData("", 1)] // no instance of it can be warmed up any more
    public async Task Fault_at_a_candle_brings_the_version_before_back(string unless, int candles)
    {
        await using var bench = await ReloadBench.OpenAsync(ReloadRuleTests.Counting("one", Settings));
        var first = await bench.SetupAsync();
        await bench.SaveAsync(AtFault("two", unless));
        Assert.Null(bench.Refused);
        for (var i = 0; i < candles; i++)
        {
            Assert.NotEqual(first.ScriptSha256, (await bench.SetupAsync()).ScriptSha256);
            bench.Venue.Minute();
            await bench.SettledAsync();
        }

        Assert.Equal(first.ScriptSha256, (await bench.SetupAsync()).ScriptSha256);
        Assert.Contains("two is at fault", bench.Refused, StringComparison.Ordinal);
        Assert.Empty(bench.Session.Executor.Parked);
        bench.Venue.Minute();
        await bench.SettledAsync();
        Assert.StartsWith("one hears candle", bench.Said[^1], StringComparison.Ordinal);
        Assert.Empty(bench.Scripts.Gaps);
    }

    [Fact]
    public async Task Where_no_version_can_go_on_the_strategy_is_parked_and_its_position_keeps_its_stop()
    {
        await using var bench = await ReloadBench.OpenAsync(AtFault("one", ""));
        await bench.SaveAsync(AtFault("two", "").Replace(
            "trades++;", "if (!ctx.position) { return { action: 'buy', quantity: 0.1, stop_loss_percent: 1 }; }", StringComparison.Ordinal));
        await bench.TradeUntilAsync((kernel, _) => IsIn(kernel));
        bench.Venue.Minute();
        await bench.SettledAsync();
        Assert.True(await bench.Session.Loop.AskAsync((kernel, _) => kernel.Lanes[0] is { IsParked: true, IsHeld: false }));
        Assert.Contains("at fault", bench.Session.Executor.Parked[bench.Id].ToString(), StringComparison.Ordinal);
        Assert.Contains("at fault", bench.Refused, StringComparison.Ordinal);

        bench.Venue.Trade(0);
        Assert.True(await bench.Session.Loop.AskAsync((kernel, _) => IsIn(kernel)));
        Assert.NotEmpty(bench.Venue.Positions);
        Assert.Empty(bench.Venue.Uncovered);
        await bench.TradeUntilAsync((kernel, _) => !IsIn(kernel), -0.05m);
        await bench.SaveAsync(ReloadRuleTests.Counting("three", Settings));
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.StartsWith("three hears trade", bench.Said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_before_does_not_return_to_a_symbol_that_another_strategy_trades_by_now()
    {
        await using var bench = await ReloadBench.OpenAsync(
            ReloadRuleTests.Counting("one", "symbols: ['BTCUSDT', 'ETHUSDT']"), """, "reload": { "faults": 1 }""",
            ("other.js", ReloadRuleTests.Counting("other", "symbols: ['SOLUSDT']")));
        await bench.SaveAsync(ReloadRuleTests.Faulting("two", Settings));
        await bench.SaveAsync(ReloadRuleTests.Counting("other", "symbols: ['ETHUSDT']"), "other.js");
        Assert.Equal(["other"], await bench.TradersAsync(StormVenue.Eth));
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal(["other"], await bench.TradersAsync(StormVenue.Eth));
        Assert.Contains("ETHUSDT is traded by other", bench.Refused, StringComparison.Ordinal);
        Assert.Equal([bench.Id], bench.Session.Executor.Parked.Keys);
    }

    private static bool IsIn(EngineKernel kernel) => kernel.Main.Plans.Any(p => !p.Size.IsZero);

    private static string AtFault(string name, string unless) => ReloadRuleTests.Counting(name, Settings).Replace(
        "on_kline(k, ctx) {", $"on_kline(k, ctx) {{ if ({unless}{AtNewCandles}) {{ throw new Error('{name} is at fault'); }}", StringComparison.Ordinal);
}
