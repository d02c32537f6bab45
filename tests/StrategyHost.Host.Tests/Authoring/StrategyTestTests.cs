using StrategyHost.Host.Tests.Backtests;
using StrategyHost.Host.Tests.Live;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Authoring;

/// <summary>The command <c>test</c>: users' own tests of their strategies.</summary>
public sealed class StrategyTestTests
{
    private const string Strategy = """
        var seen = 0;
        function settings() { return { symbols: ["BTCUSDT"], interval: "1m", params: { least: 100 } }; }
        function on_kline(k, ctx) {
          seen++;
          ctx.log("close " + k.close);
          if (ctx.position) { return { action: "close" }; }
          if (k.close > ctx.params.least) { return { action: "buy", quantity_usd: 1000, stop_loss_percent: 1, tag: "t" + seen }; }
        }
        function on_order(order, ctx) { if (order.code) { ctx.log("refused " + order.code); } }
        function on_timer(time, ctx) { throw new Error("no timers here"); }
        """;

    [Theory]
    [InlineData("auto")]
    [InlineData("jint")]
    public void Tests_of_the_samples_and_of_new_strategies_pass(string engine)
    {
        using var shell = new BacktestShell();
        shell.Run("new", Path.Combine(shell.Folder, "first"));

        var code = shell.Run("test", Path.Combine(SharedFolder.Repository, "strategies"), shell.Folder, "--engine", engine);

        Assert.True(code == ExitCode.Ok, shell.Error + shell.Out);
        Assert.Contains(", 0 failed, 0 skipped, in 2 files.", shell.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("jint")]
    public void Callbacks_and_backtests_can_be_looked_at(string engine)
    {
        using var shell = new BacktestShell();
        shell.Write("one.js", Strategy);
        var file = shell.Write("one.test.js", """
            test("answers by ctx, params and its own state", function () {
              var s = strategy("./one.js", { params: { least: 50 } });
              expect(s.on_kline({ close: 40 })).toBe(undefined);
              expect(s.on_kline({ close: 60 })).toEqual({ action: "buy", quantity_usd: 1000, stop_loss_percent: 1, tag: "t2" });
              expect(s.on_kline({ close: 60 }, { position: { side: "short", size: 2, entry_price: 70 } })).toMatch({ action: "close" });
              s.on_order({ status: "refused", code: "below_min_qty" });
              expect(s.logs).toEqual(["close 40", "close 60", "close 60", "refused below_min_qty"]);
              expect(function () { s.on_timer(5); }).toThrow("no timers here");
            });
            test("trades in a backtest of candles", function () {
              var run = backtest("./one.js", { candles: candles(walk(99, [0.5, 10])) });
              expect(run.returned[0]).toMatch({ action: "buy", tag: "t4" });
              expect(run.signals[0]).toMatch({ outcome: "accepted", tag: "t4" });
              expect(run.trades.main.length).toBeGreaterThan(1);
              expect(run.orders.main[0]).toMatch({ side: "buy", role: "entry", type: "market", status: "filled" });
              expect(run.accounts.main.startEquity).toBe(100000);
              expect(run.accounts.mirror.startEquity).toBe(50000);
              expect(run.logs[0]).toContain("close 99");
            });
            test("trades in a backtest of ticks", function () {
              var run = backtest("./one.js", { trades: ticks(walk(101, [0.1, 200]), { every: 1000 }) });
              expect(run.signals).toHaveLength(3);
            });
            """);

        var code = shell.Run("test", file, "--engine", engine);

        Assert.True(code == ExitCode.Ok, shell.Error + shell.Out);
    }

    [Fact]
    public void Failed_expectation_shows_its_line_and_code()
    {
        using var shell = new BacktestShell();
        shell.Write("one.js", Strategy);
        var file = shell.Write("one.test.js", """
            test("is wrong", function () {
              var s = strategy("./one.js");
              var answer = s.on_kline({ close: 101 });
              expect(answer).toMatch({ action: "sell" });
            });
            test("is right", function () { expect(1 + 1).toBe(2); });
            test.skip("is left out", function () { expect(1).toBe(2); });
            """);

        var (code, document) = shell.Json("test", file);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal((1, 1, 1), (Count("passed"), Count("failed"), Count("skipped")));
        var error = Assert.Single(document.GetProperty("errors").EnumerateArray());
        Assert.Equal("test_failed", error.GetProperty("rule").GetString());
        Assert.Equal("is wrong", error.GetProperty("field").GetString());
        Assert.Equal(file, error.GetProperty("file").GetString());
        Assert.Contains("to match {\"action\":\"sell\"}", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        if (JavaScriptCoreTheoryAttribute.IsInstalled)
        {
            Assert.Equal(4, error.GetProperty("line").GetInt32());
            Assert.Contains("> 4 |   expect(answer).toMatch({ action: \"sell\" });\n", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        int Count(string name) => document.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("test('x', function () { for (;;) { } });", "script_timeout|test_failed")]
    [InlineData("test('x', function () { null.y; });", "test_failed")]
    [InlineData("test('x', function () { backtest('./nowhere.js'); });", "test_failed")]
    [InlineData("test('x', function () { backtest('./one.js', { candles: [{ close: 1 }] }); });", "test_failed")]
    [InlineData("test('x', function () { strategy('./one.js', { params: { leest: 1 } }); });", "test_failed")]
    [InlineData("test('x', function () { try { backtest('./nowhere.js'); } catch (e) { } expect(1).toBe(2); });", "test_failed")]
    [InlineData("test('x', function () { expect([1, { a: 2 }]).toEqual([1, { a: 3 }]); });", "test_failed")]
    [InlineData("test('x', function () { expect(0).not.toBe(0); });", "test_failed")]
    [InlineData("test('x', function () { require('../outside.js'); });", "test_failed")]
    [InlineData("test('x' function () { });", "syntax")]
    [InlineData("test('x');", "script_error")]
    [InlineData("var nothing = 1;", "no_tests")]
    public void Bad_test_is_refused_with_one_error(string text, string rules)
    {
        using var shell = new BacktestShell();
        shell.Write("one.js", Strategy);
        var file = shell.Write("bad.test.js", text);

        foreach (var engine in (string[])["auto", "jint"])
        {
            var (code, document) = shell.Json("test", file, "--engine", engine);

            Assert.True(code == ExitCode.BadInput, $"{code} {shell.Error}");
            var error = Assert.Single(document.GetProperty("errors").EnumerateArray());
            Assert.Contains(error.GetProperty("rule").GetString(), rules.Split('|'));
            Assert.DoesNotContain("   at ", shell.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tests_leave_nothing_for_each_other()
    {
        using var shell = new BacktestShell();
        var file = shell.Write("state.test.js", """
            var runs = 0;
            test("first", function () { runs++; expect(runs).toBe(1); });
            test("second", function () { runs++; expect(runs).toBe(1); });
            """);

        Assert.True(shell.Run("test", file) == ExitCode.Ok, shell.Error);
    }

    [Fact]
    public void Test_file_is_no_strategy()
    {
        using var shell = new BacktestShell();
        var file = shell.Write("one.test.js", "test('x', function () { });");

        foreach (var command in (string[])["backtest", "check"])
        {
            var (code, document) = shell.Json(command, file);

            Assert.Equal(ExitCode.BadInput, code);
            Assert.Equal("is_a_test", document.GetProperty("errors")[0].GetProperty("rule").GetString());
        }
    }

    [Fact]
    public void List_comes_first_in_order_then_failures_with_their_code_then_the_sum()
    {
        using var shell = new BacktestShell();
        var first = shell.Write("a.test.js", "test('good', function () { });\ntest('bad', function () {\n  expect(1).toBe(2);\n});");
        var second = shell.Write("b.test.js", "test.skip('later', function () { });\ntest('also good', function () { });");

        var code = shell.RunAsOne("test", first, second);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Matches(
            "(?s)^script engine: [^\n]*\n"
            + "[^\n]*a\\.test\\.js\n  ✓ good \\(\\d+ ms\\)\n  ✗ bad \\(\\d+ ms\\)\n"
            + "[^\n]*b\\.test\\.js\n  – later \\(skipped\\)\n  ✓ also good \\(\\d+ ms\\)\n"
            + "error: [^\n]*a\\.test\\.js:3:\\d+: [^\n]*\n  1 \\|.*> 3 \\|   expect\\(1\\)\\.toBe\\(2\\);\n[^\n]*\\^\n"
            + "2 passed, 1 failed, 1 skipped, in 2 files\\.\n$", shell.Out);
    }

    [Fact]
    public async Task Built_program_lists_tests_and_fails_with_2()
    {
        using var shell = new BacktestShell();
        var file = shell.Write("two.test.js", "test('good', function () { });\ntest('bad', function () { expect(1).toBe(2); });");

        var (code, text, error) = await HostProcess.RunAsync("test", file);

        Assert.Equal(2, code);
        Assert.Contains("  ✓ good (", text, StringComparison.Ordinal);
        Assert.Contains("  ✗ bad (", text, StringComparison.Ordinal);
        Assert.Contains("1 passed, 1 failed, 0 skipped, in 1 file.", text, StringComparison.Ordinal);
        Assert.Contains("expected 1 to be 2", error, StringComparison.Ordinal);
    }
}
