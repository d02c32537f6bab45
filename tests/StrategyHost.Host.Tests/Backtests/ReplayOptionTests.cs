namespace StrategyHost.Host.Tests.Backtests;

/// <summary>What <c>--from</c> and the configuration's strategies mean for a backtest, through the real command.</summary>
public sealed class ReplayOptionTests
{
    private const long Begin = 1_704_067_200_000;

    /// <summary>Buys at the first candle that is no warm-up and closes at the next; the tag says how many were.</summary>
    private const string Script = """
        function settings() { return { symbols: ["BTCUSDT"], interval: "1m", warmup: 50, params: { size: 0.01 } }; }
        var warm = 0, seen = 0;
        function on_kline(kline, ctx) {
          if (ctx.warming) { warm++; return; }
          seen++;
          if (seen === 1) { return { action: "buy", quantity: ctx.params.size, stop_loss_percent: 5, tag: "warm" + warm }; }
          if (seen === 2) { return { action: "close" }; }
        }
        """;

    [Theory]
    [InlineData("2024-01-01T02:00:00Z", "2024-01-01T02:01:00.000Z", false)]
    [InlineData("2024-01-01T00:20:00Z", "2024-01-01T00:51:00.000Z", true)]
    [InlineData(null, "2024-01-01T00:51:00.000Z", false)]
    public void Warm_up_comes_before_from(string? from, string entry, bool isLate)
    {
        using var shell = new BacktestShell();
        string[] span = from is null ? [] : ["--from", from];
        var (code, run) = shell.Json(["backtest", shell.Write("warm.js", Script), .. Data(shell), .. span]);

        Assert.True(code == ExitCode.Ok, shell.Error);
        var trade = Trade(shell);
        Assert.Equal(("warm50", entry), (trade["tag"], trade["entryTime"]));
        var warnings = run.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()!);
        Assert.Equal(isLate, warnings.Any(w => w.Contains("trading starts at 2024-01-01T00:50:00", StringComparison.Ordinal)));
        Assert.StartsWith(from is null ? "2024-01-01T00:00:00" : from[..^1], run.GetProperty("data").GetProperty("from").GetString()!,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "0.02")]
    [InlineData("size=0.03", "0.03")]
    public void Parameters_of_the_configuration_apply_and_those_of_the_command_line_win(string? set, string quantity)
    {
        using var shell = new BacktestShell();
        string[] sets = set is null ? [] : ["--set", set];
        var script = shell.Write("warm.js", Script);
        var config = Config(shell, script, "size");
        var code = shell.Run(["backtest", script, "--config", config, .. Data(shell), .. sets]);

        Assert.True(code == ExitCode.Ok, shell.Error);
        Assert.Equal(quantity, Trade(shell)["quantity"]);
    }

    [Fact]
    public void Parameter_of_the_configuration_that_the_strategy_does_not_have_is_refused()
    {
        using var shell = new BacktestShell();
        var script = shell.Write("warm.js", Script);
        var (code, document) = shell.Json(["backtest", script, "--config", Config(shell, script, "sise"), .. Data(shell)]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal("params.sise", document.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Fact]
    public void Settings_that_backtests_do_not_follow_are_said()
    {
        using var shell = new BacktestShell();
        var script = shell.Write("warm.js", Script.Replace("warmup: 50", "warmup: 50, kline_updates: true", StringComparison.Ordinal));
        var (_, run) = shell.Json(["backtest", script, .. Data(shell)]);

        var warnings = run.GetProperty("warnings").ToString();
        Assert.Contains("kline_updates", warnings, StringComparison.Ordinal);
    }

    private static string Config(BacktestShell shell, string script, string parameter) => shell.Write("host.json",
        $$"""{ "strategies": [{ "file": {{System.Text.Json.JsonSerializer.Serialize(script)}}, "params": { "{{parameter}}": 0.02 } }] }""");

    private static string[] Data(BacktestShell shell)
    {
        var rows = Enumerable.Range(0, 300).Select(i => FormattableString.Invariant($"{Begin + (i * 60_000)},10000,10010,9990,10000,10\n"));
        var file = shell.Write("BTCUSDT-1m.csv", "start,open,high,low,close,volume\n" + string.Concat(rows));
        return ["--data", file, "--out", Path.Combine(shell.Folder, "out"), "--engine", "jint"];
    }

    /// <summary>Main's one trade.</summary>
    private static Dictionary<string, string> Trade(BacktestShell shell)
    {
        var lines = File.ReadAllLines(Path.Combine(shell.Folder, "out", "trades.csv"));
        var cells = lines.Skip(1).Select(l => l.Split(',')).Single(c => c[0] == "main");
        return lines[0].Split(',').Zip(cells).ToDictionary(p => p.First, p => p.Second);
    }
}
