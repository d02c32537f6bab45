using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.Exchange.Saved;
using StrategyHost.Simulation.LiveMarket;
using StrategyHost.Storage.Exchange;
using ExchangeFill = StrategyHost.Simulation.Exchange.FillModel;

namespace StrategyHost.Host.Live;

/// <summary>
/// The accounts of modes simulated and paper: a simulated exchange in this process, kept in <c>exchange.db</c> in the transaction that
/// answers a request, so that a run goes on where the last one stopped or died.
/// </summary>
internal sealed class SimulatedAccounts : IDisposable
{
    /// <summary>The exchange's file in the data directory.</summary>
    public const string FileName = "exchange.db";

    /// <summary>Levels of symbols that come while the run goes on.</summary>
    private const int BookDepthOfAdded = 50;

    private readonly HostOptions _options;
    private readonly IReadOnlyList<Instrument> _instruments;
    private readonly SimulatedExchange _exchange;
    private readonly ExchangeStore _store;
    private readonly ExchangeTexts _texts = new();
    private readonly ILogger _log;
    private LiveExchange? _live;
    private RecentReports _recent = new();
    private bool _isFailing;

    private SimulatedAccounts(HostOptions options, IReadOnlyList<Instrument> instruments, ExchangeStore store, ILogger log)
    {
        (_options, _instruments, _store, _log) = (options, instruments, store, log);
        _exchange = new SimulatedExchange(Assumptions(options.Simulation), instruments);
    }

    /// <summary>Opens the data directory's exchange, or makes it with the configured accounts.</summary>
    public static Result<SimulatedAccounts> Open(HostOptions options, IReadOnlyList<Instrument> instruments, string directory, ILogger log)
    {
        var store = ExchangeStore.Open(Path.Combine(directory, FileName));
        if (!store.IsOk)
        {
            return Result<SimulatedAccounts>.Failed(store.Errors);
        }

        var accounts = new SimulatedAccounts(options, instruments, store.Value, log);
        var errors = accounts.Restore();
        if (errors.Count == 0)
        {
            return accounts;
        }

        accounts.Dispose();
        return Result<SimulatedAccounts>.Failed([.. errors.Select(e => e with { File = Path.Combine(directory, FileName) })]);
    }

    /// <summary>Whom these accounts' journals belong to.</summary>
    public static IReadOnlyDictionary<AccountId, string> Holders(HostOptions options) =>
        Chosen(options).ToDictionary(a => a.Account, _ => "a simulated account");

    /// <summary>The last price that the exchange knew of a symbol; null: none.</summary>
    public Price? LastPrice(Symbol symbol) =>
        _exchange.Export().Markets.Markets.FirstOrDefault(m => m.Symbol == symbol.Name) is { Last: > 0 and var last }
            ? new Price(last) : null;

    /// <summary>
    /// Symbols on which the data directory's exchange has positions or orders; a file that cannot be read is told by Open.
    /// </summary>
    public static IReadOnlyList<Symbol> Held(string directory)
    {
        var file = Path.Combine(directory, FileName);
        if (!File.Exists(file) || ExchangeStore.Open(file) is not { IsOk: true, Value: var store })
        {
            return [];
        }

        using (store)
        {
            var saved = ExchangeTexts.Read(store.Load());
            var desks = saved is { IsOk: true, Value: { } state } ? state.Accounts.SelectMany(a => a.Desks) : [];
            var held = desks.Where(d => d.Orders.Count > 0 || d.Positions.Any(p => p.Size != 0));
            return [.. held.Select(d => new Symbol(d.Symbol)).Distinct()];
        }
    }

    /// <summary>Lists further contracts.</summary>
    public void Add(IReadOnlyList<Instrument> instruments)
    {
        if (_live is not null)
        {
            _live.Add(instruments);
            return;
        }

        foreach (var instrument in instruments)
        {
            _exchange.AddInstrument(instrument);
        }
    }

    public IReadOnlyList<AccountSnapshot> Snapshots(Timestamp at) =>
        [.. Configured.Select(a => LiveExchange.Snapshot(_exchange, a.Account, at))];

