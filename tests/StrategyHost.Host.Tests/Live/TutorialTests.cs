using System.Text.RegularExpressions;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Live;

/// <summary>The files and commands of engine/docs/tutorial.md, in their order, in a folder of their own with the built program.</summary>
public sealed class TutorialTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tutorial-").FullName;
    private readonly List<string> _done = [];
    private EmulatedExchange? _exchange;
    private HostProcess? _host;

    [Fact]
    public async Task Every_file_and_command_works_in_its_order()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(SharedFolder.Repository, "engine", "docs", "tutorial.md"));
        foreach (Match block in Regex.Matches(page, "^```(js|json|sh) ?(\\S*)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline))
        {
            var (name, text) = (block.Groups[2].Value, block.Groups[3].Value);
            if (name.Contains('/', StringComparison.Ordinal))
            {
                Write(name, text);
            }
            else if (name.Length == 0)
            {
                foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    await DoAsync(line);
                }
            }
        }

        Assert.Equal(["check", "check", "check", "backtest", "backtest", "emulate", "run", "status", "positions", "orders", "verify"], _done);
    }

    private async Task DoAsync(string line)
    {
        var words = line.Split(' ');
        Assert.Equal("strategyhost", words[0]);
        string[] arguments = [.. words[1..].Select(w => w.Contains('/', StringComparison.Ordinal) ? Path.Combine(_folder, w) : w)];
        _done.Add(words[1]);
        switch (words[1])
        {
            case "emulate":
                _exchange = await EmulatedExchange.StartAsync();
                break;
            case "run":
                _host = HostProcess.Start([.. arguments, "--port", "0"]);
                await _host.ReadyAsync();
                break;
            default:
                string[] more = words[1] == "backtest" ? ["--out", Path.Combine(_folder, "out")] : [];
                var (code, output, error) = await HostProcess.RunAsync([.. arguments, .. more]);
                Assert.True(code == 0, $"{line}: {code}\n{output}\n{error}");
                Expect(words[1], output);
                break;
        }
    }

    /// <summary>What the page says that one sees.</summary>
    private void Expect(string command, string output)
    {
        switch (command)
        {
            case "check":
                Assert.Contains("No problem found.", output, StringComparison.Ordinal);
                Assert.Equal(_done.Count == 2, output.Contains("stop_required", StringComparison.Ordinal));
                break;
            case "backtest":
                Assert.Contains("report.html", output, StringComparison.Ordinal);
                break;
            default:
                Assert.Contains("main", output, StringComparison.Ordinal);
                Assert.Contains("mirror", output, StringComparison.Ordinal);
                break;
        }
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text
            .Replace("127.0.0.1:8787", _exchange?.Address.Authority ?? "127.0.0.1:8787", StringComparison.Ordinal)
            .Replace("\"data/", $"\"{_folder}/data/", StringComparison.Ordinal)
            .Replace("\"strategies/", $"\"{_folder}/strategies/", StringComparison.Ordinal));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_exchange is not null)
        {
            await _exchange.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
