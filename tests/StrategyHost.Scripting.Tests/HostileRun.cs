using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>
/// Writes the hostile scripts into a folder with traps for <c>require</c> around it and runs them in as few child processes as possible: a
/// process that dies is replaced by one that begins with the script it died in, so that no script answers for what an earlier one left
/// behind; a script that ends its own fresh process has the result <c>exit CODE</c> (<c>hung</c> where it had to be killed).
/// </summary>
public sealed class HostileRun : IAsyncLifetime
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), "strategyhost-hostile-" + Guid.NewGuid().ToString("N"));
    private readonly Dictionary<(string Engine, string Name), string> _results = [];

    internal string Result(string engine, string name) => _results.GetValueOrDefault((engine, name), "not run");

    public async Task InitializeAsync()
    {
        WriteFiles();
        var engines = JavaScriptCoreHere.Missing is null ? (string[])["javascriptcore", "jint"] : ["jint"];
        await Task.WhenAll(engines.Select(RunAsync));
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return Task.CompletedTask;
    }

    private async Task RunAsync(string engine)
    {
        var open = new Queue<string>(HostileScripts.All.Select(s => s.Name));
        while (open.Count > 0)
        {
            var files = open.Select(n => Path.Combine(_root, "strategy", n + ".js"));
            var child = await ChildProcess.RunAsync(["hostile", engine, .. files], silenceSeconds: 90);
            var ends = child.Lines.Where(l => l.StartsWith("END ", StringComparison.Ordinal)).Select(l => l["END ".Length..]).ToList();
            foreach (var end in ends)
            {
                var name = open.Dequeue();
                _results[(engine, name)] = end.StartsWith(name + " ", StringComparison.Ordinal) ? end[(name.Length + 1)..]
                    : "out of order: " + end;
            }

            if (open.Count > 0 && (ends.Count == 0 || child.ExitCode is null))
            {
                var how = child.ExitCode is { } code ? $"exit {code}" : "hung";
                _results[(engine, open.Dequeue())] = $"{how}: {child.ErrorText[..Math.Min(child.ErrorText.Length, 600)]}";
            }
        }
    }

    private void WriteFiles()
    {
        var folder = Path.Combine(_root, "strategy");
        Directory.CreateDirectory(Path.Combine(folder, "node_modules", "up"));
        Directory.CreateDirectory(Path.Combine(folder, "a-folder"));
        File.WriteAllText(Path.Combine(_root, "secret.js"), "exports.secret = 1;");
        File.WriteAllText(Path.Combine(folder, "node_modules", "up", "package.json"), """{ "main": "../../../secret.js" }""");
        File.WriteAllText(Path.Combine(folder, "late.js"), "exports.late = 1;");
        File.WriteAllText(Path.Combine(folder, "circle-a.js"), "exports.b = require('./circle-b.js');");
        File.WriteAllText(Path.Combine(folder, "circle-b.js"), "exports.a = require('./circle-a.js');");
        File.WriteAllText(Path.Combine(folder, "broken.js"), "var x = ;");
        File.WriteAllText(Path.Combine(folder, "broken.json"), "{ 'a': }");
        File.WriteAllText(Path.Combine(folder, "huge.js"), "//" + new string('x', 1_100_000));
        File.CreateSymbolicLink(Path.Combine(folder, "link.js"), "../secret.js");
        Directory.CreateSymbolicLink(Path.Combine(folder, "linked"), "..");
        Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules", "linked"), "../..");
        File.CreateSymbolicLink(Path.Combine(folder, "node_modules", "outside.js"), "../../secret.js");
        foreach (var script in HostileScripts.All)
        {
            File.WriteAllText(Path.Combine(folder, script.Name + ".js"), script.Script);
        }
    }
}
