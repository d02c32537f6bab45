using System.Diagnostics;
using System.Text.RegularExpressions;
using StrategyHost.Host.Tests.Backtests;
using StrategyHost.Host.Tests.Live;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Terminal;

/// <summary>
/// What somebody sees who works with the host in a terminal of 80 columns, and what a pipe gets. The strategy has work for longer than any
/// test waits: as soon as the bar was seen it is interrupted, so that nothing here hangs on how fast the machine is.
/// </summary>
public sealed class ScreenTests : IDisposable
{
    private const string Bar = "━";

    private const string Strategy = """
        function settings() { return { symbols: ["BTCUSDT"], interval: "1m", stop_loss_percent: 1 }; }
        function on_kline(k, ctx) { if (!ctx.position) { return { action: "buy", quantity_percent: 10, take_profit_percent: 0.5 }; } }
        """;

    private const string Busy = """
        var sum = 0;
        function settings() { return { symbols: ["BTCUSDT"], interval: "1m" }; }
        function on_trade(t, ctx) { for (var i = 0; i < 300000; i++) { sum += i % 7; } }
        """;

    private readonly BacktestShell _shell = new();

    public void Dispose() => _shell.Dispose();

    [TmuxFact]
    public async Task Bar_shows_rate_and_time_to_go_and_is_gone_when_the_work_ends()
    {
        using var screen = new TmuxScreen(_shell.Folder, "backtest", _shell.Write("busy.js", Busy));

        var during = await screen.WaitForAsync(Bar); // of the first percents nothing is seen without colours
        screen.Press("C-c");
        var (after, code) = await screen.EndAsync();

        var bar = during.Single(l => l.Contains("ETA", StringComparison.Ordinal));
        Assert.Matches(@"^events +━.* \d+% .*events/s +ETA \d\d:\d\d:\d\d$", bar);
        Assert.All(during.Concat(after), Fits);
        Assert.DoesNotContain(after, l => l.Contains(Bar, StringComparison.Ordinal) || l.Contains("ETA", StringComparison.Ordinal));
        Assert.Contains(after, l => l.StartsWith("error: Interrupted after ", StringComparison.Ordinal));
        Assert.Equal((int)ExitCode.CutShort, code);
    }

    [TmuxFact]
    public async Task Tables_and_sentences_of_a_backtest_fit_and_words_are_whole()
    {
        using var screen = new TmuxScreen(_shell.Folder, "backtest", _shell.Write("my_first.js", Strategy));
        var (lines, code) = await screen.EndAsync();

        Assert.Equal((int)ExitCode.Ok, code);
        Assert.All(lines, Fits);
        Assert.Contains(lines, l => Regex.IsMatch(l, "^ +main +mirror$"));
        Assert.Contains(lines, l => l.StartsWith("Report: out/my_first-", StringComparison.Ordinal));
        Assert.Contains("! the data are synthetic (market model, seed 1): results say nothing about real", lines);
        Assert.Contains("markets", lines);
        Assert.DoesNotContain(lines, l => l.Contains(Bar, StringComparison.Ordinal));
    }

    [TmuxFact]
    public async Task Repl_shows_what_is_typed_and_its_answer_and_an_interrupt_leaves_it()
    {
        using var screen = new TmuxScreen(_shell.Folder, "repl", _shell.Write("my_first.js", Strategy));

        await screen.WaitForAsync("\n>"); // keys that come before are shown by the terminal, and then again by the one who reads them
        screen.Press("40 + 2", "Enter");
        await screen.WaitForAsync("\n42\n");
        screen.Press("C-c");
        var (lines, code) = await screen.EndAsync();

        var start = lines.ToList().FindIndex(l => l.StartsWith("before on_kline BTCUSDT at ", StringComparison.Ordinal));
        Assert.Equal(["> 40 + 2", "42"], lines.Skip(start + 1).Take(2));
        Assert.DoesNotContain(lines, l => l.Contains(Bar, StringComparison.Ordinal));
        Assert.Equal((int)ExitCode.Ok, code);
    }

