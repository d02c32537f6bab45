using System.Text.Json;
using StrategyHost.Host.Tests.Alerts;
using StrategyHost.Host.Tests.Live;

namespace StrategyHost.Host.Tests.Doctor;

/// <summary>The command <c>doctor</c> as a process: what is well, what is not, and its exit code.</summary>
public sealed class DoctorTests : IDisposable
{
    private const string Never = "function settings() { return { symbols: ['BTCUSDT'], interval: '1m', stop_loss_percent: 1 }; }";
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-doctor-").FullName;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task Machine_without_a_host_is_looked_at_and_nothing_is_left_behind()
    {
        var (code, findings) = await RunAsync([], Configure("simulated", ""));
        Assert.True(code == 0, string.Join('\n', findings));
        Assert.Equal(
            ["configuration", "data directory", "disk space", "journals", "script engine", "strategies", "time zones", "running host",
                "exchange", "alerts", "heartbeat"],
            findings.Select(f => f.Check));
        Assert.DoesNotContain(findings, f => f.Level == "problem");
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task Exchange_keys_modes_and_ways_of_alerts_are_tried()
    {
        await using var stub = await AlertStub.StartAsync();
        await using var exchange = await EmulatedExchange.StartAsync();
        var config = Configure("demo", $$"""
            "endpoints": {{exchange.Endpoints}},
            "alerts": { "webhook": { "url": "{{stub.Address}}hook" }, "heartbeat": { "url": "{{stub.Address}}beat" },
              "telegram": { "chatIds": [77], "address": "{{stub.Address}}" } },
            """);
        Dictionary<string, string> keys = new(exchange.Keys) { ["TELEGRAM_BOT_TOKEN"] = AlertStub.Token };
        var (code, findings) = await RunAsync(keys, config, "--send-test");
        Assert.True(code == 0, string.Join('\n', findings));
        foreach (var (check, text) in (IEnumerable<(string, string)>)[
            ("clock", "the exchange's"), ("public stream", "answers"), ("private stream", "answers"), ("keys", "main: UID"), ("keys", "mirror: UID"),
            ("modes", "main: margin"), ("modes", "mirror: margin"), ("alerts", "knows the bot as a_bot"), ("alerts", "webhook took"),
            ("alerts", "telegram 77 took")])
        {
            Assert.Contains(findings, f => f.Check == check && f.Level == "ok" && f.Text.Contains(text, StringComparison.Ordinal));
        }

        Assert.Equal("test", stub.Hooks.Single().GetProperty("code").GetString());
        Assert.Equal(77, stub.Sent.Single().Chat);
        Assert.Equal(0, stub.Beats);
        Assert.DoesNotContain(
            (await exchange.GetAsync("/emulator/requests?account=test-main")).GetProperty("requests").EnumerateArray(),
            r => r.GetProperty("method").GetString() == "POST");

        keys["BYBIT_API_KEY_2"] = "test-main";
        keys["BYBIT_API_SECRET_2"] = "test-main-secret";
        keys["TELEGRAM_BOT_TOKEN"] = "1:wrong";
        (code, findings) = await RunAsync(keys, config);
        Assert.Equal(2, code);
        Assert.Contains(findings, f => f is { Check: "keys", Level: "problem" } && f.Text.Contains("belong to one account", StringComparison.Ordinal));
        Assert.Contains(findings, f => f is { Check: "alerts", Level: "problem" } && f.Text.Contains("does not know the bot", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, f => f.ToString().Contains("1:wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Running_host_is_asked_and_a_damaged_journal_is_a_problem()
    {
        var config = Configure("simulated", "");
        await using (var host = HostProcess.Start("run", "--config", config))
        {
            await host.ReadyAsync();
            var (beside, findings) = await RunAsync([], config);
            Assert.True(beside == 0, string.Join('\n', findings));
            Assert.Equal(["main", "mirror"], findings.Where(f => f.Check == "running host").Select(f => f.Text.Split(':')[0]));
            Assert.Contains(findings, f => f.Check == "journal-main.db" && f.Text.StartsWith("whole, ", StringComparison.Ordinal));
            Assert.Contains(findings, f => f.Check == "exchange.db" && f.Text.Contains("not looked into", StringComparison.Ordinal));
            Assert.Contains(findings, f => f.Check == "data directory" && f.Text.Contains($"process {host.ProcessId}", StringComparison.Ordinal));
            await host.KillAsync();
        }

        DamagedJournal.Make(Path.Combine(Data, "journal-main.db"));
        var (code, damaged) = await RunAsync([], config);
        Assert.Equal(2, code);
        Assert.Equal("journal-main.db", Assert.Single(damaged, f => f.Level == "problem").Check);
    }

    [Fact]
    public async Task Text_says_what_to_do_and_what_is_missing_is_a_problem()
    {
        var config = Configure("demo", "");
        var (code, text, _) = await HostProcess.RunAsync("doctor", "--config", config);
        Assert.Equal(2, code);
        Assert.Contains("problem  keys: the environment variable BYBIT_API_KEY is not set", text.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("2 problems", text, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed record Line(string Check, string Level, string Text);

    private static async Task<(int Code, Line[] Findings)> RunAsync(Dictionary<string, string> environment, string config, params string[] more)
    {
        var (code, text, error) = await HostProcess.RunAsync(environment, ["doctor", "--json", "--config", config, .. more]);
        Assert.True(text.Length > 0, error);
        return (code, [.. JsonDocument.Parse(text).RootElement.GetProperty("findings").EnumerateArray().Select(f => new Line(
            f.GetProperty("check").GetString()!, f.GetProperty("level").GetString()!, f.GetProperty("text").GetString()!))]);
    }

    private string Configure(string mode, string more)
    {
        var file = Path.Combine(_folder, "strategy.js");
        File.WriteAllText(file, Never);
        var config = Path.Combine(_folder, "config.json");
        File.WriteAllText(config, $$"""
            { "mode": "{{mode}}", "dataDirectory": {{JsonSerializer.Serialize(Data)}}, {{more}}
              "strategies": [{ "file": {{JsonSerializer.Serialize(file)}} }] }
            """);
        return config;
    }
}
