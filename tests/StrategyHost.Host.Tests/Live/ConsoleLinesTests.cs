using Serilog;
using StrategyHost.Host.Live;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Tests.Live;

/// <summary>Lines of the log fit the terminal, and are whole in files and pipes.</summary>
public sealed class ConsoleLinesTests
{
    private const string Long = "s buy BTCUSDT: beyond_stop the entry at 53996 is beyond the position's stop 53000, so that it would have none";

    [Fact]
    public void Pipe_gets_the_message_as_one_line() => Assert.Equal(Long, Only(Said(new StreamTraits(false, false), 80, Long))[13..]);

    [Fact]
    public void Terminal_gets_lines_between_words_below_their_own_beginning()
    {
        var lines = Said(new StreamTraits(true, false), 80, Long);

        Assert.Equal(2, lines.Length);
        Assert.All(lines, l => Assert.InRange(l.Length, 1, 80));
        Assert.Equal(Long, string.Join(' ', lines.Select(l => l[13..])));
        Assert.StartsWith(new string(' ', 13), lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(20)] // too narrow to be laid out: the terminal breaks it
    public void Terminal_that_is_wide_or_very_narrow_gets_it_whole(int width) =>
        Assert.Equal(Long, Only(Said(new StreamTraits(true, false), width, Long))[13..]);

    [Fact]
    public void Long_word_is_not_torn_so_that_it_can_be_copied()
    {
        var path = "/a/path/" + new string('x', 100);

        var lines = Said(new StreamTraits(true, false), 80, $"see {path} for more");

        Assert.Equal(["see", path, "for more"], lines.Select(l => l[13..]));
    }

    [Fact]
    public void Code_frame_stays_as_it_is()
    {
        var frame = "  3 | " + new string('y', 90) + "\n    |    ^";

        var lines = Said(new StreamTraits(true, false), 80, "faulted: s.js:3:5: Error: bad\n" + frame);

        Assert.Equal(frame, string.Join('\n', lines[1..]));
    }

    [Theory]
    [InlineData(true, "\u001b[33mWRN\u001b[0m text")]
    [InlineData(false, "WRN text")]
    public void Warnings_have_a_colour_where_colours_are_wanted(bool hasColour, string end)
    {
        using var writer = new StringWriter();
        using var logger = new LoggerConfiguration().WriteTo.Sink(new ConsoleLines(writer, new StreamTraits(true, hasColour), () => 80)).CreateLogger();
        logger.Warning("text");

        Assert.EndsWith(" " + end + "\n", writer.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_and_names_have_no_quotes_and_the_time_is_utc()
    {
        using var writer = new StringWriter();
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(9));
        var (template, values) = Bound("{Account} {Side} {Quantity} {Entries}", "main", StrategyHost.Core.Domain.Side.Buy, 0.1m, new[] { "a", "b" });

        new ConsoleLines(writer, new StreamTraits(false, false), () => 80)
            .Emit(new Serilog.Events.LogEvent(at, Serilog.Events.LogEventLevel.Error, null, template, values));

        Assert.Equal("18:04:05 ERR main Buy 0.1 [\"a\", \"b\"]", writer.ToString().TrimEnd());
    }

    private static (Serilog.Events.MessageTemplate Template, IEnumerable<Serilog.Events.LogEventProperty> Values) Bound(
        string template, params object[] values)
    {
        using var logger = new LoggerConfiguration().CreateLogger();
        Assert.True(logger.BindMessageTemplate(template, values, out var parsed, out var bound));
        return (parsed, bound);
    }

    private static string[] Said(StreamTraits screen, int width, string text)
    {
        using var writer = new StringWriter();
        using var logger = new LoggerConfiguration().WriteTo.Sink(new ConsoleLines(writer, screen, () => width)).CreateLogger();
        logger.Information("{Text}", text);
        return writer.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }

    private static string Only(string[] lines) => Assert.Single(lines);
}
