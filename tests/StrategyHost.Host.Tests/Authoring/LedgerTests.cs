using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using StrategyHost.Host.Tests.Backtests;
using StrategyHost.Host.Tests.Live;

namespace StrategyHost.Host.Tests.Authoring;

/// <summary>What a backtest leaves for finding mistakes: the ledger of signals, the profile, <c>explain --report</c>, code frames.</summary>
public sealed class LedgerTests
{
    private const string Script = """
        function settings() { return { symbols: ["BTCUSDT"], interval: "1m" }; }
        function on_kline(k, ctx) {
          var n = (k.start / 60000) % 10;
          if (n === 1 && !ctx.position) { return { action: "buy", quantity_usd: 1000, stop_loss_percent: 2, tag: "in", reason: "because, \"it\" is" }; }
          if (n === 2) { return { action: "buy", quantity_usd: 0.01, stop_loss_percent: 2, scale_in: true }; }
          if (n === 5 && ctx.position) { return { action: "close" }; }
        }
        function on_order(order, ctx) { if (order.code) { ctx.log(order.code); } }
        """;

    [Fact]
    public void Every_signal_is_in_the_ledger_with_its_consequence()
    {
        using var shell = new BacktestShell();
        var (folder, run) = Backtest(shell);

        var rows = File.ReadAllLines(Path.Combine(folder, "signals.csv"));

        Assert.Equal(
            "signalId,time,strategy,symbol,callback,action,outcome,text,field,value,rule,tag,reason,orders,mainFilled,mainTrades,mainNetPnl,"
            + "mirrorFilled,mirrorTrades,mirrorNetPnl", rows[0]);
        var counts = run.GetProperty("signals");
        var refused = counts.GetProperty("refused").EnumerateObject().Sum(p => p.Value.GetInt32());
        Assert.Equal(counts.GetProperty("accepted").GetInt32() + refused, rows.Length - 1);
        Assert.NotEqual(0, refused);
        var first = rows.First(r => r.StartsWith("trader-1,", StringComparison.Ordinal));
        Assert.Contains(",BTCUSDT,on_kline,buy,accepted,", first, StringComparison.Ordinal);
        Assert.Contains(",in,\"because, \"\"it\"\" is\",S1M", first, StringComparison.Ordinal);
        var trades = run.GetProperty("accounts")[0].GetProperty("trades").GetInt32();
        Assert.Equal(trades, rows.Skip(1).Sum(r => int.Parse(r.Split(',')[^5], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Profile_counts_every_event_of_a_callback()
    {
        using var shell = new BacktestShell();
        var (_, run) = Backtest(shell);

        var kline = run.GetProperty("profile").EnumerateArray().Single(p => p.GetProperty("callback").GetString() == "on_kline");

        Assert.Equal(400, kline.GetProperty("events").GetInt32());
        Assert.InRange(kline.GetProperty("calls").GetInt32(), 1, 400);
        Assert.True(kline.GetProperty("totalMs").GetDouble() >= kline.GetProperty("slowestMs").GetDouble());
        Assert.Contains(run.GetProperty("profile").EnumerateArray(), p => p.GetProperty("callback").GetString() == "on_order");
    }

    [Fact]
    public void Signal_and_its_order_tell_the_same_story_by_account()
    {
        using var shell = new BacktestShell();
        var (folder, _) = Backtest(shell);

        var (code, story) = shell.Json("explain", "trader-1", "--report", folder);

        Assert.True(code == ExitCode.Ok, shell.Error);
        Assert.Equal("report", story.GetProperty("source").GetString());
        Assert.Equal("accepted", story.GetProperty("signal").GetProperty("outcome").GetString());
        Assert.Equal(["main", "mirror"], story.GetProperty("accounts").EnumerateArray().Select(a => a.GetProperty("account").GetString()));
        foreach (var account in story.GetProperty("accounts").EnumerateArray())
        {
            var kinds = account.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("kind").GetString()).ToArray();
            Assert.Equal("order", kinds[0]);
            Assert.Equal("trade", kinds[^1]);
            Assert.Equal(1, account.GetProperty("trades").GetArrayLength());
        }

        var order = story.GetProperty("accounts")[1].GetProperty("events")[0].GetProperty("orderLinkId").GetString()!;
        var (_, byOrder) = shell.Json("explain", order, "--report", folder);
        Assert.Equal("trader-1", byOrder.GetProperty("signal").GetProperty("id").GetString());
        Assert.True(byOrder.GetProperty("accounts")[1].GetProperty("events")[0].GetProperty("asked").GetBoolean());
    }

    [Fact]
    public void Refused_signal_says_field_and_rule()
    {
        using var shell = new BacktestShell();
        var (folder, _) = Backtest(shell);
        var refused = File.ReadAllLines(Path.Combine(folder, "signals.csv")).First(r => r.Contains(",below_min", StringComparison.Ordinal));

        shell.Run("explain", refused.Split(',')[0], "--report", folder);

        Assert.Contains("below_min", shell.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\nmain\n", shell.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trader-99999", "unknown_id", true)]
    [InlineData("trader-1", "no_report", false)]
    public void What_a_report_does_not_have_is_said(string id, string rule, bool hasReport)
    {
        using var shell = new BacktestShell();
        var folder = hasReport ? Backtest(shell).Folder : shell.Folder;

        var (code, document) = shell.Json("explain", id, "--report", folder);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal(rule, document.GetProperty("errors")[0].GetProperty("rule").GetString());
    }

    [Fact]
    public async Task Error_of_a_script_shows_its_lines_and_points_at_the_place()
    {
        using var shell = new BacktestShell();
        var file = shell.Write("wrong.js", "function settings() { return {}; }\n\nfunction on_kline(k, ctx) {\n  var a = 1;\n  return nowhere + a;\n}\n");

        var (code, _, error) = await HostProcess.RunAsync("check", file);

        Assert.Equal(2, code);
        Assert.Contains("\n  3 | function on_kline(k, ctx) {\n  4 |   var a = 1;\n  5 |   return nowhere + a;\n", error, StringComparison.Ordinal);
    }

    /// <summary>A frame that a terminal has to break has its mark anywhere.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(200)]
    public void Frame_of_a_long_line_fits_a_terminal_and_its_mark_stands_under_the_place(int before)
    {
        using var shell = new BacktestShell();
        var line = $"function on_kline(k, ctx) {{ {new string(';', before)} nowhere.field = 1; {new string(';', 100)} }}";
        var file = shell.Write("long.js", "function settings() { return {}; }\n// " + new string('x', 150) + "\n" + line + "\n");

        Assert.Equal(ExitCode.BadInput, shell.Run("check", file));

        var error = shell.Error.Split('\n');
        var column = int.Parse(Regex.Match(shell.Error, @"long\.js:3:(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        var shown = Assert.Single(error, l => l.StartsWith("  3 | ", StringComparison.Ordinal));
        var mark = Assert.Single(error, l => l.StartsWith("    | ", StringComparison.Ordinal) && l.EndsWith('^'));
        Assert.All(error.Where(l => l.StartsWith("  ", StringComparison.Ordinal) && l.Contains(" | ", StringComparison.Ordinal)),
            l => Assert.True(l.Length <= 80, l));
        Assert.Equal(line[(column - 1)..(column + 4)], shown[(mark.Length - 1)..(mark.Length + 4)]);
    }

    private static (string Folder, JsonElement Run) Backtest(BacktestShell shell)
    {
        var folder = Path.Combine(shell.Folder, "out");
        var (code, run) = shell.Json(
            "backtest", shell.Write("trader.js", Script), "--data", shell.Write("BTCUSDT-1m.csv", LookaheadTests.Candles(400)), "--out", folder);
        Assert.True(code == ExitCode.Ok, shell.Error);
        return (folder, run);
    }
}