    /// <summary>From now on the exchange belongs to what is returned.</summary>
    public (LiveExchange Exchange, IReadOnlyList<IExchangeAccount> Accounts) Open(
        VenueStart start, IExchangeListener listener, TimeProvider time)
    {
        _live = new LiveExchange(_exchange, listener, time)
        {
            Saved = Keep,
            Recent = _recent,
            LatencyMs = _options.Simulation.LatencyMs,
            BookDepth = symbol => start.Subscriptions.FirstOrDefault(s => s.Symbol == symbol)?.BookDepth ?? BookDepthOfAdded,
        };
        _live.Save();
        foreach (var (account, recovery) in start.Recoveries)
        {
            _live.Recover(account, recovery);
        }

        return (_live, [.. Configured.Select(a => _live.Open(a.Account))]);
    }

    public void Dispose()
    {
        _live?.Save();
        _store.Dispose();
    }

    private IEnumerable<Configuration.AccountOptions> Configured => Chosen(_options);

    private static IEnumerable<Configuration.AccountOptions> Chosen(HostOptions options) =>
        options.Mirror.Enabled ? [options.Main, options.Mirror.Account] : [options.Main];

    private IReadOnlyList<Error> Restore()
    {
        var texts = _store.Load();
        var saved = ExchangeTexts.Read(texts);
        var recent = RecentReports.Read(texts);
        if (!saved.IsOk || !recent.IsOk)
        {
            return [.. saved.Errors, .. recent.Errors];
        }

        _recent = recent.Value;

        if (saved.Value is { } state)
        {
            var errors = _exchange.Restore(WithConfiguredLeverage(state));
            if (errors.Count > 0)
            {
                return errors;
            }

            SetLeverage(state);
        }

        foreach (var account in Configured.Where(a => saved.Value?.Accounts.Any(s => s.Account == a.Account.Name) != true))
        {
            _exchange.AddAccount(new Simulation.Exchange.AccountOptions
            {
                Account = account.Account,
                Balance = account.StartBalance,
                PositionMode = account.PositionMode,
                MarginMode = account.MarginMode ?? MarginMode.Isolated,
                Leverage = account.Leverage,
            });
        }

        return [];
    }

    /// <summary>For the symbols that an account trades from now on.</summary>
    private ExchangeState WithConfiguredLeverage(ExchangeState state) => state with
    {
        Accounts =
        [
            .. state.Accounts.Select(s => Configured.FirstOrDefault(a => a.Account.Name == s.Account) is { } account
                ? s with { Leverage = account.Leverage } : s),
        ],
    };

    /// <summary>
    /// For those that it traded already: the configuration may have changed since. The exchange may refuse, and that is said.
    /// </summary>
    private void SetLeverage(ExchangeState state)
    {
        var desks = from account in Configured
                    from saved in state.Accounts
                    where saved.Account == account.Account.Name
                    from desk in saved.Desks
                    from instrument in _instruments
                    where instrument.Symbol.Name == desk.Symbol
                    select (account.Account, desk, instrument.Symbol, Wanted: Math.Min(account.Leverage, instrument.MaxLeverage));
        foreach (var (account, desk, symbol, wanted) in desks.Where(d => d.desk.Leverage != d.Wanted))
        {
            var refusal = _exchange.SetLeverage(account, symbol, wanted);
            if (refusal.Code != 0)
            {
                _log.Warning("{Account} keeps leverage {Leverage} on {Symbol} instead of the configured {Wanted}: {Why}",
                    account.Name, desk.Leverage, symbol.Name, wanted, refusal.Text);
            }
        }
    }

    private bool Keep(ExchangeState state)
    {
        var error = _store.Save(_texts.Of(state).Concat(_recent.Texts()).ToDictionary(StringComparer.Ordinal));
        if (error is not null && !_isFailing)
        {
            _log.Error("the simulated accounts are not kept: {Problem}", error.ToString());
        }

        _isFailing = error is not null;
        return !_isFailing;
    }

    /// <summary>Depth is always known here, so the book model is the default.</summary>
    private static ExchangeOptions Assumptions(SimulationOptions simulation) => new()
    {
        Fill = simulation.Fill switch
        {
            Configuration.FillModel.Touch => ExchangeFill.Touch,
            Configuration.FillModel.Cross => ExchangeFill.Cross,
            Configuration.FillModel.Bar or Configuration.FillModel.Book or Configuration.FillModel.Auto => ExchangeFill.Book,
        },
        SlippageTicks = simulation.Slippage.Unit == SlippageUnit.Ticks ? simulation.Slippage.Value : 0,
        SlippageBp = simulation.Slippage.Unit == SlippageUnit.BasisPoints ? simulation.Slippage.Value : 0,
        Seed = simulation.Seed,
    };
}
