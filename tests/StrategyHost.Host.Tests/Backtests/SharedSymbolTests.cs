using System.Text.Json;

namespace StrategyHost.Host.Tests.Backtests;

/// <summary>Two strategies on one symbol of one account (contracts §3, <c>risk.shareSymbols</c>).</summary>
public sealed class SharedSymbolTests : IDisposable
{
    private const string Shares = """{ "risk": { "shareSymbols": true } }""";
    private readonly BacktestShell _shell = new();

    /// <summary>Candles at 100, from the fourth on at 101, and one that falls to 97.5 at the end.</summary>
    private string Data()
    {
        var rows = Enumerable.Range(0, 12).Select(i => FormattableString.Invariant(
            $"{1_704_067_200_000 + (i * 60_000)},{(i < 3 ? 100 : 101)},{(i < 3 ? 100 : 101)},{(i == 11 ? 97.5 : i < 3 ? 100 : 101)},{(i == 11 ? 97.5 : i < 3 ? 100 : 101)},10\n"));
        return _shell.Write("BTCUSDT-1m.csv", "start,open,high,low,close,volume\n" + string.Concat(rows));
    }

    private string Strategy(string name, string answers) => _shell.Write(name + ".js",
        $$"""
        var n = 0, seen = [];
        var answers = {{answers}};
        function settings() { return { interval: "1m" }; }
        function on_kline(k, ctx) { n++; return answers[n]; }
        """);

    private (ExitCode Code, JsonElement Run) Together(string config, params string[] strategies) => _shell.Json(
        ["backtest", .. strategies, "--together", "--data", Data(), "--symbol", "BTCUSDT", "--out", Path.Combine(_shell.Folder, "out"),
            "--config", _shell.Write("host.json", config), "--engine", "jint"]);

    private string[] Trades() =>
    [
        .. File.ReadAllLines(Path.Combine(_shell.Folder, "out", "trades.csv")).Skip(1).Select(l => l.Split(','))
            .Where(c => c[0] == "main").Select(c => $"{c[1]} {c[3]} {c[10]} {c[20]}"),
    ];

    [Fact]
    public void Each_strategy_closes_its_own_part_and_is_stopped_by_its_own_stop()
    {
        var first = Strategy("first", """{ 1: { action: "buy", quantity: 0.1, stop_loss: 98 } }""");
        var second = Strategy("second", """{ 4: { action: "buy", quantity: 0.2, stop_loss: 99 }, 8: { action: "close" } }""");
        var (code, _) = Together(Shares, first, second);

        Assert.True(code == ExitCode.Ok, _shell.Error);
        Assert.Equal(["second long 0.2 signal", "first long 0.1 stop_loss"], Trades());
    }

    [Fact]
    public void Entry_against_another_strategys_side_is_refused()
    {
        var first = Strategy("first", """{ 1: { action: "buy", quantity: 0.1, stop_loss: 98 } }""");
        var second = Strategy("second", """{ 4: { action: "sell", quantity: 0.2, stop_loss: 104 } }""");
        var (code, run) = Together(Shares, first, second);

        Assert.True(code == ExitCode.Ok, _shell.Error);
        Assert.Equal(1, run.GetProperty("signals").GetProperty("refused").GetProperty("other_side_held").GetInt32());
        Assert.Equal(["first long 0.1 stop_loss"], Trades());
    }

    [Fact]
    public void Without_the_setting_it_is_an_error_that_names_it()
    {
        var first = Strategy("first", "{}");
        var (code, document) = Together("{}", first, Strategy("second", "{}"));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("risk.shareSymbols", document.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => _shell.Dispose();
}
