using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Journal;
using StrategyHost.Host.Live;
using StrategyHost.Scripting;

namespace StrategyHost.Benchmarks.Latency;

/// <summary>
/// From the market frame received to the order's bytes written: the session that <c>run</c> opens, in mode demo, both accounts, against
/// the emulator in a process of its own. One trade at a time; every trade makes the strategy place, move or cancel an order.
/// </summary>
internal sealed class LatencyRun : IAsyncDisposable
{
    private const int OrdersDefault = 200;
    private const int WarmOrders = 20;
    private static readonly string[] Kinds = ["place", "move", "cancel"];

    /// <summary>Within the exchange's ten creates a second, with the fifth that is kept for protective requests.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "latency-" + Environment.ProcessId)).FullName;
    private readonly WireListener _wire = new();
    private readonly EmulatorProcess _emulator;
    private decimal _price = 65_000;

    private LatencyRun(EmulatorProcess emulator) => _emulator = emulator;

    public static async Task<LatencyReport> MeasureAsync(BenchmarkArguments arguments)
    {
        await using var run = new LatencyRun(await EmulatorProcess.StartAsync());
        await using var opened = HostLog.Open(run._folder, "{}", quiet: true);
        var log = opened.Logger;
        var engine = Value(ScriptEngines.Choose(arguments.Engine));
        var options = run.Options();
        var strategies = Value(StrategyPool.Load(engine.Engine, options));
        var venue = Value(Venues.Of(options, run._folder, Key, log, TimeProvider.System));
        using var journal = RunJournal.Open(run._folder, [AccountId.Main, AccountId.Mirror], options.Journal, log, TimeProvider.System);
        var parts = new SessionParts(options, venue, strategies, journal, log, TimeProvider.System);
        await using var session = Value(await LiveSession.OpenAsync(parts, CancellationToken.None));
        var rounds = await run.RoundsAsync(arguments.Runs ?? OrdersDefault);
        await session.StopAsync();
        return new LatencyReport(engine.Engine.Name, [.. Rows(rounds), .. JournalCost.Measure(run._folder)],
        [
            "The way includes script, kernel, log, the commit of the order's intent in its account's journal (fsync), signature and HTTP.",
            "Apart: the journal alone, one intent after the other, each on disk before the next.",
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        _wire.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<List<Round>> RoundsAsync(int orders)
    {
        while (!(await RoundAsync(_emulator)).Done.IsCompleted)
        {
            // Entries are refused until both private streams are up.
        }

        await RoundAsync(_emulator);
        await RoundAsync(_emulator);
        var rounds = new List<Round>();
        for (var i = 0; i < (WarmOrders + orders) * Kinds.Length; i++)
        {
            var round = await RoundAsync(_emulator);
            rounds.Add(round.Done.IsCompleted ? round : throw new WrongAnswerException($"a trade made no order ({Kinds[i % Kinds.Length]})"));
        }

        return rounds[(WarmOrders * Kinds.Length)..];
    }

    private async Task<Round> RoundAsync(EmulatorProcess emulator)
    {
        var round = new Round();
        _wire.Arm(round);
        _price = _price == 65_000 ? 65_001 : 65_000;
        await emulator.TradeAsync(_price);
        await Task.WhenAny(round.Done, Task.Delay(Patience));
        _wire.Arm(null);
        await Task.Delay(Pause); // the orders' reports come in before the next trade
        return round;
    }

    private static IEnumerable<LatencyRow> Rows(List<Round> rounds)
    {
        var (main, mirror) = (AccountId.Main.Name, AccountId.Mirror.Name);
        yield return LatencyRow.Of("frame received to bytes written, main", rounds.Select(r => r.Written(main)));
        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            yield return LatencyRow.Of($"  {Kinds[kind]}", rounds.Where((_, i) => i % Kinds.Length == kind).Select(r => r.Written(main)));
        }

        yield return LatencyRow.Of("  of that until it was committed and handed to the adapter", rounds.Select(r => r.Queued(main)));
        yield return LatencyRow.Of("  of that until the adapter had written it", rounds.Select(r => r.Written(main) - r.Queued(main)));
        yield return LatencyRow.Of("frame received to bytes written, mirror", rounds.Select(r => r.Written(mirror)));
    }

    private HostOptions Options()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Works", "latency.js");
        var stream = new UriBuilder(_emulator.Address) { Scheme = "ws" }.Uri;
        var text = $$"""
            { "mode": "demo", "dataDirectory": {{JsonSerializer.Serialize(_folder)}},
              "accounts": { "mirror": { "enabled": true } },
              "strategies": [{ "file": {{JsonSerializer.Serialize(script)}} }],
              "endpoints": { "rest": "{{_emulator.Address}}", "publicStream": "{{stream}}", "privateStream": "{{stream}}" } }
            """;
        return Value(ConfigurationReader.ReadText("latency", text, new Dictionary<string, string>()));
    }

    /// <summary>The emulator's built-in keys.</summary>
    private static string? Key(string variable) => variable switch
    {
        "BYBIT_API_KEY" => "test-main",
        "BYBIT_API_SECRET" => "test-main-secret",
        "BYBIT_API_KEY_2" => "test-mirror",
        "BYBIT_API_SECRET_2" => "test-mirror-secret",
        _ => null,
    };

    private static T Value<T>(Result<T> result) =>
        result.IsOk ? result.Value : throw new MissingPartException(string.Join('\n', result.Errors.Select(e => e.ToString())));
}
