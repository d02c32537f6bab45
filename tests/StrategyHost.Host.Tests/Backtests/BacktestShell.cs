using System.Text.Json;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Tests.Backtests;

/// <summary>The real commands in this process, with their output caught and files in a folder of their own.</summary>
internal sealed class BacktestShell : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("strategyhost-test-").FullName;
    public string Error { get; private set; } = "";
    public string Out { get; private set; } = "";

    public ExitCode Run(params string[] tokens) => Run(new StringWriter(), new StringWriter(), tokens);

    /// <summary>Both outputs go to one place, as on a terminal: their order can be looked at in <see cref="Out"/>.</summary>
    public ExitCode RunAsOne(params string[] tokens)
    {
        var screen = new StringWriter();
        return Run(screen, screen, tokens);
    }

    private ExitCode Run(StringWriter output, StringWriter error, string[] tokens)
    {
        var traits = new StreamTraits(IsTerminal: false, HasColour: false);
        var line = new CommandLine(
            Composition.Handlers(), new HostConsole(output, error, traits, traits, TimeProvider.System), new Dictionary<string, string>());
        var code = line.Run(tokens, CancellationToken.None);
        (Out, Error) = (output.ToString(), error.ToString());
        return code;
    }

    /// <summary>Runs with <c>--json</c> and gives the one document.</summary>
    public (ExitCode Code, JsonElement Document) Json(params string[] tokens)
    {
        var code = Run([.. tokens, "--json"]);
        using var document = JsonDocument.Parse(Out);
        return (code, document.RootElement.Clone());
    }

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
