using System.Collections.Frozen;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Emulator;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Journal;
using StrategyHost.Host.Live;
using StrategyHost.Scripting;

namespace StrategyHost.Benchmarks.Coverage;

/// <summary>
/// From filled to fully covered: entries of 50 symbols rest in both accounts, each with its stop attached; the market falls through all of
/// them, and three reduce-only targets of each of the 100 positions must be seen open. The host's own session, kernel, loop and adapters,
/// against the emulator in this process.
/// </summary>
internal sealed class CoverageRun : IAsyncDisposable
{
    private const int Symbols = 50;
    private const int Positions = 2 * Symbols;
    private const int Targets = 3 * Positions;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Neither the host nor the emulator counts.</summary>
    private static readonly RequestLimits NoLimits = RequestLimits.Default with
    {
        PerSecond = FrozenDictionary<string, int>.Empty,
        AddressRequests = 100_000,
    };

    private int _runs;
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "coverage-" + Environment.ProcessId)).FullName;
    private readonly IReadOnlyList<Instrument> _instruments = [.. Enumerable.Range(1, Symbols).Select(i => new Instrument
    {
        Symbol = new Symbol($"C{i:00}USDT"),
        TickSize = Price.Of(0.01m),
        QtyStep = Quantity.Of(0.001m),
        MinQty = Quantity.Of(0.001m),
        MinNotional = 5,
    })];

    public static async Task<CoverageReport> MeasureAsync(BenchmarkArguments arguments)
    {
        var engine = Value(ScriptEngines.Choose(arguments.Engine));
        var rows = new List<CoverageRow>();
        foreach (var limits in arguments.Limits ? new[] { false, true } : [false])
        {
            foreach (var batches in new[] { true, false })
            {
                for (var i = 0; i < (arguments.Runs ?? 3); i++)
                {
                    await using var run = new CoverageRun();
                    rows.Add(await run.OnceAsync(engine.Engine, limits, batches));
                    Console.Error.WriteLine(rows[^1]);
                }
            }
        }

        return new CoverageReport(engine.Engine.Name, rows);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<CoverageRow> OnceAsync(Core.Strategies.IScriptEngine engine, bool limits, bool batches)
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions(limits), TimeProvider.System, CancellationToken.None);
        using var control = new HttpClient { BaseAddress = emulator.BaseAddress };
        await using var opened = HostLog.Open(_folder, "{}", quiet: true);
        var log = opened.Logger;
        var options = Options();
        var strategies = Value(StrategyPool.Load(engine, options));
        var venue = new CoverageVenue(emulator.BaseAddress, _instruments, limits ? RequestLimits.Default : NoLimits, batches);
        var data = Directory.CreateDirectory(Path.Combine(_folder, $"{limits}-{batches}-{++_runs}")).FullName;
        using var journal = RunJournal.Open(data, [AccountId.Main, AccountId.Mirror], options.Journal, log, TimeProvider.System);
        var parts = new SessionParts(options, venue, strategies, journal, log, TimeProvider.System);
        await using var session = Value(await LiveSession.OpenAsync(parts, CancellationToken.None));
        await RestAsync(session, control);
        var requestsBefore = await WritesAsync(control);

        var fall = PricesAsync(control, 98.5m);
        var filledAt = await UntilAsync(session, k => Plans(k).Count(p => p.HasOpened && p.IsEntryDone) == Positions);
        var coveredAt = await UntilAsync(session, k => Plans(k).Sum(p => p.TargetOrders.Count(IsOpen)) == Targets);
        await fall;
        var row = new CoverageRow(limits, batches, Stopwatch.GetElapsedTime(filledAt, coveredAt).TotalMilliseconds)
        {
            Requests = await WritesAsync(control) - requestsBefore,
        };
        await CheckAsync(control);
        await session.StopAsync();
        return row;
    }

    /// <summary>The first trades make the strategy enter; until all entries rest. What was refused while links came up is entered again.</summary>
    private static async Task RestAsync(LiveSession session, HttpClient control)
    {
        await UntilAsync(session, _ => session.Links.IsConnected(AccountId.Main) && session.Links.IsConnected(AccountId.Mirror));
        using var rest = new CancellationTokenSource();
        var trades = TradeAsync(control, rest.Token);
        await UntilAsync(session, k => Plans(k).Sum(p => p.Entries.Count(IsOpen)) == Positions);
        await rest.CancelAsync();
        await trades;
    }

    private static async Task TradeAsync(HttpClient control, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await PricesAsync(control, 100);
            await Task.WhenAny(Task.Delay(2000, cancellation));
        }
    }

    private static IEnumerable<Core.Planning.TradePlan> Plans(EngineKernel kernel) => kernel.Accounts.SelectMany(a => a.Plans);

    private static bool IsOpen(Core.Planning.PlanOrder? order) => order?.Order.Status == OrderStatus.New;

    /// <summary>Looks between steps of the loop until it holds; when that was.</summary>
    private static async Task<long> UntilAsync(LiveSession session, Func<EngineKernel, bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await session.Loop.AskAsync((kernel, _) => holds(kernel)))
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                var state = await session.Loop.AskAsync((kernel, _) => string.Join(' ', Plans(kernel).SelectMany(p => p.Entries.Concat(p.TargetOrders))
                    .GroupBy(o => o?.Order.Status).Select(g => $"{g.Key}:{g.Count()}")));
                throw new WrongAnswerException("not covered in time: " + state);
            }

            await Task.Delay(2);
        }

        return Stopwatch.GetTimestamp();
    }

    private static Task PricesAsync(HttpClient control, decimal price) => Task.WhenAll(Enumerable.Range(1, Symbols).Select(async i =>
    {
        using var answer = await control.PostAsJsonAsync("/emulator/price", new { symbol = $"C{i:00}USDT", price });
        answer.EnsureSuccessStatusCode();
    }));

    private static async Task<int> WritesAsync(HttpClient control)
    {
        var requests = (await control.GetFromJsonAsync<JsonElement>("/emulator/requests")).GetProperty("requests").EnumerateArray();
        return requests.Count(r => r.GetProperty("method").GetString() == "POST");
    }

    /// <summary>The exchange must agree: every position with a stop, and three orders beside it.</summary>
    private static async Task CheckAsync(HttpClient control)
    {
        var truth = await control.GetFromJsonAsync<JsonElement>("/emulator/truth");
        foreach (var account in truth.GetProperty("accounts").EnumerateObject())
        {
            var positions = account.Value.GetProperty("positions").EnumerateArray().ToArray();
            var targets = account.Value.GetProperty("openOrders").EnumerateArray().Count(o => o.GetProperty("orderLinkId").GetString()!.Length > 0);
            if (positions.Length != Symbols || targets != 3 * Symbols || positions.Any(p => p.GetProperty("stopLoss").GetString() is "" or "0"))
            {
                throw new WrongAnswerException($"{account.Name}: {positions.Length} positions, {targets} targets");
            }
        }
    }

    private EmulatorOptions EmulatorOptions(bool limits) => new()
    {
        Limits = limits,
        Instruments = _instruments,
        Market = new EmulatedMarketOptions { IsPaused = true, HistoryMinutes = 1000 },
    };

    private HostOptions Options()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Works", "coverage.js");
        var text = $$"""
            { "mode": "demo", "dataDirectory": {{JsonSerializer.Serialize(_folder)}},
              "accounts": { "mirror": { "enabled": true, "entryTtlSeconds": 3600 } },
              "risk": { "maxPositions": 100 },
              "strategies": [{ "file": {{JsonSerializer.Serialize(script)}} }] }
            """;
        return Value(ConfigurationReader.ReadText("coverage", text, new Dictionary<string, string>()));
    }

    private static T Value<T>(Result<T> result) =>
        result.IsOk ? result.Value : throw new MissingPartException(string.Join('\n', result.Errors.Select(e => e.ToString())));
}
