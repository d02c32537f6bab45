using System.Text.Json;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Backtests;

/// <summary>
/// The shipped strategies through the real command: they trade on both accounts, and both script engines give the same orders.
/// </summary>
public sealed class StrategyTests
{
    [JavaScriptCoreTheory]
    [InlineData("enhanced_sma")]
    [InlineData("breakout")]
    [InlineData("ladder")]
    [InlineData("orderbook_imbalance")]
    public void Shipped_strategy_gives_the_same_orders_on_both_engines(string name)
    {
        var fast = Run(name, "javascriptcore");
        var slow = Run(name, "jint");

        Assert.Equal(fast.GetProperty("orderListHash").GetString(), slow.GetProperty("orderListHash").GetString());
        Assert.Equal(fast.GetProperty("signals").GetRawText(), slow.GetProperty("signals").GetRawText());
        foreach (var account in fast.GetProperty("accounts").EnumerateArray())
        {
            Assert.NotEqual(0, account.GetProperty("trades").GetInt32());
            Assert.Equal(0, account.GetProperty("coverage").GetProperty("nakedMs").GetInt64());
        }
    }

    [Fact]
    public void Same_run_twice_gives_the_same_files()
    {
        using var shell = new BacktestShell();
        var files = new List<string[]>();
        foreach (var name in (string[])["one", "two"])
        {
            var folder = Path.Combine(shell.Folder, name);
            Assert.Equal(ExitCode.Ok, shell.Run("backtest", Strategy("ladder"), "--engine", "jint", "--out", folder));
            files.Add([File.ReadAllText(Path.Combine(folder, "orders.csv")), File.ReadAllText(Path.Combine(folder, "trades.csv"))]);
        }

        Assert.Equal(files[0], files[1]);
    }

    [SharedJavaScriptCoreTheory]
    [InlineData("orderbook_imbalance", "ticks/BTCUSDT2024-07-18.csv.gz", "ticks/2024-07-18_BTCUSDT_ob200.data.gz")]
    [InlineData("orderbook_imbalance", "ticks/2024-07-18_BTCUSDT_ob200.data.gz")]
    [InlineData("breakout", "ticks/APEUSDT2024-10-18.csv.gz")]
    [InlineData("ladder", "klines/SOLUSDT-5m-20231101-20241230.csv.gz")]
    public void Recorded_market_runs_end_to_end_and_alike_on_both_engines(string name, params string[] data)
    {
        string[] files = [.. data.Select(d => SharedFolder.Path(["data", .. d.Split('/')]))];

        var fast = Run(name, "javascriptcore", files);
        var slow = Run(name, "jint", files);

        Assert.Equal(fast.GetProperty("orderListHash").GetString(), slow.GetProperty("orderListHash").GetString());
        Assert.All(fast.GetProperty("accounts").EnumerateArray(), a => Assert.NotEqual(0, a.GetProperty("trades").GetInt32()));
    }

    [SharedJavaScriptCoreTheory]
    [InlineData("javascriptcore", 2.0, 4.0, 7167, 4, 0, "76907.97")]
    [InlineData("javascriptcore", 0.4, 1.0, 1729, 600, 4842, "77849.06")]
    [InlineData("jint", 2.0, 4.0, 7167, 4, 0, "76907.97")]
    public void Known_work_gives_the_known_answer(
        string engine, double trail, double target, int signal, int targets, int trails, string equity)
    {
        using var shell = new BacktestShell();
        var script = shell.Write("w1.js", FormattableString.Invariant($$"""
            function settings() { return { symbols: ["BTCUSDT"], interval: "1m" }; }
            var fast = null, slow = null;
            function on_kline(kline, ctx) {
              var f = ctx.ta.sma(10), s = ctx.ta.sma(50), up, down;
              if (s === null) { return; }
              up = slow !== null && f > s && fast <= slow;
              down = slow !== null && f < s && fast >= slow;
              fast = f;
              slow = s;
              if (up && !ctx.position) {
                return { action: "buy", quantity: 0.1, trail_percent: {{trail}}, take_profit_percent: {{target}} };
              }
              if (down && ctx.position) { return { action: "sell", quantity: 0.1 }; }
            }
            """));
        var config = shell.Write("w1.json", """
            { "symbols": { "BTCUSDT": { "tick_size": "0.000000001", "taker_fee": "0.00055", "maker_fee": "0.00055", "funding": false } } }
            """);

        var (code, run) = shell.Json(
            "backtest", script, "--data", SharedFolder.Path("bench", "w1-klines.csv.gz"), "--config", config, "--fill", "bar",
            "--engine", engine,
            "--out", Path.Combine(shell.Folder, "out"));

        Assert.Equal(ExitCode.Ok, code);
        foreach (var account in run.GetProperty("accounts").EnumerateArray())
        {
            var exits = account.GetProperty("exitReasons");
            Assert.Equal((signal, targets, trails), (Exits("signal"), Exits("take_profit"), Exits("trailing_stop")));
            Assert.Equal(signal + targets + trails, account.GetProperty("trades").GetInt32());

            int Exits(string reason) => exits.GetProperty(reason).GetInt32();
        }

        Assert.StartsWith(equity, run.GetProperty("accounts")[0].GetProperty("endEquity").GetString(), StringComparison.Ordinal);
    }

    private static JsonElement Run(string strategy, string engine, params string[] data)
    {
        using var shell = new BacktestShell();
        string[] given = data.Length == 0 ? [] : ["--data", .. data];
        var (code, document) = shell.Json(
            ["backtest", Strategy(strategy), "--engine", engine, "--out", Path.Combine(shell.Folder, "out"), .. given]);
        Assert.True(code == ExitCode.Ok, shell.Error);
        return document;
    }

    private static string Strategy(string name) => Path.Combine(SharedFolder.Repository, "strategies", name + ".js");
}
