using StrategyHost.Host.Performance;
using StrategyHost.Host.Reload;
using StrategyHost.Host.Terminal;
using StrategyHost.Host.Tests.Backtests;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Tests.Commands;

/// <summary>What commands say to somebody who is new to them: after a slip, and in plain sight.</summary>
public sealed class PeopleTests
{
    private const string NoStop = """
        function settings() { return { symbols: ["BTCUSDT"], interval: "1h" }; }
        function on_kline(k, ctx) { return { action: "buy", quantity: 0.01 }; }
        """;

    [Theory]
    [InlineData("check", "my_frist.js", "does not exist. Did you mean '*my_first.js'?")]
    [InlineData("backtest", "my_first", "does not exist. Did you mean '*my_first.js'?")]
    [InlineData("repl", "my_first.test", "does not exist. Did you mean '*my_first.js'?")]
    [InlineData("test", "my_first", "there is no such file or folder. Did you mean '*my_first.test.js'?")]
    [InlineData("test", "my_first.js", "a test file ends in .test.js: name *my_first.test.js")]
    [InlineData("check", "something_else.js", "does not exist; name a .js file, for example strategies/enhanced_sma.js")]
    [InlineData("check", "", "is a folder; name a .js file, for example strategies/enhanced_sma.js")]
    public void File_that_is_not_there_is_named_with_the_one_that_may_be_meant(string command, string name, string says)
    {
        using var shell = new BacktestShell();
        shell.Write("my_first.js", NoStop);
        shell.Write("my_first.test.js", "");
        var named = Path.Combine(shell.Folder, name);

        Assert.Equal(ExitCode.BadInput, shell.Run(command, named));

        Assert.Contains(named + ": ", shell.Error, StringComparison.Ordinal);
        Assert.Contains(says.Replace("*", shell.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal), shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_name_is_a_mistake_and_no_bug()
    {
        using var shell = new BacktestShell();
        Assert.Equal(ExitCode.BadInput, shell.Run("backtest", ""));
    }

    [Fact]
    public void Check_names_callbacks_as_they_are_written_and_says_what_refusals_mean()
    {
        using var shell = new BacktestShell();
        Assert.Equal(ExitCode.Ok, shell.Run("check", shell.Write("no_stop.js", NoStop), "--engine", "jint"));

        Assert.Matches(@"callbacks +settings, on_kline\n", shell.Out);
        Assert.Contains("\n  stop_required: an entry needs a stop: stop_loss_percent", shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Backtest_says_why_signals_were_refused()
    {
        using var shell = new BacktestShell();
        var script = shell.Write("no_stop.js", NoStop);
        Assert.Equal(ExitCode.Ok, shell.Run("backtest", script, "--engine", "jint", "--out", Path.Combine(shell.Folder, "out")));

        Assert.Matches(@"\nRefused: .*stop_required \d+.*; each with its reason in signals\.csv\n", shell.Out);
    }

    [Fact]
    public void Explain_without_a_journal_says_where_signals_of_a_backtest_are()
    {
        using var shell = new BacktestShell();
        Assert.Equal(ExitCode.BadInput, shell.Run("explain", "my_first-4", "--data", shell.Folder));
        Assert.Contains("--report", shell.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("abc")]
    public void Port_says_its_range(string port)
    {
        var shell = new Shell();
        Assert.Equal(ExitCode.BadInput, shell.Run("emulate", "--port", port));
        Assert.Equal($"error: --port must be a port from 0 (a free one) to 65535, not '{port}'.", shell.Error.TrimEnd());
    }

    [Fact]
    public void Figures_that_are_missing_for_one_reason_are_one_line() => Assert.Equal(
    [
        "no trades yet, so there are no figures of them",
        "fewer than 14 days: no sharpe, sortino",
    ],
    PerformanceText.Missing(new Dictionary<string, string>
    {
        ["expectancy"] = "no trades",
        ["sharpe"] = "fewer than 14 days",
        ["sortino"] = "fewer than 14 days",
        ["winRate"] = "no trades",
    }));

    [Fact]
    public void Status_says_which_version_trades_and_why_the_saved_one_does_not()
    {
        var strategy = new StrategyBlock("busy", "0123456789abcdef", "running", "busy.js:2:5: Unexpected token")
        {
            Reload = new ReloadView
            {
                Reloads = 2,
                Since = "2025-01-06T10:00:00.000Z",
                Faults = 1,
                ReturnsTo = "fedcba9876543210",
                Refused = "busy.js:2:5: Unexpected token",
                Canary = new CanaryView("aaaaaaaaaaaaaaaa", "2025-01-06T10:01:00.000Z", 1, 2, 0, null),
            },
        };

        Assert.Equal(
        [
            "  busy running, version 0123456789ab since 2025-01-06T10:00:00.000Z, 2 reloads in this run",
            "    it faulted once; further faults bring fedcba987654 back",
            "    what was saved last does not trade: busy.js:2:5: Unexpected token",
            "    aaaaaaaaaaaa runs in shadow until 2025-01-06T10:01:00.000Z: 1 call, 2 differences",
        ], Shown(strategy, isFull: true));
        Assert.Equal(["  busy running, version 0123456789ab since 2025-01-06T10:00:00.000Z, 2 reloads in this run"], Shown(strategy, isFull: false));
        Assert.Equal(
            ["  busy parked, version 0123456789ab", "    it is not called any more: oops"],
            Shown(new StrategyBlock("busy", "0123456789abcdef", "parked", "oops"), isFull: true));
    }

    private static string[] Shown(StrategyBlock strategy, bool isFull)
    {
        using var output = new StringWriter();
        var plain = new StreamTraits(false, false);
        StrategyText.Show(new HostConsole(output, TextWriter.Null, plain, plain, TimeProvider.System).Text, strategy, isFull);
        return output.ToString().TrimEnd().Split('\n');
    }
}
