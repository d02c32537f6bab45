using StrategyHost.Bybit;
using StrategyHost.Bybit.Accounts;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Streams;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Live;

namespace StrategyHost.Benchmarks.Coverage;

/// <summary>
/// As the host's Bybit venue, without its checks of keys and with limits of the benchmark's choice: the host always keeps to Bybit's.
/// </summary>
internal sealed class CoverageVenue(Uri address, IReadOnlyList<Instrument> instruments, RequestLimits limits, bool batches) : IVenue
{
    private readonly RequestGate _gate = new(limits, TimeProvider.System);
    private readonly List<BybitRestClient> _clients = [];
    private readonly List<BybitAccount> _accounts = [];
    private BybitMarketData? _market;

    public string Name => "emulator";
    public IReadOnlyList<IExchangeAccount> Accounts => _accounts;
    public IReadOnlyDictionary<AccountId, string> Holders { get; } = new Dictionary<AccountId, string>();
    public Task Completion { get; private set; } = Task.CompletedTask;

    public Task<Result<IReadOnlyList<Instrument>>> PrepareAsync(
        IReadOnlyList<Symbol> symbols, Func<AccountId, string, Error?> claim, CancellationToken cancellation)
    {
        _clients.Add(Client(AccountId.Main));
        _clients.Add(Client(AccountId.Mirror));
        return Task.FromResult(Result<IReadOnlyList<Instrument>>.Ok(instruments));
    }

    public async Task<Result<IReadOnlyList<AccountSnapshot>>> AccountsAsync(CancellationToken cancellation)
    {
        var snapshots = new List<AccountSnapshot>();
        foreach (var client in _clients)
        {
            var snapshot = await BybitSnapshot.FetchAsync(client, PositionMode.OneWay, cancellation);
            if (!snapshot.IsOk)
            {
                return Result<IReadOnlyList<AccountSnapshot>>.Failed(snapshot.Errors);
            }

            snapshots.Add(snapshot.Value);
        }

        return snapshots;
    }

    public Task<Result<KlineBlock>> HistoryAsync(Symbol symbol, Interval interval, int count, CancellationToken cancellation)
    {
        var to = interval.StartOf(_clients[0].ServerNow);
        return BybitKlines.FetchAsync(_clients[0], new KlineQuery(symbol, interval, to.AddMs(-count * interval.Ms), to), cancellation);
    }

    public Task StartAsync(VenueStart start, IExchangeListener listener, CancellationToken cancellation)
    {
        var stream = new UriBuilder(address) { Scheme = "ws" };
        foreach (var client in _clients)
        {
            stream.Path = "/v5/private";
            var options = new BybitAccountOptions { PrivateStream = stream.Uri, Batches = batches };
            _accounts.Add(new BybitAccount(client, options, listener, TimeProvider.System));
        }

        stream.Path = "/v5/public/linear";
        _market = new BybitMarketData(stream.Uri, _clients[0], new StreamOptions(), listener, TimeProvider.System);
        _market.Start();
        _market.Subscribe(start.Subscriptions);
        _accounts.ForEach(a => a.Start());
        Completion = Task.WhenAny(_accounts.Select(a => a.Completion).Append(_market.Completion)).Unwrap();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var account in _accounts)
        {
            await account.DisposeAsync();
        }

        if (_market is not null)
        {
            await _market.DisposeAsync();
        }

        _clients.ForEach(c => c.Dispose());
    }

    /// <summary>The emulator's built-in keys.</summary>
    private BybitRestClient Client(AccountId account)
    {
        var key = "test-" + account.Name;
        var options = new RestOptions { Address = address, Account = account, Credentials = new ApiCredentials(key, key + "-secret") };
        return new BybitRestClient(options, _gate, TimeProvider.System);
    }
}
