using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace StrategyHost.Kill.Tests.Files;

/// <summary>
/// A data directory that something happens to, and the host that runs on it: its first life opens BTCUSDT on both accounts; the later ones
/// enter ETHUSDT on main alone and SOLUSDT on the mirror alone, so that each account shows by itself whether it may enter.
/// </summary>
internal sealed class FaultyHost(EmulatedExchange exchange, string main, string mirror) : IDisposable
{
    public const string MainEntered = "main entry Buy 1 ETHUSDT filled";
    public const string MirrorEntered = "mirror entry Buy 10 SOLUSDT filled";

    private const string Script = """
        function settings() {
          return { symbols: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'], interval: '1m', timer_ms: 400, warmup: 20, max_event_age_ms: 60000, params: { life: 1 } };
        }
        function on_timer(time, ctx) {
          if (ctx.params.life === 1) {
            return ctx.positions.BTCUSDT ? undefined : { action: 'buy', symbol: 'BTCUSDT', quantity: 0.1, stop_loss_percent: 5 };
          }
          if (ctx.params.life === 3) { return undefined; }
          return [{ action: 'buy', symbol: 'ETHUSDT', quantity: 1, stop_loss_percent: 5, accounts: 'main' },
            { action: 'buy', symbol: 'SOLUSDT', quantity: 10, stop_loss_percent: 5, accounts: 'mirror' }];
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-faults-").FullName;

    public string Data => Path.Combine(_folder, "data");

    /// <summary>What the tests' damage is done to.</summary>
    public string Journal(string owner) => Path.Combine(Data, $"journal-{owner}.db");

    public string Folder => _folder;

    public Dictionary<string, string> Keys { get; } = new()
    {
        ["BYBIT_API_KEY"] = main,
        ["BYBIT_API_SECRET"] = main + "-secret",
        ["BYBIT_API_KEY_2"] = mirror,
        ["BYBIT_API_SECRET_2"] = mirror + "-secret",
    };

    /// <summary>BTCUSDT on both accounts, and an orderly end.</summary>
    public async Task FirstLifeAsync(string end = "TERM")
    {
        await using var host = Start(life: 1);
        await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
        await host.StopAsync(end);
        if (end == "TERM")
        {
            new[] { "main", "mirror", "host" }.ToList().ForEach(Fold);
        }
    }

    /// <summary>
    /// The host folds its logs when it ends, but does not wait for that for ever; pages that stand in a log still would hide what is done
    /// to the file.
    /// </summary>
    private void Fold(string owner)
    {
        using var connection = new SqliteConnection($"Data Source={Journal(owner)};Pooling=False");
        connection.Open();
        using var fold = connection.CreateCommand();
        fold.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        fold.ExecuteNonQuery();
    }

    public HostProcess Start(int life, params string[] arguments) =>
        HostProcess.Start(Keys, ["run", "--config", Configure(life), .. arguments]);

    public Task<(int Code, string Out, string Error)> CommandAsync(string command, params string[] arguments) =>
        HostProcess.RunAsync(Keys, [command, "--config", Configure(life: 3), .. arguments]);

    /// <summary>Symbols with a position, in the order of the alphabet; each of them never was without its stop.</summary>
    public async Task<string> HeldAsync(string account)
    {
        var positions = (await exchange.TruthAsync(account == "main" ? main : mirror)).GetProperty("positions").EnumerateArray().ToArray();
        Assert.All(positions, p => Assert.True(
            p.GetProperty("uncoveredMs").GetInt64() == 0 && p.GetProperty("stopLoss").GetString() != "", $"{account} was uncovered: {p}"));
        return string.Join(" ", positions.Select(p => p.GetProperty("symbol").GetString()).Order(StringComparer.Ordinal));
    }

    /// <summary>Paths of the requests that write, of both accounts.</summary>
    public async Task<int> WritesAsync()
    {
        var all = (await exchange.GetAsync("/emulator/requests")).GetProperty("requests").EnumerateArray();
        return all.Count(r => r.GetProperty("method").GetString() == "POST" && r.GetProperty("account").GetString() is { } key && (key == main || key == mirror));
    }

    /// <summary>Warnings and errors of the log that name the file, of all lives.</summary>
    public string[] Said(string file) =>
    [
        .. Directory.GetFiles(Path.Combine(Data, "log")).SelectMany(ReadShared).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(l => l.TryGetProperty("Level", out var level) && level.GetString() is "Warning" or "Error")
            .Select(l => l.ToString()).Where(l => l.Contains(file, StringComparison.Ordinal)),
    ];

    public static string Hash(string path) => File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "none";

    public string Configure(int life)
    {
        var script = Path.Combine(_folder, "hands.js");
        File.WriteAllText(script, Script);
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            { "mode": "demo", "dataDirectory": {{JsonSerializer.Serialize(Data)}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(script)}}, "params": { "life": {{life}} } }],
              "globals": { "price_monitor_reconnect_delay": 1 }, "endpoints": {{exchange.Endpoints}} }
            """);
        return file;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static List<string> ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }
}
