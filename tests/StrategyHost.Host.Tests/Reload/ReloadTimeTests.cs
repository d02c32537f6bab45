using StrategyHost.Host.Reload;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>
/// "Within a second": what the host waits for on purpose, by a clock that the test moves. What it works besides depends on the machine; the
/// storm measures it.
/// </summary>
public sealed class ReloadTimeTests
{
    private const string Settings = "symbols: ['BTCUSDT'], interval: '1m', warmup: 20";

    [Fact]
    public async Task Saved_version_trades_after_waits_of_less_than_a_second()
    {
        var time = new ManualTime();
        await using var bench = await ReloadBench.OpenAsync(time, ReloadRuleTests.Counting("one", Settings));
        var first = await bench.SetupAsync();
        bench.Swap("saved.js", ReloadRuleTests.Counting("two", Settings));

        // A look without an event of the file system, and looks until nothing has moved, whenever an event comes in between.
        TimeSpan[] waits = [ScriptWatch.Poll, ScriptWatch.Quiet, ScriptWatch.Quiet, ScriptWatch.Quiet, ScriptWatch.Quiet];
        foreach (var wait in waits)
        {
            time.Advance(wait);
        }

        // From here on the clock stands: whatever still waited for it would wait for ever.
        await bench.UntilAsync((kernel, _) => kernel.Lanes[0].Setup.ScriptSha256 != first.ScriptSha256);
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal("two hears trade 1", bench.Said[^1]);
        Assert.True(waits.Aggregate(DryRun.Wait, (sum, wait) => sum + wait) < TimeSpan.FromSeconds(1));
    }
}
