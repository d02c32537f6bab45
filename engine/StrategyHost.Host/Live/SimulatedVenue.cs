using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Instruments;
using StrategyHost.Simulation.LiveMarket;

namespace StrategyHost.Host.Live;

/// <summary>
/// Everything in this process: an invented market, a simulated exchange, both accounts funded. No keys, no network. Its market moves only
/// while the host runs.
/// </summary>
internal sealed class SimulatedVenue(HostOptions options, string directory, ILogger log, TimeProvider time) : IVenue
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>Thirty days of candles before the market begins.</summary>
    private const int HistoryMinutes = 30 * 1440;

    private readonly Dictionary<Symbol, KlineBlock> _history = [];
    private Instrument[] _instruments = [];
    private SimulatedAccounts? _simulated;
    private MarketPump? _pump;
    private readonly CancellationTokenSource _stop = new();
    private Timestamp _start;

    public string Name => "simulated exchange";
    public IReadOnlyList<IExchangeAccount> Accounts { get; private set; } = [];

    public Task Completion { get; private set; } = Task.CompletedTask;

    public IReadOnlyDictionary<AccountId, string> Holders => SimulatedAccounts.Holders(options);

    public Task<Result<IReadOnlyList<Instrument>>> PrepareAsync(
        IReadOnlyList<Symbol> symbols, Func<AccountId, string, Error?> claim, CancellationToken cancellation)
    {
        _start = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds());
        var chosen = symbols.Union(SimulatedAccounts.Held(directory)) // what is open is known, whoever trades it now
            .Select(s => InstrumentChooser.Choose(null, options.Of(s), null)).ToArray();
        Error[] errors = [.. chosen.SelectMany(c => c.Errors)];
        if (errors.Length > 0)
        {
            return Task.FromResult(Result<IReadOnlyList<Instrument>>.Failed(errors));
        }

        _instruments = [.. chosen.Select(c => c.Value.Instrument)];
        var simulated = SimulatedAccounts.Open(options, _instruments, directory, log);
        if (!simulated.IsOk)
        {
            return Task.FromResult(Result<IReadOnlyList<Instrument>>.Failed(simulated.Errors));
        }

        _simulated = simulated.Value;
        return Task.FromResult(Result<IReadOnlyList<Instrument>>.Ok(_instruments));
    }

    public Task<Result<IReadOnlyList<AccountSnapshot>>> AccountsAsync(CancellationToken cancellation) =>
        Task.FromResult(Result<IReadOnlyList<AccountSnapshot>>.Ok(_simulated!.Snapshots(_start))); // prepared before

    public Task<Result<KlineBlock>> HistoryAsync(Symbol symbol, Interval interval, int count, CancellationToken cancellation)
    {
        var before = Before(symbol);
        var since = _pump?.Minutes(symbol).SkipWhile(m => before.Count > 0 && m.Start <= before.Start[^1]).ToArray() ?? [];
        var minutes = since.Length == 0
            ? before : KlineBlocks.Of(symbol, before.Interval, [.. Enumerable.Range(0, before.Count).Select(i => before[i]), .. since]);
        return Task.FromResult(Result<KlineBlock>.Ok(InventedHistory.Aggregate(minutes, interval).Last(count)));
    }

    public Task<Result<IReadOnlyList<Instrument>>> AddAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation)
    {
        var chosen = symbols.Select(s => InstrumentChooser.Choose(null, options.Of(s), null)).ToArray();
        Error[] errors = [.. chosen.SelectMany(c => c.Errors)];
        if (errors.Length > 0)
        {
            return Task.FromResult(Result<IReadOnlyList<Instrument>>.Failed(errors));
        }

        Instrument[] added = [.. chosen.Select(c => c.Value.Instrument)];
        _instruments = [.. _instruments, .. added.Where(a => _instruments.All(i => i.Symbol != a.Symbol))];
        _simulated!.Add(added); // prepared before
        return Task.FromResult(Result<IReadOnlyList<Instrument>>.Ok(added));
    }

    public Task<Result<IReadOnlyList<Instrument>>> InstrumentsAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation) =>
        AddAsync(symbols, cancellation);

    /// <summary>A market that nobody wanted before begins here.</summary>
    public void Follow(IReadOnlyList<MarketSubscription> wanted)
    {
        var pump = _pump!; // started before
        var now = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var instrument in _instruments.Where(i => wanted.Any(w => w.Symbol == i.Symbol) && !pump.Has(i.Symbol)))
        {
            Before(instrument.Symbol, now);
            pump.Add(new MarketWalk(instrument, options.Simulation.Seed, now, StartPrices.Of(instrument.Symbol)), now);
        }

        pump.Follow(wanted, symbol => Before(symbol));
    }

    public Task StartAsync(VenueStart start, IExchangeListener listener, CancellationToken cancellation)
    {
        MarketSubscription[] walked = [.. start.Subscriptions.Select(s => s with { BookDepth = MarketWalk.BookLevels })];
        (var live, Accounts) = _simulated!.Open(start with { Subscriptions = walked }, listener, time); // prepared before
        var walks = _instruments.Select(i => new MarketWalk(i, options.Simulation.Seed, _start, StartPrice(i.Symbol)));
        _pump = new MarketPump([.. walks], start.Subscriptions, live, listener, _start);
        foreach (var account in Accounts)
        {
            account.AskSnapshot();
            listener.OnLink(new LinkNews(Link.Private, account.Account, LinkState.Up, _start, "in process"));
        }

        listener.OnLink(new LinkNews(Link.Public, null, LinkState.Up, _start, "in process"));
        Completion = MoveAsync(_pump);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(Completion); // its failure was told
        _stop.Dispose();
        _simulated?.Dispose();
    }

    /// <summary>The invented time before a market began.</summary>
    private KlineBlock Before(Symbol symbol, Timestamp? began = null)
    {
        lock (_history)
        {
            if (!_history.TryGetValue(symbol, out var minutes))
            {
                var instrument = _instruments.Single(i => i.Symbol == symbol);
                var price = began is null ? StartPrice(symbol) : StartPrices.Of(symbol);
                minutes = InventedHistory.Minutes(instrument, options.Simulation.Seed, began ?? _start, price, HistoryMinutes);
                _history.Add(symbol, minutes);
            }

            return minutes;
        }
    }

    private async Task MoveAsync(MarketPump pump)
    {
        using var timer = new PeriodicTimer(Step, time);
        while (!_stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            pump.Advance(new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds()));
        }
    }

    /// <summary>Where the market stood when the host stopped, else where invented ones begin.</summary>
    private Price StartPrice(Symbol symbol) => _simulated?.LastPrice(symbol) ?? StartPrices.Of(symbol);
}

/// <summary>Where invented markets begin; nothing follows from these numbers.</summary>
internal static class StartPrices
{
    public static Price Of(Symbol symbol) => symbol.Name switch
    {
        "BTCUSDT" => Price.Of(60_000),
        "ETHUSDT" => Price.Of(3_000),
        "SOLUSDT" => Price.Of(150),
        _ => Price.Of(100),
    };
}
