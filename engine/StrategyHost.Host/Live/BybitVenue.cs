using Serilog;
using StrategyHost.Bybit;
using StrategyHost.Bybit.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Live;

/// <summary>
/// Bybit itself (demo, testnet, live), or an emulator through <c>endpoints</c>. Every check of keys and accounts is made before the first
/// private write.
/// </summary>
internal sealed class BybitVenue(HostOptions options, BybitConnection connection, ILogger log, TimeProvider time) : IVenue
{
    private readonly List<BybitAccount> _accounts = [];
    private BybitMarketData? _market;
    private readonly List<FileStream> _locks = [];
    private IReadOnlyList<Symbol> _symbols = [];

    public string Name => $"Bybit ({connection.Endpoints.Rest.Host})";
    public IReadOnlyList<IExchangeAccount> Accounts => _accounts;

    public Task Completion { get; private set; } = Task.CompletedTask;

    public async Task<Result<IReadOnlyList<Instrument>>> PrepareAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation)
    {
        _symbols = symbols;
        var clock = await connection.CheckClockAsync(cancellation);
        var keys = clock ?? await AccountChecks.CheckAsync(options, connection, _locks, cancellation);
        if (keys.Count > 0)
        {
            return Result<IReadOnlyList<Instrument>>.Failed(keys);
        }

        var instruments = await connection.InstrumentsAsync(symbols, cancellation);
        if (!instruments.IsOk)
        {
            return instruments;
        }

        var errors = new List<Error>();
        foreach (var (account, client) in connection.Clients)
        {
            errors.AddRange(await AccountChecks.SetUpAsync(options, account, client, instruments.Value, cancellation));
        }

        var withFees = new List<Instrument>();
        foreach (var instrument in instruments.Value)
        {
            withFees.Add(await BybitInstruments.WithFeesAsync(connection.Clients[0].Client, instrument, cancellation));
        }

        return errors.Count == 0 ? withFees : Result<IReadOnlyList<Instrument>>.Failed(errors);
    }

    public Task<Result<IReadOnlyList<Instrument>>> InstrumentsAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation) =>
        connection.InstrumentsAsync(symbols, cancellation);

    public async Task<Result<IReadOnlyList<AccountSnapshot>>> AccountsAsync(CancellationToken cancellation)
    {
        var snapshots = new List<AccountSnapshot>();
        foreach (var (account, client) in connection.Clients)
        {
            var snapshot = await BybitSnapshot.FetchAsync(client, account.PositionMode, cancellation);
            if (!snapshot.IsOk)
            {
                return Result<IReadOnlyList<AccountSnapshot>>.Failed(snapshot.Errors);
            }

            snapshots.Add(snapshot.Value);
        }

        return snapshots;
    }

    public Task<Result<KlineBlock>> HistoryAsync(Symbol symbol, Interval interval, int count, CancellationToken cancellation) =>
        connection.HistoryAsync(symbol, interval, count, cancellation);

    public Task StartAsync(IReadOnlyList<MarketSubscription> subscriptions, IExchangeListener listener, CancellationToken cancellation)
    {
        foreach (var (account, client) in connection.Clients)
        {
            _accounts.Add(new BybitAccount(
                client,
                new BybitAccountOptions
                {
                    PrivateStream = connection.Endpoints.PrivateStream,
                    PositionMode = account.PositionMode,
                    Stream = connection.StreamOptions,
                    Batches = options.Globals.TpSlBatchEnabled,
                },
                listener, time)
            {
                OnProblems = problems => Warn(account.Account.Name, problems),
            });
        }

        _market = connection.OpenMarket(listener, problems => Warn("market", problems));
        _market.Start();
        _market.Subscribe(subscriptions);
        foreach (var account in _accounts)
        {
            account.Start();
            account.AskSnapshot();
        }

        Completion = Task.WhenAny(_accounts.Select(a => a.Completion).Append(_market.Completion)).Unwrap();
        log.Information("{Count} symbols on {Venue}", _symbols.Count, Name);
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

        connection.Dispose();
        _locks.ForEach(l => l.Dispose());
    }

    private void Warn(string source, IReadOnlyList<Error> problems)
    {
        foreach (var problem in problems)
        {
            log.Warning("{Source}: {Problem}", source, problem.ToString());
        }
    }
}
