using System.Text.Json;

namespace StrategyHost.Host.Tests.Backtests;

/// <summary>What a backtest finds about the orders of each account (mission 004), at the command line and in its files.</summary>
public sealed class FindingTests : IDisposable
{
    private readonly BacktestShell _shell = new();

    [Fact]
    public void Backtest_tells_of_each_account_what_was_found_on_it()
    {
        // Main holds 160 × 90 / 5 = 2,880 of 8,000, the mirror half of it of 20,000; the entry is of 00:01, an hour old at 01:01.
        string[] run = Run("""{ action: "buy", type: "limit", price: 90, quantity: 160, stop_loss: 85 }""");
        var (code, document) = _shell.Json(run);

        Assert.True(code == ExitCode.Ok, _shell.Error);
        var accounts = document.GetProperty("accounts");
        Assert.Equal(["fragmented 1 2024-01-01T00:01:00.000Z", "stale_entry 1 2024-01-01T01:10:00.000Z"], Found(accounts[0]));
        Assert.Equal(["stale_entry 1 2024-01-01T01:10:00.000Z"], Found(accounts[1]));
        Assert.DoesNotContain(document.GetProperty("warnings").EnumerateArray(), w => w.GetString()!.Contains("stale", StringComparison.Ordinal));
        var kept = JsonDocument.Parse(File.ReadAllText(Path.Combine(_shell.Folder, "out", "report.json"))).RootElement;
        Assert.Equal(Found(accounts[0]), Found(kept.GetProperty("accounts")[0]));

        Assert.Equal(ExitCode.Ok, _shell.Run(run));
        Assert.Matches("Findings +2 +1", _shell.Out);
        Assert.Contains("main: Findings: fragmented 1, stale_entry 1", _shell.Out, StringComparison.Ordinal);
        Assert.Contains("mirror: Findings: stale_entry 1", _shell.Out, StringComparison.Ordinal);
        Assert.All(_shell.Out.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 120));
    }

    [Fact]
    public void Backtest_without_any_has_an_empty_list_and_no_line()
    {
        var run = Run("""{ action: "buy", quantity: 1, stop_loss: 85 }""");
        var (code, document) = _shell.Json(run);

        Assert.True(code == ExitCode.Ok, _shell.Error);
        Assert.Empty(Found(document.GetProperty("accounts")[0]));
        _shell.Run(run);
        Assert.DoesNotContain("Findings", _shell.Out, StringComparison.Ordinal);
    }

    public void Dispose() => _shell.Dispose();

    private static string[] Found(JsonElement account) => [.. account.GetProperty("findings").EnumerateArray().Select(f =>
        $"{f.GetProperty("code").GetString()} {f.GetProperty("count").GetInt64()} {f.GetProperty("first").GetString()}")];

    /// <summary>A strategy that gives this answer to the first candle, over 90 candles at 100.</summary>
    private string[] Run(string answer)
    {
        var rows = Enumerable.Range(0, 90).Select(i => FormattableString.Invariant($"{1_704_067_200_000 + (i * 60_000)},100,100,100,100,10\n"));
        return
        [
            "backtest",
            _shell.Write("waits.js", "var n = 0; function on_kline(k, ctx) { n++; if (n === 1) { return " + answer + "; } }"),
            "--data", _shell.Write("BTCUSDT-1m.csv", "start,open,high,low,close,volume\n" + string.Concat(rows)),
            "--symbol", "BTCUSDT",
            "--out", Path.Combine(_shell.Folder, "out"),
            "--config", _shell.Write("host.json", """
                { "accounts": { "main": { "startBalance": 8000 }, "mirror": { "startBalance": 20000 } },
                  "risk": { "maxOrderNotionalPercent": 1000 } }
                """),
            "--engine", "jint",
        ];
    }
}
