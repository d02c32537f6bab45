using System.Text.Json;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Host.Tests.Backtests;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Authoring;

/// <summary>The command <c>repl</c>, with lines piped in.</summary>
public sealed class ReplTests
{
    private const string Script = """
        var seen = 0;
        function settings() { return { symbols: ["BTCUSDT"], interval: "1m", warmup: 10, params: { size: 1000 } }; }
        function on_kline(k, ctx) {
          seen++;
          if (seen === 20) { return { action: "buy", quantity_usd: ctx.params.size, stop_loss_percent: 2 }; }
        }
        function export_state() { return { seen: seen }; }
        """;

    [Theory]
    [InlineData("auto")]
    [InlineData("jint")]
    public void Expressions_see_ctx_as_the_last_event_left_it(string engine)
    {
        using var shell = new BacktestShell();

        // Candle n (from 0) starts n minutes after 22:14; the 15th closes at 22:29.
        var said = Talk(shell, ["--at", "2023-11-14T22:29:00Z", "--engine", engine],
            "ctx.position", "ctx.history(2).length", "strategy.export_state().seen", "ctx.params.size", "new Date(ctx.now).toISOString()",
            "step", "strategy.export_state()", "step 4", "ctx.position.side", "ctx.ta.sma(5) === null", "undefined", "quit");

        Assert.Equal(
        [
            "before on_kline BTCUSDT at 2023-11-14T22:30:00.000Z", "null", "2", "15", "1000", "\"2023-11-14T22:29:00.000Z\"",
            "on_kline BTCUSDT at 2023-11-14T22:30:00.000Z: nothing", "before on_kline BTCUSDT at 2023-11-14T22:31:00.000Z", "{\n \"seen\": 16\n}",
        ], said.Take(9));
        Assert.Contains(said, s => s.Contains("22:34:00.000Z: {\"action\":\"buy\",\"quantity_usd\":1000,\"stop_loss_percent\":2}", StringComparison.Ordinal));
        Assert.Equal(["\"long\"", "false", "undefined"], said.TakeLast(3));
    }

    [Theory]
    [InlineData("continue until 2023-11-14T23:00:00Z")]
    [InlineData("continue 2023-11-14T23:00:00Z")]
    public void Talk_goes_on_to_a_time_and_to_the_end_of_the_data(string until)
    {
        using var shell = new BacktestShell();

        var said = Talk(shell, [], until, "ctx.now === Date.UTC(2023, 10, 14, 23)", "continue",
            "strategy.export_state().seen", "quit");

        Assert.Equal("before on_kline BTCUSDT at 2023-11-14T22:25:00.000Z", said[0]); // the warm-up is over
        Assert.Equal(["before on_kline BTCUSDT at 2023-11-14T23:01:00.000Z", "true"], said.Skip(1).Take(2));
        Assert.StartsWith("the data end at ", said[3], StringComparison.Ordinal);
        Assert.Equal("120", said[4]);
    }

    [Theory]
    [InlineData("nowhere + 1", "nowhere")]
    [InlineData("1 +", "")]
    [InlineData("ctx.history(-1)", "whole number")]
    [InlineData("require('./x.js')", "")]
    [InlineData("step none", "whole number")]
    [InlineData("continue until yesterday", "ISO-8601")]
    public void Mistake_is_told_and_the_talk_goes_on(string line, string part)
    {
        foreach (var engine in (string[])["auto", "jint"])
        {
            using var shell = new BacktestShell();

            var said = Talk(shell, ["--engine", engine], line, "1 + 1", "quit");

            Assert.Equal(3, said.Count);
            Assert.Contains(part, said[1], StringComparison.Ordinal);
            Assert.Equal("2", said[2]);
        }
    }

    /// <summary>What shows progress would stand where somebody types.</summary>
    [Fact]
    public void Nothing_but_the_talk_is_shown_while_a_line_is_awaited()
    {
        using var shell = new BacktestShell();
        var (file, data) = Files(shell);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var time = new ManualTime();
        var traits = new StreamTraits(IsTerminal: false, HasColour: false);
        var console = new HostConsole(output, error, traits, traits, time)
        {
            In = new SlowReader(time, "1 + 1", "step 3", "ctx.now > 0", "quit"),
        };

        var code = new CommandLine(Composition.Handlers(), console, new Dictionary<string, string>())
            .Run(["repl", file, "--data", data], CancellationToken.None);

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("\n2\n", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("events", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_expression_ends_the_talk_and_not_the_host()
    {
        using var shell = new BacktestShell();

        var said = Talk(shell, [], "(function () { for (;;) { } })()", "1 + 1");

        Assert.Equal("the script has used up its limits and is not called again", said[^1]);
    }

    [Fact]
    public void End_of_the_lines_ends_the_talk()
    {
        using var shell = new BacktestShell();

        Assert.Equal(["before on_kline BTCUSDT at 2023-11-14T22:25:00.000Z", "2"], Talk(shell, [], "1 + 1"));
    }

    [Fact]
    public async Task Built_program_answers_a_pipe()
    {
        using var shell = new BacktestShell();
        var (file, data) = Files(shell);

        string[] pipe = ["sh", "-c", "printf 'ctx.position\n1 + 1\n' | \"$@\"", "sh"];
        using var process = BuiltProgram.Start("strategyhost", ["repl", file, "--data", data], pipe, [new("NO_COLOR", "1")]);
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Equal("before on_kline BTCUSDT at 2023-11-14T22:25:00.000Z\nnull\n2\n", text);
    }

    /// <summary>Somebody who thinks for a minute before each line.</summary>
    private sealed class SlowReader(ManualTime time, params string[] lines) : TextReader
    {
        private readonly Queue<string> _lines = new(lines);

        public override string? ReadLine()
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return _lines.TryDequeue(out var line) ? line : null;
        }
    }

    private static IReadOnlyList<string> Talk(BacktestShell shell, string[] options, params string[] lines)
    {
        var (file, data) = Files(shell);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var traits = new StreamTraits(IsTerminal: false, HasColour: false);
        var console = new HostConsole(output, error, traits, traits, TimeProvider.System) { In = new StringReader(string.Join('\n', lines)) };
        var code = new CommandLine(Composition.Handlers(), console, new Dictionary<string, string>())
            .Run(["repl", file, "--data", data, "--json", .. options], CancellationToken.None);
        Assert.True(code == ExitCode.Ok, error.ToString());
        using var document = JsonDocument.Parse(output.ToString());
        return
        [
            .. document.RootElement.GetProperty("entries").EnumerateArray()
                .Select(e => e.TryGetProperty("output", out var text) ? text.GetString()! : e.GetProperty("error").GetString()!),
        ];
    }

    private static (string File, string Data) Files(BacktestShell shell) =>
        (shell.Write("trader.js", Script), shell.Write("BTCUSDT-1m.csv", LookaheadTests.Candles(120)));
}
