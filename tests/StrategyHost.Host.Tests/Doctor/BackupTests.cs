using System.Text.Json;
using StrategyHost.Host.Tests.Live;

namespace StrategyHost.Host.Tests.Doctor;

/// <summary>The command <c>backup</c> as a process, beside a running host and without one; and a host that goes on from the copy.</summary>
public sealed class BackupTests : IDisposable
{
    private const string Busy = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 300 }; }
        function on_timer(time, ctx) {
          if (!ctx.position && ctx.orders.length === 0) { return { action: 'buy', quantity: 0.1, stop_loss_percent: 5 }; }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-backup-").FullName;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task Copy_beside_a_running_host_is_whole_and_a_host_goes_on_from_it()
    {
        var config = Configure();
        var copy = Path.Combine(_folder, "copy");
        await using (var host = HostProcess.Start("run", "--config", config))
        {
            await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
            var (code, text, error) = await HostProcess.RunAsync("backup", "--out", copy, "--json", "--config", config);
            Assert.True(code == 0, error);
            var manifest = JsonDocument.Parse(text).RootElement;
            Assert.True(manifest.GetProperty("whileRunning").GetBoolean());
            var names = manifest.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("name").GetString()).ToArray();
            Assert.All(
                (string[])["config.json", "exchange.db", "journal-host.db", "journal-main.db", "journal-mirror.db"], f => Assert.Contains(f, names));
            Assert.Equal(names.Append("backup.json").Order(), Directory.GetFiles(copy).Select(f => Path.GetFileName(f)).Order());
            await host.KillAsync();
        }

        var (again, _, why) = await HostProcess.RunAsync("backup", "--out", copy, "--config", config);
        Assert.Equal(2, again);
        Assert.Contains("not empty", why, StringComparison.Ordinal);

        await using var second = HostProcess.Start("run", "--config", config, "--data", copy);
        await second.ReadyAsync();
        await second.LogAllAsync("main recovered 1 plans", "mirror recovered 1 plans");
        await second.KillAsync();
    }

    [Fact]
    public async Task Damaged_file_is_said_and_no_copy_is_left()
    {
        var config = Configure();
        await using (var host = HostProcess.Start("run", "--config", config))
        {
            await host.ReadyAsync();
            Assert.Equal(0, await host.StopAsync());
        }

        DamagedJournal.Make(Path.Combine(Data, "journal-host.db"));
        var (code, text, error) = await HostProcess.RunAsync("backup", "--out", Path.Combine(_folder, "copy"), "--config", config);
        Assert.Equal((2, ""), (code, text));
        Assert.Contains("journal-host.db", error, StringComparison.Ordinal);
        Assert.Equal(["data"], Directory.GetDirectories(_folder).Select(d => Path.GetFileName(d)));

        (code, _, error) = await HostProcess.RunAsync("backup", "--out", Path.Combine(_folder, "copy"), "--data", _folder);
        Assert.Equal(2, code);
        Assert.Contains("no data of a host", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Configure()
    {
        var file = Path.Combine(_folder, "busy.js");
        File.WriteAllText(file, Busy);
        var config = Path.Combine(_folder, "config.json");
        File.WriteAllText(config, $$"""
            { "mode": "simulated", "dataDirectory": {{JsonSerializer.Serialize(Data)}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(file)}} }] }
            """);
        return config;
    }
}
