using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Tests.Commands;

/// <summary>Contracts §1: values, problems, exit codes, outputs.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void Backtest_ReadsEveryOption()
    {
        var seen = Shell.Accepted<BacktestArguments>("backtest", "a.js", "b.js", "--data", "x.csv", "y.gz", "--symbol", "btcusdt", "--from",
            "2024-07-18",
            "--to", "2024-07-18T12:30:00Z", "--set", "fast=10", "--set", "mode=quick", "--fill", "bar", "--limit", "touch", "--slippage",
                "2ticks",
            "--seed", "7", "--engine", "jint", "--together", "--out", "o", "--json");

        Assert.Equal(["a.js", "b.js"], seen.Strategies);
        Assert.Equal(["x.csv", "y.gz"], seen.Data);
        Assert.Equal(new Symbol("BTCUSDT"), seen.Symbol);
        Assert.Equal(("2024-07-18T00:00:00.000Z", "2024-07-18T12:30:00.000Z"), (seen.From?.ToString(), seen.To?.ToString()));
        Assert.Equal(["fast=10", "mode=\"quick\""], seen.Set.Select(p => $"{p.Key}={p.Value}"));
        Assert.Equal((FillModel.Bar, LimitFill.Touch), (seen.Fill, seen.Limit));
        Assert.Equal(new Slippage(2m, SlippageUnit.Ticks), seen.Slippage);
        Assert.Equal((7L, EngineChoice.Jint), (seen.Seed, seen.Engine));
        Assert.Equal((true, "o", true), (seen.Together, seen.OutDirectory, seen.Json));
    }

    [Fact]
    public void Record_ReadsEveryOption()
    {
        var seen = Shell.Accepted<RecordArguments>(
            "record", "--symbol", "btcusdt", "ETHUSDT", "--symbol", "BTCUSDT", "--data", "d", "--out", "o", "--depth", "200", "--duration", "10m");

        Assert.Equal([new Symbol("BTCUSDT"), new Symbol("ETHUSDT")], seen.Symbols);
        Assert.Equal(("d", "o", 200, TimeSpan.FromMinutes(10)), (seen.DataDirectory, seen.OutDirectory, seen.Depth, seen.Duration));
    }

    [Theory]
    [InlineData("--depth", "10", "not_a_choice")]
    [InlineData("--symbol", "BTC/USDT", "bad_symbol")]
    [InlineData("--duration", "10", "bad_duration")]
    [InlineData("--duration", "0s", "bad_duration")]
    [InlineData("--duration", "m", "bad_duration")]
    [InlineData("--duration", "31d", "bad_duration")]
    [InlineData("--duration", "9999999999d", "bad_duration")]
    public void Record_WithABadValue_IsRefused(string option, string value, string rule)
    {
        var shell = new Shell();

        Assert.Equal(ExitCode.BadInput, shell.Run("record", option, value, "--json"));
        Assert.Equal(rule, Assert.Single(shell.Document.GetProperty("errors").EnumerateArray()).GetProperty("rule").GetString());
    }

    [Fact]
    public void Backtest_WithOnlyAStrategy_LeavesTheRestUnsaid()
    {
        var seen = Shell.Accepted<BacktestArguments>("backtest", "a.js");

        Assert.Empty(seen.Data);
        Assert.Equal((null, null, null, null, null), (seen.Symbol, seen.From, seen.Fill, seen.Slippage, seen.Seed));
        Assert.Equal((LimitFill.Through, EngineChoice.Auto, false), (seen.Limit, seen.Engine, seen.Together));
    }

    [Fact]
    public void Data_BeforeTheStrategy_DoesNotSwallowIt()
    {
        var seen = Shell.Accepted<BacktestArguments>("backtest", "--data", "x.csv", "a.js");

        Assert.Equal(["a.js"], seen.Strategies);
        Assert.Equal(["x.csv"], seen.Data);
    }

    [Theory]
    [InlineData("0", "0bp")]
    [InlineData("2bp", "2bp")]
    [InlineData("1.5", "1.5bp")]
    [InlineData("3ticks", "3ticks")]
    public void Slippage_IsReadWithItsUnit(string text, string expected) =>
        Assert.Equal(expected, Shell.Accepted<BacktestArguments>("backtest", "a.js", "--slippage", text).Slippage?.ToString());

    [Fact]
    public void CommonOptions_MayStandBeforeTheCommand() => Assert.True(Shell.Accepted<CheckArguments>("--json", "check", "a.js").Json);

    [Fact]
    public void OtherCommands_ReadTheirArguments()
    {
        Assert.Equal(["a.js"], Shell.Accepted<CheckArguments>("check", "a.js").Strategies);
        Assert.Equal(("segments", "ETHUSDT"), (Shell.Accepted<ImportArguments>("import", "t.csv", "--out", "segments", "--symbol",
            "ETHUSDT").OutDirectory, "ETHUSDT"));
        Assert.Equal(["d"], Shell.Accepted<DataInfoArguments>("data", "info", "d").Paths);
    }

    public static TheoryData<string, string, string, string> BadValues => new()
    {
        { "--from", "yesterday", "bad_time", "2024-07-18" },
        { "--to", "18.07.2024", "bad_time", "ISO-8601" },
        { "--set", "fast", "bad_pair", "name=value" },
        { "--fill", "tuch", "not_a_choice", "'touch'" },
        { "--limit", "over", "not_a_choice", "through" },
        { "--slippage", "-1", "bad_slippage", "bp" },
        { "--slippage", "1%", "bad_slippage", "bp" },
        { "--seed", "-5", "bad_number", "whole number" },
        { "--seed", "abc", "bad_number", "whole number" },
        { "--engine", "v8", "not_a_choice", "javascriptcore" },
        { "--symbol", "BTC/USDT", "bad_symbol", "BTCUSDT" },
        { "--config", "/nowhere.json", "unreadable_file", "config/simulated.json" },
    };

    [Theory]
    [MemberData(nameof(BadValues))]
    public void BadValue_IsRefused_WithFieldValueAndForm(string option, string value, string rule, string says)
    {
        var shell = new Shell();

        Assert.Equal(ExitCode.BadInput, shell.Run("backtest", "a.js", option, value, "--json"));

        var error = Assert.Single(shell.Document.GetProperty("errors").EnumerateArray());
        Assert.Equal((option, value, rule), (error.GetProperty("field").GetString(), error.GetProperty("value").GetString(),
            error.GetProperty("rule").GetString()));
        Assert.Contains(says, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Null(shell.Seen);
    }

    [Fact]
    public void AllProblems_OfArgumentsAndConfiguration_AreListed_AndNothingStarts()
    {
        var shell = new Shell();
        shell.Environment["STRATEGYHOST__mode"] = "lively";

        Assert.Equal(ExitCode.BadInput, shell.Run("backtest", "--seeed", "5", "--fill", "x", "--seed", "y", "--from", "2024-02-02", "--to",
            "2024-02-01"));

        Assert.Equal(["unknown option", "fill", "seed", "span", "mode"],
            shell.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l switch
        {
            _ when l.Contains("--seeed is no option of 'backtest'. Did you mean '--seed'?", StringComparison.Ordinal) => "unknown option",
            _ when l.Contains("--fill must be", StringComparison.Ordinal) => "fill",
            _ when l.Contains("--seed must be", StringComparison.Ordinal) => "seed",
            _ when l.Contains("later than --from", StringComparison.Ordinal) => "span",
            _ when l.Contains("'mode'", StringComparison.Ordinal) => "mode",
            _ => l,
        }));
        Assert.Equal("", shell.Out);
        Assert.Null(shell.Seen);
    }

    [Theory]
    [InlineData("missing_argument", "backtest")]
    [InlineData("missing_argument", "import", "a.csv")]
    [InlineData("missing_value", "backtest", "a.js", "--seed")]
    [InlineData("missing_value", "backtest", "a.js", "--data", "--together")]
    [InlineData("bad_arguments", "backtest", "a.js", "--seed", "1", "--seed", "2")]
    [InlineData("missing_command")]
    [InlineData("unknown_command", "backtset", "a.js")]
    [InlineData("unknown_command", "data", "inof")]
    [InlineData("unknown_option", "backtest", "a.js", "--data", "x.csv", "--slipage=2bp")]
    public void WrongCommandLine_ListsTheProblem(string rule, params string[] tokens)
    {
        var shell = new Shell();

        Assert.Equal(ExitCode.BadInput, shell.Run([.. tokens, "--json"]));
        Assert.Equal(rule, Assert.Single(shell.Document.GetProperty("errors").EnumerateArray()).GetProperty("rule").GetString());
    }

    [Fact]
    public void UnknownCommand_NamesTheNearest()
    {
        var shell = new Shell();
        shell.Run("backtset");

        Assert.Contains("Did you mean 'backtest'?", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_ShowsOnlyWhatThisBuildCanDo()
    {
        var shell = new Shell();

        Assert.Equal(ExitCode.Ok, shell.Line(new CommandHandlers { Check = new Nothing() }).Run(["--help"], CancellationToken.None));

        Assert.Contains("check", shell.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("backtest <", shell.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("import", shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingAsked_ShowsTheHelp()
    {
        var (asked, help) = (new Shell(), new Shell());

        Assert.Equal(ExitCode.Ok, asked.Run());

        help.Run("--help");
        Assert.Equal(help.Out, asked.Out);
        Assert.Contains("backtest", asked.Out, StringComparison.Ordinal);
        Assert.Equal("", asked.Error);
    }

    [Fact]
    public void HelpOfBacktest_NamesEveryOption()
    {
        var shell = new Shell();
        shell.Run("backtest", "--help");

        Assert.All(
            ["--data", "--symbol", "--from", "--to", "--set", "--config", "--fill", "--limit", "--slippage", "--seed", "--engine",
                "--together", "--out", "--json"],
            option => Assert.Contains(option + " ", shell.Out, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_IsTheOnlyThingOnStdout()
    {
        var shell = new Shell
        {
            Work = (_, _) => new CommandOutcome { Warnings = ["careful"], Json = w => w.WriteNumberValue(7), Text = t => t.Line("seven") },
        };

        Assert.Equal(ExitCode.Ok, shell.Run("check", "a.js", "--json"));
        Assert.Equal("7", shell.Out.Trim());
        Assert.Contains("careful", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_GoesToStdout_WithoutJson()
    {
        var shell = new Shell { Work = (_, _) => new CommandOutcome { Json = w => w.WriteNumberValue(7), Text = t => t.Line("seven") } };
        shell.Run("check", "a.js");

        Assert.Equal("seven", shell.Out.Trim());
    }

    [Fact]
    public void ErrorsOfTheWork_AreOneDocument_WithThePlaceInCamelCase()
    {
        var error = new Error { File = "a.js", Line = 3, Column = 5, Rule = "syntax", Message = "wrong" };
        var shell = new Shell { Work = (_, _) => CommandOutcome.Failed([error]) };

        Assert.Equal(ExitCode.BadInput, shell.Run("check", "a.js", "--json"));
        Assert.Equal("""{"errors":[{"file":"a.js","line":3,"column":5,"rule":"syntax","message":"wrong"}]}""",
            JsonSerializer.Serialize(shell.Document));
        Assert.Equal("error: a.js:3:5: wrong", shell.Error.Trim());
    }

    /// <summary>Such as a log on a full disk that cannot be closed: it looked like an obedient end, and nobody heard of it.</summary>
    [Fact]
    public void Bug_OnTheWayOut_IsNoInterruption()
    {
        using var signal = new CancellationTokenSource();
        var shell = new Shell
        {
            Work = (_, _) =>
            {
                signal.Cancel();
                throw new IOException("no space");
            },
        };

        Assert.Throws<IOException>(() => shell.Run(signal.Token, "emulate"));
    }

    [Fact]
    public void ServingCommand_ThatHasStopped_IsNotWaitedForWhileItPutsThingsAway()
    {
        using var signal = new CancellationTokenSource();
        using var end = new ManualResetEventSlim();
        var shell = new Shell
        {
            Work = (context, _) =>
            {
                context.Ready(new Uri("http://127.0.0.1:1"));
                signal.Cancel();
                context.Settled(new CommandOutcome());
                end.Wait(CancellationToken.None);
                return new CommandOutcome();
            },
        };

        Assert.Equal(ExitCode.Ok, shell.Run(signal.Token, "emulate"));
        end.Set();
    }

    [Fact]
    public void Signal_CutsTheCommandShort_With130()
    {
        using var signal = new CancellationTokenSource();
        var shell = new Shell
        {
            Work = (_, cancellation) =>
            {
                signal.Cancel();
                cancellation.ThrowIfCancellationRequested();
                return new CommandOutcome();
            },
        };

        Assert.Equal(ExitCode.CutShort, shell.Run(signal.Token, "backtest", "a.js", "--json"));
        Assert.Equal("interrupted", shell.Document.GetProperty("errors")[0].GetProperty("rule").GetString());
        Assert.Equal(130, (int)ExitCode.CutShort);
    }

    [Fact]
    public void Bug_ShowsOneLine_AndKeepsTheDetailsInAFile()
    {
        var shell = new Shell { Work = (_, _) => throw new InvalidOperationException("inner detail") };
        var bug = Assert.Throws<InvalidOperationException>(() => shell.Run("check", "a.js"));

        Assert.Equal(ExitCode.Bug, shell.Line(new CommandHandlers()).ShowBug(bug, json: false));

        var line = Assert.Single(shell.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("inner detail", line, StringComparison.Ordinal);
        var file = line[(line.IndexOf("Details: ", StringComparison.Ordinal) + 9)..].Trim();
        Assert.Contains("inner detail", File.ReadAllText(file), StringComparison.Ordinal);
        File.Delete(file);
    }

    private sealed class Nothing : ICommandHandler<CheckArguments>
    {
        public CommandOutcome Run(CheckArguments arguments, CommandContext context, CancellationToken cancellation) => new();
    }
}
