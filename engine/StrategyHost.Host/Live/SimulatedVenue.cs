using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Instruments;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.LiveMarket;

namespace StrategyHost.Host.Live;

/// <summary>
/// Everything in this process: an invented market, a simulated exchange, both accounts funded. No keys, no network. Its market moves only
/// while the host runs.
/// </summary>
internal sealed class SimulatedVenue(HostOptions options, TimeProvider time) : IVenue
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>Thirty days of candles before the market begins.</summary>
    private const int HistoryMinutes = 30 * 1440;

    private readonly Dictionary<Symbol, KlineBlock> _history = [];
    private Instrument[] _instruments = [];
    private SimulatedExchange? _exchange;
    private MarketPump? _pump;
    private ITimer? _timer;
    private Timestamp _start;

    public string Name => "simulated exchange";
    public IReadOnlyList<IExchangeAccount> Accounts { get; private set; } = [];

    public Task<Result<IReadOnlyList<Instrument>>> PrepareAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation)
    {
        _start = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds());
        var chosen = symbols.Select(s => InstrumentChooser.Choose(null, options.Of(s), null)).ToArray();
        Error[] errors = [.. chosen.SelectMany(c => c.Errors)];
        if (errors.Length > 0)
        {
            return Task.FromResult(Result<IReadOnlyList<Instrument>>.Failed(errors));
        }

        _instruments = [.. chosen.Select(c => c.Value.Instrument)];
        _exchange = new SimulatedExchange(ExchangeOptions(), _instruments);
        foreach (var account in AccountOptions())
        {
            _exchange.AddAccount(account);
        }

        return Task.FromResult(Result<IReadOnlyList<Instrument>>.Ok(_instruments));
    }

    public Task<Result<IReadOnlyList<AccountSnapshot>>> AccountsAsync(CancellationToken cancellation) =>
        Task.FromResult(Result<IReadOnlyList<AccountSnapshot>>.Ok(
            [.. AccountOptions().Select(a => LiveExchange.Snapshot(_exchange!, a.Account, _start))])); // prepared before

    public Task<Result<KlineBlock>> HistoryAsync(Symbol symbol, Interval interval, int count, CancellationToken cancellation)
    {
        if (!_history.TryGetValue(symbol, out var minutes))
        {
            var instrument = _instruments.Single(i => i.Symbol == symbol);
            minutes = InventedHistory.Minutes(instrument, options.Simulation.Seed, _start, StartPrices.Of(symbol), HistoryMinutes);
            _history.Add(symbol, minutes);
        }

        return Task.FromResult(Result<KlineBlock>.Ok(InventedHistory.Aggregate(minutes, interval).Last(count)));
    }

    public Task StartAsync(IReadOnlyList<MarketSubscription> subscriptions, IExchangeListener listener, CancellationToken cancellation)
    {
        var live = new LiveExchange(_exchange!, _instruments, listener, time); // prepared before
        Accounts = [.. AccountOptions().Select(a => live.Open(a.Account))];
        var walks = _instruments.Select(i => new MarketWalk(i, options.Simulation.Seed, _start, StartPrices.Of(i.Symbol)));
        _pump = new MarketPump([.. walks], subscriptions, live, listener, _start);
        foreach (var account in Accounts)
        {
            account.AskSnapshot();
            listener.OnLink(new LinkNews(Link.Private, account.Account, LinkState.Up, _start, "in process"));
        }

        listener.OnLink(new LinkNews(Link.Public, null, LinkState.Up, _start, "in process"));
        _timer = time.CreateTimer(_ => _pump.Advance(new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds())), null, Step, Step);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }
    }

    private ExchangeOptions ExchangeOptions() => new()
    {
        Fill = options.Simulation.Fill switch
        {
            Configuration.FillModel.Touch => Simulation.Exchange.FillModel.Touch,
            Configuration.FillModel.Cross => Simulation.Exchange.FillModel.Cross,
            Configuration.FillModel.Bar or Configuration.FillModel.Book or Configuration.FillModel.Auto => Simulation.Exchange.FillModel.Book,
        },
        SlippageTicks = options.Simulation.Slippage.Unit == SlippageUnit.Ticks ? options.Simulation.Slippage.Value : 0,
        SlippageBp = options.Simulation.Slippage.Unit == SlippageUnit.BasisPoints ? options.Simulation.Slippage.Value : 0,
        Seed = options.Simulation.Seed,
    };

    private IEnumerable<Simulation.Exchange.AccountOptions> AccountOptions() =>
        (options.Mirror.Enabled ? [options.Main, options.Mirror.Account] : new[] { options.Main }).Select(a => new Simulation.Exchange.AccountOptions
        {
            Account = a.Account,
            Balance = a.StartBalance,
            PositionMode = a.PositionMode,
            MarginMode = a.MarginMode ?? MarginMode.Isolated,
            Leverage = a.Leverage,
        });
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
