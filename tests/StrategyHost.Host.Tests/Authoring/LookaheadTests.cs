using System.Globalization;
using System.Text;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Authoring.Lookahead;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Terminal;
using StrategyHost.Host.Tests.Backtests;
using StrategyHost.Host.Tests.Live;
using StrategyHost.Scripting;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Authoring;

/// <summary><c>check --lookahead</c>: honest strategies pass, planted leaks of the engine and chance are found.</summary>
public sealed class LookaheadTests
{
    private const string Trader = """
        function settings() { return { symbols: ["BTCUSDT"], interval: "1m", warmup: 5 }; }
        function on_kline(k, ctx) {
          var n = (k.start / 60000) % 7;
          if (n === 1 && !ctx.position) { return { action: "buy", quantity_usd: 1000, stop_loss_percent: 2, type: "limit", price: k.close }; }
          if (n === 4) { return [{ action: "cancel", order: "entries" }, { action: "close" }]; }
        }
        """;

    [Theory]
    [InlineData("enhanced_sma")]
    [InlineData("breakout")]
    [InlineData("ladder")]
    [InlineData("orderbook_imbalance")]
    public void Shipped_strategy_passes_on_the_sample(string name)
    {
        using var shell = new BacktestShell();
        var file = Path.Combine(SharedFolder.Repository, "strategies", name + ".js");

        var (code, document) = shell.Json("check", file, "--lookahead", "--cuts", "4");

        Assert.True(code == ExitCode.Ok, shell.Error);
        var proof = document.GetProperty("strategies")[0].GetProperty("lookahead");
        Assert.True(proof.GetProperty("ok").GetBoolean());
        Assert.InRange(proof.GetProperty("cuts").GetArrayLength(), 1, 4);
        Assert.NotEqual(0, proof.GetProperty("answers").GetInt32());
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("jint")]
    public void Strategy_passes_on_candles(string engine)
    {
        using var shell = new BacktestShell();
        var data = shell.Write("BTCUSDT-1m.csv", Candles(600));

        var code = shell.Run("check", shell.Write("trader.js", Trader), "--lookahead", "--data", data, "--engine", engine);

        Assert.True(code == ExitCode.Ok, shell.Error);
        Assert.Contains("12 cuts: all alike.", shell.Out, StringComparison.Ordinal);
    }

    [SharedTheory]
    [InlineData("orderbook_imbalance", "ticks/BTCUSDT2024-07-18.csv.gz", "ticks/2024-07-18_BTCUSDT_ob200.data.gz")]
    [InlineData("ladder", "klines/SOLUSDT-5m-20231101-20241230.csv.gz")]
    public void Shipped_strategy_passes_on_recorded_data(string name, params string[] data)
    {
        using var shell = new BacktestShell();
        string[] files = [.. data.Select(d => SharedFolder.Path(["data", .. d.Split('/')]))];
        var file = Path.Combine(SharedFolder.Repository, "strategies", name + ".js");

        var code = shell.Run(["check", file, "--lookahead", "--cuts", "2", "--data", .. files]);

        Assert.True(code == ExitCode.Ok, shell.Error);
    }

    [Fact]
    public void Engine_that_lets_the_last_price_through_is_found_out()
    {
        using var shell = new BacktestShell();
        var findings = Prove(shell, (script, tape) =>
        {
            var block = tape.Symbols[0].Klines[0];
            return new Leak(script, _ => false)
            {
                Peek = run => block.Close[^1] > block.Close[run.To - 1],
            };
        });

        var errors = LookaheadProof.Errors(findings).ToArray();
        Assert.Contains(errors, e => e.Rule == "look_ahead");
        Assert.All(errors, e => Assert.Equal("on_kline", e.Field));
    }

    [Fact]
    public void Engine_that_shows_the_next_candle_is_found_out_by_a_cut_at_an_answer()
    {
        using var shell = new BacktestShell();
        var findings = Prove(shell, (script, tape) =>
        {
            var block = tape.Symbols[0].Klines[0];
            return new Leak(script, _ => false)
            {
                Peek = run => run.To < block.Count && block.Close[run.To] > block.Close[run.To - 1],
            };
        });

        Assert.Contains(findings.Differences, d => d.CutAt is not null && d.Expected?.Time == d.CutAt);
    }

    [Fact]
    public void Engine_whose_runs_differ_is_found_out()
    {
        using var shell = new BacktestShell();
        var runs = 0;
        var findings = Prove(shell, (script, _) =>
        {
            var isFirst = runs++ == 0;
            return new Leak(script, _ => isFirst);
        });

        Assert.Contains(findings.Differences, d => d.CutAt is null && d.Run == "a second run");
    }

