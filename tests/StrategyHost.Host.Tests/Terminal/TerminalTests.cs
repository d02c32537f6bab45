using StrategyHost.Host.Terminal;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Terminal;

/// <summary>Tables and progress, as plain text and in time that the test sets.</summary>
public sealed class TerminalTests
{
    private static readonly StreamTraits Plain = new(false, false);

    [Fact]
    public void Table_FitsEightyColumns_AndIsPlain_WhereTheOutputIsNoTerminal()
    {
        using var output = new StringWriter();
        var console = new HostConsole(output, TextWriter.Null, Plain, Plain, TimeProvider.System);
        var longText = string.Join(' ', Enumerable.Repeat("word", 60));

        console.Text.Table(new TableBlock("main [EUR]", [new TableColumn("Name"), new TableColumn("Value", IsNumber: true)],
            [["note", longText], ["[x]", "1"]]));

        var lines = output.ToString().Split('\n').Select(l => l.TrimEnd()).ToList();
        Assert.Equal("main [EUR]", lines[0]);
        Assert.All(lines, l => Assert.True(l.Length <= 80, l));
        Assert.DoesNotContain('\u001b', output.ToString());
        Assert.Contains("[x]", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(60, output.ToString().Split("word").Length - 1);
    }

    [Theory]
    [InlineData("NO_COLOR", "1")]
    [InlineData("TERM", "dumb")]
    public void Process_WithoutColours_GivesAConsole(string name, string value) =>
        Assert.NotNull(HostConsole.OfProcess(new Dictionary<string, string> { [name] = value }));

    [Fact]
    public void Progress_ShowsNothing_ForWorkUnderTwoSeconds()
    {
        var time = new ManualTime();
        using var output = new StringWriter();
        using (var progress = new ProgressReporter(time, new PlainProgressView(output)))
        {
            progress.Report(50, 100, "events");
            time.Advance(TimeSpan.FromSeconds(1.9));
            progress.Report(100, 100, "events");
        }

        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void Progress_OnAPipe_IsALineEachFiveSeconds_WithRateAndTimeToGo()
    {
        var time = new ManualTime();
        using var output = new StringWriter();
        using var progress = new ProgressReporter(time, new PlainProgressView(output));

        progress.Report(2_000_000, 8_000_000, "events");
        time.Advance(TimeSpan.FromSeconds(2));
        progress.Report(3_500_000, 8_000_000, "events");
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(
            ["25 % of 8,000,000 events, 1.0 M events/s, 00:00:06 to go", "44 % of 8,000,000 events, 500.0 k events/s, 00:00:09 to go"],
            output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim()));
    }

    [Fact]
    public void Progress_OfANewUnit_CountsItsRateFromThen()
    {
        var time = new ManualTime();
        using var output = new StringWriter();
        using var progress = new ProgressReporter(time, new PlainProgressView(output));

        progress.Report(1, 2, "files");
        time.Advance(TimeSpan.FromSeconds(1));
        progress.Report(0, 100, "events");
        progress.Report(10, 100, "events");
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("10 % of 100 events, 10 events/s, 00:00:09 to go", output.ToString().Trim());
    }

    [Fact]
    public void Progress_OfTheNextFile_CountsItsRateFromThen()
    {
        var time = new ManualTime();
        using var output = new StringWriter();
        using var progress = new ProgressReporter(time, new PlainProgressView(output));

        progress.Report(100, 100, "events");
        time.Advance(TimeSpan.FromSeconds(1));
        progress.Report(0, 100, "events");
        progress.Report(10, 100, "events");
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("10 % of 100 events, 10 events/s, 00:00:09 to go", output.ToString().Trim());
    }

    [Fact]
    public void Progress_OfUnknownTotal_SaysNoTimeToGo() =>
        Assert.Equal("30 events, 10 events/s, --:--:-- to go", new ProgressSnapshot(30, 0, "events", TimeSpan.FromSeconds(3)).ToString());

    [Fact]
    public void Bar_ShowsUnitAndRate_OnATerminal()
    {
        using var output = new StringWriter();
        var console = Spectre.Console.AnsiConsole.Create(new Spectre.Console.AnsiConsoleSettings
        {
            Ansi = Spectre.Console.AnsiSupport.Yes,
            ColorSystem = Spectre.Console.ColorSystemSupport.NoColors,
            Interactive = Spectre.Console.InteractionSupport.Yes,
            Out = new Spectre.Console.AnsiConsoleOutput(output),
        });
        console.Profile.Width = 80;
        using (var view = new BarProgressView(console))
        {
            view.Show(new ProgressSnapshot(500, 1000, "events", TimeSpan.FromSeconds(5)));
        }

        Assert.Contains("100 events/s", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("ETA 00:00:05", output.ToString(), StringComparison.Ordinal);
    }
}
