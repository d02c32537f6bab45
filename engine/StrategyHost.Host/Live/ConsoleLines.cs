using System.Globalization;
using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Live;

/// <summary>
/// The log for people, on stderr: <c>HH:mm:ss LVL text</c>, in UTC. A file or a pipe gets each message as one line. On a terminal a message
/// that is wider than it goes on below its own beginning, broken between words; a word that is too long is left to the terminal, so that it
/// can be copied. What stands behind a line feed (frames of code with a mark under a column, stack traces) stays as it is.
/// </summary>
internal sealed class ConsoleLines(TextWriter writer, StreamTraits screen, Func<int> width) : ILogEventSink
{
    /// <summary>What stands in front of the text.</summary>
    private const int Margin = 13;

    /// <summary>Text in less room than this would be unreadable: the terminal may break it.</summary>
    private const int RoomMin = 30;
    private const int LevelAt = 9;
    private const int LevelWidth = 3;

    public void Emit(LogEvent logEvent)
    {
        var text = Text(logEvent);
        writer.Write(screen.IsTerminal ? Shown(text, logEvent.Level) : text); // at once: lines of threads stay whole
    }

    private static string Text(LogEvent logEvent)
    {
        var level = logEvent.Level switch
        {
            LogEventLevel.Verbose => "VRB",
            LogEventLevel.Debug => "DBG",
            LogEventLevel.Information => "INF",
            LogEventLevel.Warning => "WRN",
            LogEventLevel.Error => "ERR",
            LogEventLevel.Fatal => "FTL",
        };
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        text.Write(string.Create(CultureInfo.InvariantCulture, $"{logEvent.Timestamp.UtcDateTime:HH:mm:ss} {level} "));
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken named && logEvent.Properties.GetValueOrDefault(named.PropertyName) is ScalarValue
                {
                    Value: string or Enum,
                } word)
            {
                text.Write(word.Value); // without the quotes of other formats
            }
            else
            {
                token.Render(logEvent.Properties, text, CultureInfo.InvariantCulture);
            }
        }

        text.WriteLine();
        if (logEvent.Exception is { } exception)
        {
            text.WriteLine(exception);
        }

        return text.ToString();
    }

    private string Shown(string text, LogEventLevel level)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = Wrapped(text[..end].TrimEnd(), width() - Margin);
        var code = level switch { >= LogEventLevel.Error => 31, LogEventLevel.Warning => 33, _ => 0 };
        var after = LevelAt + LevelWidth;
        var first = screen.HasColour && code > 0
            ? $"{line[..LevelAt]}\u001b[{code}m{line[LevelAt..after]}\u001b[0m{line[after..]}" : line;
        return first + text[end..];
    }

    private static string Wrapped(string line, int room)
    {
        if (line.Length <= Margin + room || room < RoomMin)
        {
            return line;
        }

        var text = new StringBuilder(line[..Margin]);
        var used = 0;
        foreach (var word in line[Margin..].Split(' '))
        {
            if (used > 0 && used + 1 + word.Length > room)
            {
                text.Append('\n').Append(' ', Margin);
                used = 0;
            }
            else if (used > 0)
            {
                text.Append(' ');
                used++;
            }

            text.Append(word);
            used += word.Length;
        }

        return text.ToString();
    }
}