    [TmuxFact]
    public async Task Run_says_how_to_look_at_it_and_its_log_fits()
    {
        var folder = Path.Combine(_shell.Folder, "data");
        var script = _shell.Write("loud.js", """
            function settings() { return { symbols: ["BTCUSDT"], interval: "1m", timer_ms: 100, stop_loss_percent: 1 }; }
            function on_timer(time, ctx) { return { action: "buy", quantity_percent: 10 }; }
            """);
        using var screen = new TmuxScreen(_shell.Folder, "run", script, "--data", folder);

        await screen.WaitForAsync("already_in");
        screen.Press("C-c");
        var (lines, code) = await screen.EndAsync();

        Assert.Equal((int)ExitCode.Ok, code);
        var own = lines.Select(l => l.Replace("^C", "", StringComparison.Ordinal)); // without what the terminal shows of the keys
        Assert.All(own.Where(l => !l.Contains(_shell.Folder, StringComparison.Ordinal)), Fits); // a path is not torn
        var text = Regex.Replace(string.Join('\n', lines), "\n *", " ");
        Assert.Contains($"look from another terminal: strategyhost status --data {folder} (or positions,", text, StringComparison.Ordinal);
        Assert.Contains("Ctrl-C stops the host; positions keep their stops and targets at the exchange.", text, StringComparison.Ordinal);
        Assert.Contains("already_in BTCUSDT has a long position or entry already; set scale_in or settings().pyramiding to add", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipe_gets_lines_without_bar_and_control_characters()
    {
        await using var host = HostProcess.Start("backtest", _shell.Write("busy.js", Busy), "--out", Path.Combine(_shell.Folder, "out"));

        var progress = await host.LogAsync(" to go");
        await host.StopAsync("INT");

        Assert.Matches(@"^\d+ % of [\d,]+ events, .*events/s, \d\d:\d\d:\d\d to go$", progress);
        Assert.All(host.LogSoFar(), l => Assert.DoesNotMatch("[\u001b\r━]", l));
        Assert.Empty(await host.RestAsync());
    }

    [Fact]
    public async Task Pipe_gets_tables_of_eighty_columns_whole_sentences_and_no_control_characters()
    {
        var (code, output, error) = await HostProcess.RunAsync(
            "backtest", _shell.Write("my_first.js", Strategy), "--out", Path.Combine(_shell.Folder, "out"));

        Assert.Equal(0, code);
        Assert.DoesNotMatch("[\u001b\r━]", output + error);
        var lines = output.Split('\n');
        Assert.All(lines, l => Assert.Equal(l.TrimEnd(), l));
        Assert.All(lines.Where(l => l.StartsWith(' ') && !l.Contains(": ", StringComparison.Ordinal)), Fits);
        Assert.Contains("! the data are synthetic (market model, seed 1): results say nothing about real markets", lines);
    }

    /// <summary>The same without tmux: what a terminal gets, as <c>script</c> of util-linux records it.</summary>
    [ScriptFact]
    public async Task Terminal_gets_no_line_that_it_would_have_to_break()
    {
        var host = string.Join(' ', BuiltProgram.Command("strategyhost").Concat(["backtest", _shell.Write("my_first.js", Strategy)])
            .Select(TmuxScreen.Quote));
        var start = new ProcessStartInfo(
            "script", ["-qec", $"stty cols 80 rows 24; cd {TmuxScreen.Quote(_shell.Folder)} && {host}", "/dev/null"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        (start.Environment["TERM"], start.Environment["LANG"]) = ("xterm", "C.UTF-8");
        using var process = Process.Start(start)!; // without the shell a process is always made
        var raw = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        var lines = Regex.Replace(raw, @"\u001b(\[[0-9;?]*[A-Za-z]|[=>])", "").Split('\n', '\r');
        Assert.Equal(0, process.ExitCode);
        Assert.Contains(lines, l => l.StartsWith("Report: out/my_first-", StringComparison.Ordinal));
        Assert.All(lines, Fits);
    }

    private static void Fits(string line) => Assert.True(line.Length <= TmuxScreen.Width, line);
}
