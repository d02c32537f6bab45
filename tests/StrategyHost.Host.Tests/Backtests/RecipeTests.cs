using System.Text.Json;
using System.Text.RegularExpressions;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Backtests;

/// <summary>Every strategy printed in engine/docs/recipes.md runs as it stands there, and does what its text says.</summary>
public sealed class RecipeTests
{
    private static readonly Dictionary<string, string> Recipes = Regex
        .Matches(File.ReadAllText(Path.Combine(SharedFolder.Repository, "engine", "docs", "recipes.md")), "^```js (\\S+)\n(.*?)^```$",
            RegexOptions.Singleline | RegexOptions.Multiline)
        .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    [Fact]
    public void Every_recipe_has_a_test() => Assert.Equal(
        ["breakeven.js", "flip.js", "ladder.js", "order_book.js", "pyramiding.js", "trail.js"], Recipes.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("trail.js", "trailing_stop")]
    [InlineData("ladder.js", "take_profit")]
    [InlineData("breakeven.js", "breakeven")]
    [InlineData("pyramiding.js", "trailing_stop")]
    [InlineData("order_book.js", "signal")]
    [InlineData("flip.js", "signal")]
    public void Recipe_trades_on_both_accounts_and_ends_as_it_says(string name, string exit)
    {
        using var shell = new BacktestShell();
        var run = Run(shell, name);

        foreach (var account in run.GetProperty("accounts").EnumerateArray())
        {
            Assert.NotEqual(0, account.GetProperty("exitReasons").GetProperty(exit).GetInt32());
            Assert.Equal(0, account.GetProperty("coverage").GetProperty("nakedMs").GetInt64());
        }
    }

    [Fact]
    public void Pyramid_has_three_entries_in_one_trade_and_no_more()
    {
        using var shell = new BacktestShell();
        Run(shell, "pyramiding.js");

        var open = 0;
        var most = 0;
        foreach (var (role, _) in MainOrders(shell))
        {
            open = role == "entry" ? open + 1 : 0;
            most = Math.Max(most, open);
        }

        Assert.Equal(3, most);
    }

    [Fact]
    public void Order_book_entries_are_makers()
    {
        using var shell = new BacktestShell();
        Run(shell, "order_book.js");

        var types = MainOrders(shell).Where(o => o.Role == "entry").Select(o => o.Type).ToList();
        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.Equal("limit", type));
    }

    private static JsonElement Run(BacktestShell shell, string name)
    {
        var script = shell.Write(name, Recipes[name]);
        var (code, document) = shell.Json("backtest", script, "--engine", "jint", "--out", Path.Combine(shell.Folder, "out"));
        Assert.True(code == ExitCode.Ok, shell.Error);
        return document;
    }

    /// <summary>Role and type of main's orders that filled, in their order.</summary>
    private static IEnumerable<(string Role, string Type)> MainOrders(BacktestShell shell)
    {
        var lines = File.ReadAllLines(Path.Combine(shell.Folder, "out", "orders.csv"));
        var head = lines[0].Split(',').ToList();
        return lines.Skip(1).Select(l => l.Split(','))
            .Where(c => c[head.IndexOf("account")] == "main" && c[head.IndexOf("status")] == "filled")
            .Select(c => (c[head.IndexOf("role")], c[head.IndexOf("type")]));
    }
}
