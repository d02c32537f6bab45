using StrategyHost.Host.Tests.Backtests;
using StrategyHost.Host.Tests.Live;

namespace StrategyHost.Host.Tests.Authoring;

/// <summary>The command <c>new</c>: what it writes works as it stands.</summary>
public sealed class NewTests
{
    [Theory]
    [InlineData("auto")]
    [InlineData("jint")]
    public void New_strategy_passes_check_and_trades_at_once(string engine)
    {
        using var shell = new BacktestShell();
        var file = Path.Combine(shell.Folder, "first.js");

        Assert.Equal(ExitCode.Ok, shell.Run("new", Path.Combine(shell.Folder, "first")));

        Assert.True(shell.Run("check", file, "--engine", engine) == ExitCode.Ok, shell.Error);
        var (code, run) = shell.Json("backtest", file, "--engine", engine, "--out", Path.Combine(shell.Folder, "out"));
        Assert.Equal(ExitCode.Ok, code);
        Assert.All(run.GetProperty("accounts").EnumerateArray(), a => Assert.NotEqual(0, a.GetProperty("trades").GetInt32()));
    }

    [Fact]
    public void New_strategy_finds_its_typings_beside_it()
    {
        using var shell = new BacktestShell();

        shell.Run("new", Path.Combine(shell.Folder, "first.js"));

        foreach (var file in (string[])["first.js", "first.test.js"])
        {
            var lines = File.ReadAllLines(Path.Combine(shell.Folder, file));
            Assert.Equal("// @ts-check", lines[0]);
            var typings = lines[1].Split('"')[1];
            Assert.True(File.Exists(Path.Combine(shell.Folder, typings)), lines[1]);
        }
    }

    [Theory]
    [InlineData("first.js")]
    [InlineData("first.test.js")]
    public void New_touches_nothing_where_one_of_its_files_exists(string present)
    {
        using var shell = new BacktestShell();
        var file = shell.Write(present, "// mine");

        var (code, document) = shell.Json("new", Path.Combine(shell.Folder, "first"));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal("already_exists", document.GetProperty("errors")[0].GetProperty("rule").GetString());
        Assert.Equal([file], Directory.GetFiles(shell.Folder));
        Assert.Equal("// mine", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("1st")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData(".js")]
    [InlineData("")]
    public void Name_that_orders_and_files_cannot_carry_is_refused(string name)
    {
        using var shell = new BacktestShell();

        var (code, document) = shell.Json("new", Path.Combine(shell.Folder, name) + (name.Length == 0 ? "/" : ""));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal("bad_name", document.GetProperty("errors")[0].GetProperty("rule").GetString());
        Assert.Empty(Directory.GetFiles(shell.Folder));
    }

    [Fact]
    public async Task Built_program_lists_what_it_wrote()
    {
        using var shell = new BacktestShell();
        var name = Path.Combine(shell.Folder, "deep", "first");

        var (code, text, _) = await HostProcess.RunAsync("new", name);

        Assert.Equal(0, code);
        Assert.Contains("wrote " + name + ".js", text, StringComparison.Ordinal);
        Assert.Contains("strategyhost check " + name + ".js", text, StringComparison.Ordinal);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(shell.Folder, "deep")).Length);
    }
}
