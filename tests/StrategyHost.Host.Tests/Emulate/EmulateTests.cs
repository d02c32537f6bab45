using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using StrategyHost.Host.Tests.Live;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Emulate;

/// <summary>The emulator as users start it, judged by clients that nobody here wrote.</summary>
public sealed class EmulateTests
{
    private static readonly TimeSpan ScriptPatience = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task Emulate_says_where_it_is_answers_and_leaves_quietly_on_a_signal()
    {
        await using var emulate = HostProcess.Start("emulate", "--port", "0", "--seed", "3");
        var address = await emulate.ReadyAsync();
        using var http = new HttpClient();

        using var health = JsonDocument.Parse(await http.GetStringAsync(new Uri(address, "/health")));
        var watch = Stopwatch.StartNew();
        var code = await emulate.StopAsync();

        Assert.Equal("ok", health.RootElement.GetProperty("status").GetString());
        Assert.Equal("127.0.0.1", address.Host);
        Assert.Equal(0, code);
        Assert.Empty(await emulate.RestAsync());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}"); // open requests would hold it for 30
    }

    [Fact]
    public async Task Emulate_on_a_taken_port_fails_with_one_clear_line()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        var (code, output, error) = await HostProcess.RunAsync("emulate", "--port", $"{port}");

        Assert.Equal(2, code);
        Assert.Contains($"port {port} cannot be opened", output + error, StringComparison.Ordinal);
    }

    [NodeFact]
    public async Task Real_clients_are_content()
    {
        await using var emulate = HostProcess.Start("emulate", "--port", "0");
        var address = await emulate.ReadyAsync();

        var (code, output) = await RunAsync("node", NodeFactAttribute.RealClients, [("EMULATOR", Text(address))], "run.js");

        Assert.True(code == 0, output);
    }

    [NodeFact(shared: true)]
    public async Task Conformance_scenarios_pass()
    {
        await using var emulate = HostProcess.Start("emulate", "--port", "0");
        var address = await emulate.ReadyAsync();
        var copy = Directory.CreateTempSubdirectory("conformance");
        try
        {
            Copy(new DirectoryInfo(SharedFolder.Path("conformance")), copy);
            (string, string)[] target = [("BASE_HTTP", Text(address)), ("BASE_WS", $"ws://{address.Authority}")];

            var (code, output) = await RunAsync("bash", copy.FullName, target, "run.sh");

            Assert.True(code == 0, string.Join('\n', output.Split('\n').Where(l => !l.StartsWith("ok ", StringComparison.Ordinal))));
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    /// <summary>Both outputs and the exit code.</summary>
    private static async Task<(int Code, string Output)> RunAsync(
        string program, string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var run = await ProgramRun.OfAsync(start, ScriptPatience);
        return (run.Code, run.Output + run.Error);
    }

    /// <summary>Without the slash at its end.</summary>
    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (var file in from.GetFiles())
        {
            var target = Path.Combine(to.FullName, file.Name);
            using var source = file.OpenRead();
            using var copy = File.Create(target); // not File.Copy: the original may be read-only
            source.CopyTo(copy);
        }

        foreach (var folder in from.GetDirectories().Where(d => d.Name != "node_modules"))
        {
            Copy(folder, to.CreateSubdirectory(folder.Name));
        }
    }
}
