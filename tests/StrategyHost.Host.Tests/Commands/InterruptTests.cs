using System.Text.Json;
using StrategyHost.Host.Tests.Live;

namespace StrategyHost.Host.Tests.Commands;

/// <summary>The built program in a process of its own, interrupted while it works.</summary>
public sealed class InterruptTests
{
    /// <summary>Some milliseconds a trade: the sample's 80,000 take minutes, each call stays far below its limit.</summary>
    private const string SlowScript = "function on_trade(t, c) { var s = 0; for (var i = 0; i < 20000; i++) { s += i; } }";

    [UnixFact]
    public async Task Backtest_that_is_interrupted_says_how_far_it_got_and_leaves_nothing_half_written()
    {
        var folder = Directory.CreateTempSubdirectory("strategyhost-test-").FullName;
        try
        {
            var script = Path.Combine(folder, "slow.js");
            await File.WriteAllTextAsync(script, SlowScript);
            await using var host = HostProcess.Start(
                "backtest", script, "--engine", "jint", "--json", "--out", Path.Combine(folder, "out"));
            await host.LogAsync("events"); // the first progress line: it is under way

            Assert.Equal(130, await host.StopAsync("INT"));
            using var document = JsonDocument.Parse(string.Join('\n', await host.RestAsync()));
            var error = Assert.Single(document.RootElement.GetProperty("errors").EnumerateArray());
            Assert.Equal("interrupted", error.GetProperty("rule").GetString());
            Assert.Matches("Interrupted after [0-9]+ % of [0-9,]+ events", error.GetProperty("message").GetString());
            Assert.Equal([script], Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class UnixFactAttribute : FactAttribute
    {
        public UnixFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "needs kill and GNU env";
    }
}
