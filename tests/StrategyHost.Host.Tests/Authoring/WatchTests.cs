using StrategyHost.Host.Tests.Backtests;
using StrategyHost.Host.Tests.Live;

namespace StrategyHost.Host.Tests.Authoring;

/// <summary><c>backtest --watch</c> in a process of its own: saves are noticed, differences shown, a signal ends it well.</summary>
public sealed class WatchTests
{
    private const string Script = """
        var size = require('./size.js').size;
        function settings() { return { symbols: ["BTCUSDT"], interval: "1m" }; }
        function on_kline(k, ctx) {
          var n = (k.start / 60000) % 7;
          if (n === 1 && !ctx.position) { return { action: "buy", quantity_usd: size, stop_loss_percent: 2 }; }
          if (n === 4 && ctx.position) { return { action: "close" }; }
        }
        """;

    [Fact]
    public async Task Save_of_the_script_or_of_what_it_requires_runs_again_and_shows_the_difference()
    {
        using var shell = new BacktestShell();
        var data = shell.Write("BTCUSDT-1m.csv", LookaheadTests.Candles(300));
        var file = shell.Write("trader.js", Script);
        shell.Write("size.js", "exports.size = 1000;");
        var folder = Path.Combine(shell.Folder, "out");
        await using var host = HostProcess.Start("backtest", file, "--watch", "--data", data, "--engine", "jint", "--out", folder);
        await host.LogAsync("watching ");

        shell.Write("size.js", "exports.size = 2000;");
        await host.LogAsync("saved, running again");
        await host.LogAsync("watching ");
        shell.Write("trader.js", Script + "\nfunction (");
        await host.LogAsync("trader.js:");
        await host.LogAsync("watching ");
        shell.Write("other.js", "// nobody requires this");
        shell.Write("trader.js", Script.Replace("=== 4", "=== 3", StringComparison.Ordinal));
        await host.LogAsync("saved, running again");
        await host.LogAsync("watching ");

        Assert.Equal(0, await host.StopAsync("INT"));
        var text = string.Join('\n', await host.RestAsync());
        Assert.Contains("trader, main: against the last run", text, StringComparison.Ordinal);
        Assert.Contains("trader, mirror: against the last run", text, StringComparison.Ordinal);
        Assert.Contains("the first to differ is number 1:", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("Orders: ").Length - 1); // the run with the mistake has none
        Assert.DoesNotContain('\u001b', text);
        string[] sentences = ["! ", "  before: ", "  now: ", "Report: "];
        Assert.All(text.Split('\n').Where(l => !sentences.Any(s => l.StartsWith(s, StringComparison.Ordinal))),
            line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task Signal_while_it_runs_ends_it_well_too()
    {
        using var shell = new BacktestShell();
        var slow = shell.Write("slow.js", "function on_trade(t, c) { var s = 0; for (var i = 0; i < 4000; i++) { s += i; } }");
        await using var host = HostProcess.Start("backtest", slow, "--watch", "--engine", "jint", "--out", Path.Combine(shell.Folder, "out"));
        await host.LogAsync("events");

        Assert.Equal(0, await host.StopAsync("INT"));
    }

    [Fact]
    public void Watch_and_json_exclude_each_other()
    {
        using var shell = new BacktestShell();

        var (code, document) = shell.Json("backtest", shell.Write("trader.js", Script), "--watch");

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal("--watch", document.GetProperty("errors")[0].GetProperty("field").GetString());
    }
}
