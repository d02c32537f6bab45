using Spectre.Console;
using StrategyHost.Host.Terminal;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Tests.Views;

/// <summary>Tables for people: 80 columns, and no symbol, number or heading is torn.</summary>
public sealed class ViewTextTests
{
    [Fact]
    public void Positions_fit_with_whole_words()
    {
        var row = new PositionRow
        {
            Symbol = "BTCUSDT",
            Side = "short",
            Size = "0.125",
            EntryPrice = "60024.77123456",
            MarkPrice = "60025.4",
            UnrealisedPnl = "-1234.06291234",
            StopPrice = "59424.6",
            Strategy = "breakout",
            OpenedAt = null,
            ConditionalUsed = 2,
            ConditionalLimit = 10,
        };
        var lines = Lines(t => ViewText.Positions(t, new Document<PositionsBlock>("host", "t", [new PositionsBlock("main", [row])])));

        Assert.All(lines, l => Assert.InRange(l.Length, 0, 80));
        Assert.Contains(lines, l => Words(l).SequenceEqual(["symbol", "position", "entry", "mark", "profit", "stop", "strategy"]));
        Assert.Contains(
            lines, l => Words(l).SequenceEqual(["BTCUSDT", "short", "0.125", "60024.7712", "60025.4", "-1234.06", "59424.6", "breakout"]));
        Assert.Contains("  BTCUSDT: 2 of 10 conditional orders used", lines);
    }

    [Fact]
    public void Drift_reasons_wrap_at_words()
    {
        var drift = new DriftRow("BTCUSDT", "long", "0.1", "0.5", "0.05", "0", "-0.05", "skipped: insufficient_margin");
        var block = new PositionsBlock("mirror", []) { MirrorDrift = [drift] };
        var lines = Lines(t => ViewText.Positions(t, new Document<PositionsBlock>("host", "t", [block])));

        Assert.All(lines, l => Assert.InRange(l.Length, 0, 80));
        Assert.Contains(lines, l => Words(l).Contains("insufficient"));
        Assert.Contains(lines, l => Words(l).Contains("margin"));
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Lines(Action<TextOutput> show)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = TextOutput.WidthMax;
        show(new TextOutput(console, output, isTerminal: true));
        return [.. output.ToString().Split('\n').Select(l => l.TrimEnd())];
    }
}
