using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Journal;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Tests.Live;

/// <summary>What a strategy remembers after the host was stopped, killed, or its journal damaged.</summary>
public sealed class StateRestartTests : IDisposable
{
    /// <summary>Counts; ES5, for both engines.</summary>
    private const string Counter = """
        var n = 0;
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 100 }; }
        function on_timer(time, ctx) { n++; ctx.log('count ' + n); }
        function on_start(ctx) { ctx.log('begins at ' + n); }
        function on_stop(ctx) { ctx.log('ends at ' + n); }
        function export_state() { return { n: n }; }
        function import_state(state) { n = state.n; }
        """;

    private static readonly StrategyId Id = new("counter");
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-state-").FullName;
    private readonly LogLines _log = new();

    private string Data => Path.Combine(_folder, "data");

    [Theory]
    [MemberData(nameof(StrategyMemoryTests.Engines), MemberType = typeof(StrategyMemoryTests))]
    public async Task Counter_goes_on_after_a_stop_where_it_was_and_after_a_kill_where_it_was_some_seconds_before(string engine)
    {
        int stopped;
        await using (var first = Start(engine))
        {
            Assert.Equal(0, Number(await first.LogAsync("begins at")));
            await first.LogAsync("count 3");
            var end = first.StopAsync();
            stopped = Number(await first.LogAsync("ends at"));
            Assert.Equal(0, await end);
        }

        int killed;
        await using (var second = Start(engine))
        {
            Assert.Equal(stopped, Number(await second.LogAsync("begins at"))); // on_stop is the last call
            var known = stopped + 70; // 7 s later: one interval has passed since the state at the start
            killed = Number(await second.LogAsync($"count {known}"));
            Assert.Equal(137, await second.StopAsync("KILL"));
        }

        await using var third = Start(engine);
        var began = Number(await third.LogAsync("begins at"));
        Assert.True(began > stopped && began <= killed + 20, $"stopped at {stopped}, killed about {killed}, began at {began}");
        await third.StopAsync();
    }

    [Fact]
    public async Task Damaged_or_oversized_state_is_refused_with_a_line_and_the_newest_is_taken()
    {
        Write("{\"n\":1}", "{\"n\":2}");
        Assert.Equal("{\"n\":2}", Read()?.Json);
        Assert.Empty(_log.Lines);
        Write(new string(' ', ScriptLimits.StateCharactersMax) + "3");
        Assert.Null(Read());
        Assert.Contains("more than 4000000 characters", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Write("{\"n\":4}");
        using (var file = new SqliteConnection($"Data Source={JournalFile.PathOf(Data, "host")};Pooling=False"))
        {
            await file.OpenAsync();
            using var command = file.CreateCommand();
            command.CommandText = """DROP TRIGGER record_stays; UPDATE record SET body = replace(body, '\"n\\\":4', '\"n\\\":5'), at_ms = 9""";
            await command.ExecuteNonQueryAsync();
        }

        _log.Lines.Clear();
        Assert.Null(Read());
        var line = Assert.Single(_log.Lines);
        Assert.Contains("journal-host.db", line, StringComparison.Ordinal);
        Assert.Contains("checksum", line, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int Number(string line) => int.Parse(line[(line.LastIndexOf(' ') + 1)..].Trim('"'), CultureInfo.InvariantCulture);

    private StrategyStateSaved? Read() =>
        StrategyStates.Read(JournalFile.PathOf(Data, "host"), new Dictionary<StrategyId, string> { [Id] = "" }, _log.Logger)
            .Newest.GetValueOrDefault(Id);

    /// <summary>A run that saved these.</summary>
    private void Write(params string[] states)
    {
        Directory.CreateDirectory(Data);
        using var file = JournalFile.Open(JournalFile.PathOf(Data, "host"), "host", isSynced: false).Value;
        var name = Guid.NewGuid().ToString();
        Assert.Null(file.Begin(new JournalRun
        {
            Name = name,
            StartedAt = default,
            Build = "",
            ConfigurationSha256 = "",
            ScriptSha256 = new Dictionary<string, string>(),
            Installation = "0000",
        }));
        Assert.Null(file.Append([.. states.Select((s, i) =>
            JournalCodec.Encode(new JournalStamp(i + 1, 0, default), new StrategyStateSaved(Id, "", s) { At = default }))]));
    }

    private HostProcess Start(string engine)
    {
        var script = Path.Combine(_folder, "counter.js");
        File.WriteAllText(script, Counter);
        var config = Path.Combine(_folder, "config.json");
        File.WriteAllText(config, $$"""
            { "dataDirectory": {{JsonSerializer.Serialize(Data)}}, "strategies": [{ "file": {{JsonSerializer.Serialize(script)}} }] }
            """);
        return HostProcess.Start("run", "--config", config, "--engine", engine);
    }
}
