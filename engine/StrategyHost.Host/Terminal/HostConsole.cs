using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Terminal;

/// <summary>Whether a stream is looked at by a person, and whether colours are wanted.</summary>
internal sealed record StreamTraits(bool IsTerminal, bool HasColour);

/// <summary>
/// The process's two outputs. stdout: results, or the one JSON document. stderr: errors, warnings, progress. Nothing else in the program
/// writes to either.
/// </summary>
internal sealed class HostConsole
{
    /// <summary>Read by programs and people, never by a browser: no need to escape quotes and signs beyond ASCII.</summary>
    private static readonly JsonWriterOptions JsonForm = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _say = new();
    private readonly TimeProvider _time;

    public HostConsole(TextWriter output, TextWriter error, StreamTraits outputTraits, StreamTraits errorTraits, TimeProvider time)
    {
        (Out, Error, ErrorTraits, _time) = (output, error, errorTraits, time);
        Text = new TextOutput(Ansi(output, outputTraits), output, outputTraits.IsTerminal);
    }

    /// <summary>What a person or a program types; nothing where a test gives nothing.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Somebody types, so that a prompt is wanted.</summary>
    public bool IsPrompted { get; init; }

    public TextWriter Out { get; }
    public TextWriter Error { get; }

    /// <summary>What stderr is.</summary>
    public StreamTraits ErrorTraits { get; }
    public TextOutput Text { get; }

    /// <summary>Standard output and error of this process. NO_COLOR (any value that is not empty) and TERM=dumb turn colours off.</summary>
    public static HostConsole OfProcess(IReadOnlyDictionary<string, string> environment)
    {
        var hasColour = environment.GetValueOrDefault("NO_COLOR", "").Length == 0;
        var isDumb = environment.GetValueOrDefault("TERM", "") is "dumb" or "";
        return new HostConsole(Console.Out, Console.Error, TraitsOf(Console.IsOutputRedirected), TraitsOf(Console.IsErrorRedirected),
            TimeProvider.System)
        {
            In = Console.In,
            IsPrompted = !Console.IsInputRedirected && !Console.IsOutputRedirected,
        };

        StreamTraits TraitsOf(bool isRedirected) => new(!isRedirected && !isDumb, !isRedirected && !isDumb && hasColour);
    }

    public IProgressReporter NewProgress() =>
        new ProgressReporter(_time, ErrorTraits.IsTerminal ? new BarProgressView(Ansi(Error,
            ErrorTraits)) : new PlainProgressView(Error));

    /// <summary>A line of a command that is still at work; lines of several threads stay whole.</summary>
    public void Say(string text)
    {
        lock (_say)
        {
            foreach (var line in Broken(text))
            {
                Error.WriteLine(line);
            }
        }
    }

    /// <summary>A line of stdin, after a prompt where somebody types; with JSON the one document is all that stdout gets.</summary>
    public string? ReadLine(bool json)
    {
        if (IsPrompted && !json)
        {
            Out.Write("> ");
            Out.Flush();
        }

        return In.ReadLine();
    }

    /// <summary>Where nothing was typed behind the prompt, what follows begins on a line of its own.</summary>
    public void EndPrompt(bool json, Task<string?> line)
    {
        if (IsPrompted && !json && !(line.IsCompletedSuccessfully && line.Result is not null))
        {
            Tell("");
        }
    }

    /// <summary>A line of a command that is talked with.</summary>
    public void Tell(string text)
    {
        Out.WriteLine(text);
        Out.Flush();
    }

    public void Warning(string text) => Say("warning: " + text);

    public void Errors(IReadOnlyList<Error> errors)
    {
        foreach (var error in errors)
        {
            Say("error: " + error);
        }
    }

    /// <summary>
    /// On a terminal the first line is broken between words. Those behind it are of code, with a mark under a column, and stay as they are.
    /// </summary>
    private IEnumerable<string> Broken(string text)
    {
        var first = text.IndexOf('\n', StringComparison.Ordinal);
        return !ErrorTraits.IsTerminal ? [text]
            : first < 0 ? TableLayout.Wrap(text, Ansi(Error, ErrorTraits).Profile.Width)
            : [.. TableLayout.Wrap(text[..first], Ansi(Error, ErrorTraits).Profile.Width), text[(first + 1)..]];
    }

    /// <summary>The one line on stdout of a command that serves: <c>ready http://127.0.0.1:PORT</c>, or the same as JSON.</summary>
    public void Ready(Uri address, bool json)
    {
        var url = address.GetLeftPart(UriPartial.Authority);
        Out.WriteLine(json ? $"{{\"ready\":\"{url}\"}}" : "ready " + url);
        Out.Flush();
    }

    /// <summary>Exactly one document and a line feed. It is complete before the first byte leaves, so that a failure leaves none.</summary>
    public void Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonForm))
        {
            write(writer);
        }

        Out.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
        Out.Flush();
    }

    private static IAnsiConsole Ansi(TextWriter writer, StreamTraits traits)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = traits.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = traits.HasColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = traits.IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = traits.IsTerminal ? Math.Min(TextOutput.WidthMax, console.Profile.Width) : TextOutput.WidthMax;
        return console;
    }
}
