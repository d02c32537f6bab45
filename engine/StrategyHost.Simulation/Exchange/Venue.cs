using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>The exchange's markets, accounts and desks, and how calls find them.</summary>
internal sealed class Venue
{
    private readonly Dictionary<Symbol, Market> _markets = [];
    private readonly List<Market> _inOrder = [];
    private readonly List<ExchangeAccount> _accounts = [];
    private Market? _lastMarket;
    private ExchangeAccount? _lastAccount;

    public Venue(IReadOnlyList<Instrument> instruments)
    {
        foreach (var instrument in instruments)
        {
            Add(instrument);
        }
    }

    /// <summary>A market of a symbol that there was none of.</summary>
    public void Add(Instrument instrument)
    {
        var market = new Market(instrument);
        _markets.Add(instrument.Symbol, market);
        _inOrder.Add(market);
    }

    /// <summary>In the order of the instruments.</summary>
    public IReadOnlyList<Market> Markets => _inOrder;

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyList<ExchangeAccount> Accounts => _accounts;

    public ExchangeAccount Add(AccountOptions options)
    {
        if (_accounts.Exists(a => a.Id == options.Account))
        {
            throw new ArgumentException($"account {options.Account} exists", nameof(options));
        }

        var account = new ExchangeAccount(options);
        _accounts.Add(account);
        return account;
    }

    /// <summary>The market of a symbol; null: no such one.</summary>
    public Market? FindMarket(Symbol symbol) => _markets.GetValueOrDefault(symbol);

    /// <summary>A market that exists; asking for another is a bug of the caller.</summary>
    public Market Market(Symbol symbol)
    {
        if (_lastMarket is { } last && ReferenceEquals(last.Instrument.Symbol.Name, symbol.Name))
        {
            return last;
        }

        return _lastMarket = _markets[symbol];
    }

    public ExchangeAccount Account(AccountId id)
    {
        if (_lastAccount is { } last && last.Id == id)
        {
            return last;
        }

        foreach (var account in _accounts)
        {
            if (account.Id == id)
            {
                return _lastAccount = account;
            }
        }

        throw new ArgumentException($"no account {id}", nameof(id));
    }

    /// <summary>The desk of a request, with the market's clock set; null: no such symbol.</summary>
    public Desk? DeskFor(AccountId id, Symbol symbol, Timestamp at)
    {
        var account = Account(id);
        var market = _lastMarket;
        if (market is null || !ReferenceEquals(market.Instrument.Symbol.Name, symbol.Name))
        {
            if (!_markets.TryGetValue(symbol, out market))
            {
                return null;
            }

            _lastMarket = market;
        }

        market.NowMs = at.Ms;
        foreach (var known in market.Desks)
        {
            if (ReferenceEquals(known.Account, account))
            {
                return known;
            }
        }

        return Open(account, market);
    }

    /// <summary>Gives an account its desk on a market where it has none.</summary>
    public Desk Open(ExchangeAccount account, Market market)
    {
        var desk = new Desk(account, market);
        account.IsChanged = true;
        account.Desks.Add(desk);
        market.Desks.Add(desk);
        market.Desks.Sort((x, y) => _accounts.IndexOf(x.Account).CompareTo(_accounts.IndexOf(y.Account)));
        return desk;
    }
}