    [Fact]
    public void Found_difference_names_its_event_and_both_answers()
    {
        var place = new RecordedAnswer(7, new Timestamp(1_700_000_000_000), "on_kline", "BTCUSDT", ScriptValue.Of("buy"));
        var findings = new LookaheadFindings("x.js", 2, [], 10, 1,
            [new AnswerDifference("a tape that ends there", new Timestamp(1_700_000_060_000), place, null)]);

        var error = Assert.Single(LookaheadProof.Errors(findings));

        Assert.Contains("on_kline BTCUSDT at 2023-11-14T22:13:20.000Z answers \"buy\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("(2023-11-14T22:14:20.000Z) nothing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cuts", "0")]
    [InlineData("--cuts", "5000")]
    public void Cuts_that_cannot_be_are_refused(params string[] more)
    {
        using var shell = new BacktestShell();

        var (code, document) = shell.Json(["check", shell.Write("trader.js", Trader), "--lookahead", .. more]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal("--cuts", document.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Fact]
    public async Task Built_program_proves_and_keeps_to_80_columns()
    {
        using var shell = new BacktestShell();
        var data = shell.Write("BTCUSDT-1m.csv", Candles(300));
        var file = shell.Write("trader.js", Trader);

        var (code, text, _) = await HostProcess.RunAsync("check", file, "--lookahead", "--cuts", "3", "--data", data);

        Assert.Equal(0, code);
        Assert.Contains("Look-ahead proof: 8 runs", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n').Where(l => !l.StartsWith("Dry run on ", StringComparison.Ordinal)),
            line => Assert.True(line.Length <= 80, line));
    }

    internal static string Candles(int count)
    {
        var text = new StringBuilder("start,open,high,low,close,volume\n");
        var close = 100.0;
        for (var i = 0; i < count; i++)
        {
            var open = close;
            close += Math.Sin(i * 0.7) + (0.3 * Math.Cos(i * 0.13));
            text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"{1_700_000_040_000L + (i * 60_000L)},{open:0.00},{Math.Max(open, close) + 0.2:0.00},{Math.Min(open, close) - 0.2:0.00},{close:0.00},10"));
        }

        return text.ToString();
    }

    private static LookaheadFindings Prove(BacktestShell shell, Func<IScriptInstance, MarketTape, IScriptInstance> seam)
    {
        var arguments = new BacktestArguments
        {
            Strategies = [shell.Write("trader.js", Trader)],
            Data = [shell.Write("BTCUSDT-1m.csv", Candles(400))],
        };
        using var progress = new Quiet();
        var options = ConfigurationReader.Read(null, new Dictionary<string, string>()).Value;
        var context = new CommandContext(options, progress);
        var session = new BacktestSession(
            ScriptEngines.Choose("jint").Value.Engine, arguments, context, new TapeSource(arguments, progress, default), default);
        var proof = new LookaheadProof(session, new LookaheadPlan(6, 1)) { Seam = new RunVariation { Wrap = seam } };
        var (result, findings) = proof.Run(arguments.Strategies[0]);
        Assert.True(result.IsOk);
        return findings!; // the run is well
    }

    private sealed class Quiet : IProgressReporter
    {
        public string SoFar => "";

        public void Report(long done, long total, string unit)
        {
        }

        public void Dispose()
        {
        }
    }

    /// <summary>An engine that adds to what the script knows: each call that the condition allows answers with a signal of its own.</summary>
    private sealed class Leak(IScriptInstance script, Func<int, bool> condition) : IScriptInstance
    {
        private int _calls;

        public Func<KlineRun, bool>? Peek { get; init; }
        public ScriptValue Settings => script.Settings;
        public ScriptCallbacks Callbacks => script.Callbacks;
        public string Sha256 => script.Sha256;
        public ScriptFault? Fault => script.Fault;

        public void Configure(ScriptEnvironment environment) => script.Configure(environment);

        public ScriptAnswer Call(ScriptCall call, ScriptView view)
        {
            var answer = script.Call(call, view);
            var leaks = call is KlineRun { Callback: true } run && (Peek?.Invoke(run with { To = run.From + answer.Consumed }) ?? condition(_calls++));
            return leaks && answer.Value.IsNothing
                ? answer with { Value = ScriptValue.Of([KeyValuePair.Create("action", ScriptValue.Of("hold"))]) }
                : answer;
        }

        public Result<string?> ExportState() => script.ExportState();

        public ScriptFault? ImportState(string json) => script.ImportState(json);

        public void Dispose() => script.Dispose();
    }
}
