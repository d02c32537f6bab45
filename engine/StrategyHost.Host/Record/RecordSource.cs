using StrategyHost.Bybit;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Instruments;
using StrategyHost.Host.Live;
using StrategyHost.Simulation.LiveMarket;

namespace StrategyHost.Host.Record;

/// <summary>Where a recording's news come from: public data only, no account.</summary>
internal interface IRecordSource : IAsyncDisposable
{
    /// <summary>For people, such as <c>the simulated market</c>.</summary>
    string Name { get; }

    /// <summary>What is wrong with the symbols or the connection; empty: nothing.</summary>
    Task<IReadOnlyList<Error>> PrepareAsync(IReadOnlyList<MarketSubscription> wanted, CancellationToken cancellation);

    /// <summary>Begins to speak to the listener.</summary>
    void Start(IExchangeListener listener, Action<string> problems);

    /// <summary>Ends only by a bug, with its exception; after <see cref="Start"/>.</summary>
    Task Completion { get; }

    /// <summary>News were lost behind the source: every book must begin anew.</summary>
    void StartAgain();
}

/// <summary>The public streams of the configured exchange.</summary>
internal sealed class BybitRecordSource(BybitConnection connection) : IRecordSource
{
    /// <summary>Each kind of problem is said once, and no more kinds than this.</summary>
    private const int ProblemsMax = 100;
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private readonly Lock _saying = new();
    private IReadOnlyList<MarketSubscription> _wanted = [];
    private BybitMarketData? _market;

    public string Name => connection.Endpoints.PublicStream.Host;
    public Task Completion => _market!.Completion; // asked for after Start

    public async Task<IReadOnlyList<Error>> PrepareAsync(IReadOnlyList<MarketSubscription> wanted, CancellationToken cancellation)
    {
        _wanted = wanted;
        return await connection.CheckClockAsync(cancellation)
            ?? (await connection.InstrumentsAsync([.. wanted.Select(w => w.Symbol)], cancellation)).Errors;
    }

    public void Start(IExchangeListener listener, Action<string> problems)
    {
        _market = connection.OpenMarket(listener, errors => Say(errors, problems));
        _market.Start();
        _market.Subscribe(_wanted);
    }

    public void StartAgain()
    {
        _market?.Subscribe([]);
        _market?.Subscribe(_wanted);
    }

    public async ValueTask DisposeAsync()
    {
        if (_market is not null)
        {
            await _market.DisposeAsync();
        }

        connection.Dispose();
    }

    private void Say(IReadOnlyList<Error> errors, Action<string> problems)
    {
        lock (_saying)
        {
            foreach (var error in errors.Where(e => _said.Count < ProblemsMax && _said.Add($"{e.File} {e.Rule} {e.Field}")))
            {
                problems($"warning: {error}");
            }
        }
    }
}

/// <summary>The invented market of the simulated mode, without an exchange behind it.</summary>
internal sealed class SimulatedRecordSource(HostOptions options, TimeProvider time) : IRecordSource
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private readonly List<Instrument> _instruments = [];
    private IReadOnlyList<MarketSubscription> _wanted = [];
    private ITimer? _timer;

    public string Name => "the simulated market";
    public Task Completion { get; } = new TaskCompletionSource().Task;

    public Task<IReadOnlyList<Error>> PrepareAsync(IReadOnlyList<MarketSubscription> wanted, CancellationToken cancellation)
    {
        _wanted = wanted;
        var errors = new List<Error>();
        foreach (var chosen in wanted.Select(w => InstrumentChooser.Choose(null, options.Of(w.Symbol), null)))
        {
            errors.AddRange(chosen.Errors);
            _instruments.AddRange(chosen.IsOk ? [chosen.Value.Instrument] : []);
        }

        return Task.FromResult<IReadOnlyList<Error>>(errors);
    }

    public void Start(IExchangeListener listener, Action<string> problems)
    {
        var start = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds());
        MarketWalk[] walks =
            [.. _instruments.Select(i => new MarketWalk(i, options.Simulation.Seed, start, StartPrices.Of(i.Symbol)))];
        var pump = new MarketPump(walks, _wanted, null, new Cut(listener, _wanted[0].BookDepth), start);
        listener.OnLink(new LinkNews(Link.Public, null, LinkState.Up, start, "in process"));
        _timer = time.CreateTimer(_ => pump.Advance(new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds())), null, Step, Step);
    }

    public void StartAgain()
    {
        // Each of its books is a snapshot.
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The invented book is always of 50 levels.</summary>
    private sealed class Cut(IExchangeListener listener, int depth) : IExchangeListener
    {
        public void OnMarket(MarketNews news) => listener.OnMarket(news is BookNews { Update: var update } book
            ? book with { Update = update with { Bids = Best(update.Bids), Asks = Best(update.Asks) } } : news);

        public void OnLink(LinkNews news) => listener.OnLink(news);

        public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports) => listener.OnReports(account, reports);

        public void OnSnapshot(AccountSnapshot snapshot) => listener.OnSnapshot(snapshot);

        private BookLevel[] Best(BookLevel[] levels) => levels.Length <= depth ? levels : levels[..depth];
    }
}
