using System.Net.Http.Json;
using System.Text.Json;
using StrategyHost.Bybit.Accounts;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Tests.Loopback;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Emulator;

namespace StrategyHost.Bybit.Tests.Contract;

/// <summary>The contract on the adapter, through the emulator.</summary>
public sealed class EmulatedExchangeTests : ExchangeContract
{
    internal override async Task<IExchangeBench> OpenAsync() => await EmulatedBench.OpenAsync();
}

/// <summary>The same with every request by itself.</summary>
public sealed class UnbatchedExchangeTests : ExchangeContract
{
    internal override async Task<IExchangeBench> OpenAsync() => await EmulatedBench.OpenAsync(batches: false);
}

/// <summary>How a bench is set up.</summary>
internal sealed record BenchOptions
{
    /// <summary>Waits and fences are short, so that faults are got over within a second or two.</summary>
    public bool IsHurried { get; init; }

    /// <summary>As tp_sl_batch_enabled.</summary>
    public bool Batches { get; init; } = true;

    /// <summary>The emulator refuses what is beyond the quotas.</summary>
    public bool Limits { get; init; }

    /// <summary>What the adapter believes the quotas to be.</summary>
    public RequestLimits OwnLimits { get; init; } = RequestLimits.Default;
}

/// <summary>An emulator whose market moves by request only, and the adapter of its main account.</summary>
internal sealed class EmulatedBench : IExchangeBench
{
    private readonly EmulatorServer _server;
    private readonly HttpClient _control;
    private readonly BybitRestClient _client;
    private readonly BybitAccount _account;

    private EmulatedBench(EmulatorServer server, BenchOptions bench)
    {
        _server = server;
        _control = new HttpClient { BaseAddress = server.BaseAddress };
        _client = new BybitRestClient(
            new RestOptions
            {
                Address = server.BaseAddress,
                Account = AccountId.Main,
                Credentials = new ApiCredentials("test-main", "test-main-secret"),
                ReceiveWindowMs = bench.IsHurried ? 1000 : 3000,
                TimeoutMs = bench.IsHurried ? 1000 : 8000,
            },
            new RequestGate(bench.OwnLimits, TimeProvider.System), TimeProvider.System);
        var options = new BybitAccountOptions
        {
            PrivateStream = new UriBuilder(server.BaseAddress) { Scheme = "ws", Path = "/v5/private" }.Uri,
            Stream = new Streams.StreamOptions { ReconnectDelayMs = 50 },
            AnswerMs = bench.IsHurried ? 300 : 3000,
            FenceMarginMs = bench.IsHurried ? 300 : 10_000,
            ReconcileMs = bench.IsHurried ? 1000 : 30_000,
            Batches = bench.Batches,
        };
        _account = new BybitAccount(_client, options, Heard, TimeProvider.System);
    }

    public IExchangeAccount Account => _account;
    public ReportLog Heard { get; } = new();
    public BybitRestClient Client => _client;
    public Uri PublicStream => new UriBuilder(_server.BaseAddress) { Scheme = "ws", Path = "/v5/public/linear" }.Uri;

    public static Task<EmulatedBench> OpenAsync(bool isHurried = false, bool batches = true) =>
        OpenAsync(new BenchOptions { IsHurried = isHurried, Batches = batches });

    public static async Task<EmulatedBench> OpenAsync(BenchOptions wanted)
    {
        var options = new EmulatorOptions
        {
            Limits = wanted.Limits,
            Instruments = [ExchangeContract.Instrument],
            Market = new EmulatedMarketOptions
            {
                IsPaused = true,
                HistoryMinutes = 1000,
                StartPrices = new Dictionary<string, decimal> { ["BTCUSDT"] = 60_000 },
            },
        };
        var bench = new EmulatedBench(await EmulatorServer.StartAsync(options, TimeProvider.System, CancellationToken.None), wanted);
        await bench.SetPriceAsync(60_000);
        bench._account.Start();
        await bench.Heard.WaitAsync<LinkNews>(l => l is { Link: Link.Private, State: LinkState.Up });
        return bench;
    }

    public Task SetPriceAsync(decimal price) => ControlAsync("/emulator/price", new
    {
        symbol = "BTCUSDT",
        price = price.ToString(System.Globalization.CultureInfo.InvariantCulture),
    });

    public async Task<ExchangeTruth> TruthAsync()
    {
        var truth = await _control.GetFromJsonAsync<JsonElement>("/emulator/truth");
        var account = truth.GetProperty("accounts").GetProperty("test-main");
        return new ExchangeTruth(
            account.GetProperty("positions").EnumerateArray().Sum(p => Number(p, "size") * (p.GetProperty("side").GetString() == "Sell" ? -1 : 1)),
            [.. account.GetProperty("openOrders").EnumerateArray().Select(o => o.GetProperty("orderLinkId").GetString()!).Where(i => i.Length > 0)],
            [.. account.GetProperty("executions").EnumerateArray().Select(e => e.GetProperty("execId").GetString()!)]);
    }

    /// <summary>Asks for a fault (contracts §4).</summary>
    public Task FaultAsync(string fault) => ControlAsync("/emulator/fault", JsonDocument.Parse(fault).RootElement);

    /// <summary>How often the faults that were asked for have struck.</summary>
    public async Task<int> FaultHitsAsync() => (await _control.GetFromJsonAsync<JsonElement>("/emulator/fault"))
        .GetProperty("faults").EnumerateArray().Sum(f => f.GetProperty("hits").GetInt32());

    /// <summary>Paths of the requests that wrote something, in their order.</summary>
    public async Task<IReadOnlyList<string>> WritesAsync() =>
        [.. (await _control.GetFromJsonAsync<JsonElement>("/emulator/requests?account=test-main")).GetProperty("requests").EnumerateArray()
            .Where(r => r.GetProperty("method").GetString() == "POST").Select(r => r.GetProperty("path").GetString()!)];

    public async Task<AccountSnapshot> SnapshotAsync()
    {
        var before = Heard.All<AccountSnapshot>().Count;
        Account.AskSnapshot();
        await Heard.WaitAsync<AccountSnapshot>(_ => Heard.All<AccountSnapshot>().Count > before);
        return Heard.All<AccountSnapshot>()[^1];
    }

    public async ValueTask DisposeAsync()
    {
        await _account.DisposeAsync();
        _client.Dispose();
        _control.Dispose();
        await _server.DisposeAsync();
    }

    private async Task ControlAsync(string path, object body)
    {
        var reply = await _control.PostAsJsonAsync(path, body);
        if (!reply.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path}: {await reply.Content.ReadAsStringAsync()}");
        }
    }

    private static decimal Number(JsonElement row, string name) =>
        decimal.Parse(row.GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture);
}
