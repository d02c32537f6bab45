using Spectre.Console;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Operating;
using StrategyHost.Host.Terminal;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Tests.Operating;

/// <summary>What <c>rebalance</c> and <c>flatten</c> would do, for people: no line is wider than 80 columns, no id and no number is torn.</summary>
public sealed class PlanTextTests
{
    private const string Own = "S1MEBH9-000-0000001-C001M";
    private const string Foreign = "7b9a1a52-2d3c-4f7e-9b51-6a1c0e5d8f42";

    [Fact]
    public void Steps_fit_into_eighty_columns_with_whole_ids_and_numbers()
    {
        ActionRow[] actions =
        [
            Row("cancel", "1000PEPEUSDT", "a working order of a position that is to be closed must not open another one") with
            {
                OrderId = Foreign,
                Side = "sell",
                Quantity = "1234567.891",
                Price = "0.000012345",
            },
            Row("set_stop", "BTCUSDT", "the whole position has no stop") with { TriggerPrice = "63000.5" },
            Row("place", "BTCUSDT", "the second target") with { OrderLinkId = Own, Side = "sell", Quantity = "0.01", Price = "66000" },
            Row("close", "ETHUSDT", "") with { Side = "sell", Quantity = "0.5" },
        ];

        var lines = Shown(new PlanBlock { Account = "main", Applied = false, Done = false, Actions = actions }).Split('\n');

        Assert.All(lines, l => Assert.InRange(l.TrimEnd().Length, 0, 80));
        var whole = lines.Select(l => l.TrimEnd()).ToArray();
        Assert.Equal("main: 4 steps to do", whole[0]);
        Assert.Contains("  cancel sell 1234567.891 1000PEPEUSDT, price 0.000012345", whole);
        Assert.Contains("  set_stop BTCUSDT, trigger 63000.5", whole);
        Assert.Contains($"      {Own}: the second target", whole);
        Assert.Contains(whole, l => l.StartsWith($"      {Foreign}: ", StringComparison.Ordinal));
        Assert.Contains("  close sell 0.5 ETHUSDT", whole);
        Assert.Contains("  main: a dry run, nothing was sent; --apply carries it out", whole);
    }

    [Fact]
    public void What_is_left_and_what_was_refused_is_said()
    {
        var text = Shown(new PlanBlock
        {
            Account = "mirror",
            Applied = true,
            Done = false,
            Actions = [],
            Left = [Row("close", "BTCUSDT", "it is open still")],
            Refused = ["110007 not enough"],
        });

        Assert.Contains("mirror: 1 step LEFT", text, StringComparison.Ordinal);
        Assert.Contains("refused: 110007 not enough", text, StringComparison.Ordinal);
        Assert.Contains("NOT DONE", text, StringComparison.Ordinal);
    }

    private static ActionRow Row(string action, string symbol, string why) => new()
    {
        Action = action,
        Symbol = symbol,
        Why = why,
    };

    private static string Shown(PlanBlock block)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = TextOutput.WidthMax;
        PlanText.Show(new TextOutput(console, output, isTerminal: true), new Document<PlanBlock>("journal", "t", [block]), OperatorOrder.Rebalance);
        return output.ToString();
    }
}
