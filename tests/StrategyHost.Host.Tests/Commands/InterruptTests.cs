using System.Diagnostics;
using System.Text.Json;

namespace StrategyHost.Host.Tests.Commands;

/// <summary>The built program in a process of its own, interrupted while it works.</summary>
public sealed class InterruptTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

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
            using var host = Start("backtest", script, "--engine", "jint", "--json", "--out", Path.Combine(folder, "out"));
            var output = host.StandardOutput.ReadToEndAsync();

            var line = await host.StandardError.ReadLineAsync().WaitAsync(Patience);
            Assert.Contains("events", line, StringComparison.Ordinal); // the first progress line: it is under way
            using var kill = Process.Start("kill", ["-INT", host.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await host.WaitForExitAsync().WaitAsync(Patience);

            Assert.Equal(130, host.ExitCode);
            using var document = JsonDocument.Parse(await output);
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

    /// <summary>With the interrupt's default meaning: a test run in the background would pass on that it is ignored.</summary>
    private static Process Start(params string[] arguments)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var program = Path.Combine(AppContext.BaseDirectory, "strategyhost.dll");
        var start = new ProcessStartInfo("env", ["--default-signal=INT", dotnet, program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("the host did not start");
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class UnixFactAttribute : FactAttribute
    {
        public UnixFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "needs kill and GNU env";
    }
}
