using Serilog;
using StrategyHost.Bybit;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;
using StrategyHost.Simulation.LiveMarket;

namespace StrategyHost.Host.Live;

/// <summary>The real market, traded on a simulated exchange in this process: no order leaves it, and no key is needed.</summary>
internal sealed class PaperVenue(HostOptions options, string directory, BybitConnection connection, ILogger log, TimeProvider time) : IVenue
{
    private SimulatedAccounts? _simulated;
    private BybitMarketData? _market;

    public string Name => $"the market of {connection.Endpoints.PublicStream.Host}, simulated fills";
    public IReadOnlyList<IExchangeAccount> Accounts { get; private set; } = [];

    public Task Completion { get; private set; } = Task.CompletedTask;

    public IReadOnlyDictionary<AccountId, string> Holders => SimulatedAccounts.Holders(options);

    public async Task<Result<IReadOnlyList<Instrument>>> PrepareAsync(
        IReadOnlyList<Symbol> symbols, Func<AccountId, string, Error?> claim, CancellationToken cancellation)
    {
        var problems = await connection.CheckClockAsync(cancellation)
            ?? await AccountChecks.CheckAsync(options, connection, null, cancellation);
        if (problems.Count > 0)
        {
            return Result<IReadOnlyList<Instrument>>.Failed(problems);
        }

        var held = SimulatedAccounts.Held(directory); // what is open is known, whoever trades it now
        var exchange = await connection.InstrumentsAsync([.. symbols.Union(held)], cancellation);
        if (!exchange.IsOk)
        {
            return exchange;
        }

        Instrument[] instruments = [.. exchange.Value.Select(i => options.Of(i.Symbol).Apply(i))];
        var simulated = SimulatedAccounts.Open(options, instruments, directory, log);
        _simulated = simulated.IsOk ? simulated.Value : null;
        return simulated.IsOk ? instruments : Result<IReadOnlyList<Instrument>>.Failed(simulated.Errors);
    }

    public Task<Result<IReadOnlyList<AccountSnapshot>>> AccountsAsync(CancellationToken cancellation) =>
        Task.FromResult(Result<IReadOnlyList<AccountSnapshot>>.Ok(_simulated!.Snapshots(Now))); // prepared before

    public Task<Result<KlineBlock>> HistoryAsync(Symbol symbol, Interval interval, int count, CancellationToken cancellation) =>
        connection.HistoryAsync(symbol, interval, count, cancellation);

    public Task StartAsync(VenueStart start, IExchangeListener listener, CancellationToken cancellation)
    {
        (var exchange, Accounts) = _simulated!.Open(start, listener, time); // prepared before
        foreach (var account in Accounts)
        {
            account.AskSnapshot();
            listener.OnLink(new LinkNews(Link.Private, account.Account, LinkState.Up, Now, "in process"));
        }

        _market = connection.OpenMarket(new Feed(exchange, listener), problems =>
        {
            foreach (var problem in problems)
            {
                log.Warning("market: {Problem}", problem.ToString());
            }
        });
        Completion = _market.Completion;
        _market.Start();
        _market.Subscribe(start.Subscriptions);
        return Task.CompletedTask;
    }

    public async Task<Result<IReadOnlyList<Instrument>>> AddAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation)
    {
        var exchange = await connection.InstrumentsAsync(symbols, cancellation);
        if (!exchange.IsOk)
        {
            return exchange;
        }

        Instrument[] instruments = [.. exchange.Value.Select(i => options.Of(i.Symbol).Apply(i))];
        _simulated!.Add(instruments); // prepared before
        return instruments;
    }

    public Task<Result<IReadOnlyList<Instrument>>> InstrumentsAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation) =>
        AddAsync(symbols, cancellation);

    public void Follow(IReadOnlyList<MarketSubscription> wanted) => _market!.Subscribe(wanted); // started before

    public async ValueTask DisposeAsync()
    {
        if (_market is not null)
        {
            await _market.DisposeAsync();
        }

        _simulated?.Dispose();
        connection.Dispose();
    }

    private Timestamp Now => new(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>The simulated exchange hears the market before the engine: what an event trades is reported before it.</summary>
    private sealed class Feed(LiveExchange exchange, IExchangeListener listener) : IExchangeListener
    {
        public void OnMarket(MarketNews news)
        {
            exchange.Take(news);
            listener.OnMarket(news);
        }

        public void OnLink(LinkNews news) => listener.OnLink(news);

        public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports) => listener.OnReports(account, reports);

        public void OnSnapshot(AccountSnapshot snapshot) => listener.OnSnapshot(snapshot);
    }
}
