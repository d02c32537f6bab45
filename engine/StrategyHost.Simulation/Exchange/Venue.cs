using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>The exchange's markets, accounts and desks, and how calls find them.</summary>
internal sealed class Venue
{
    private readonly Dictionary<Symbol, Market> _markets = [];
    private readonly List<ExchangeAccount> _accounts = [];
    private Market? _lastMarket;
    private ExchangeAccount? _lastAccount;

    public Venue(IReadOnlyList<Instrument> instruments)
    {
        foreach (var instrument in instruments)
        {
            _markets.Add(instrument.Symbol, new Market(instrument));
        }
    }

    public void Add(AccountOptions options)
    {
        if (_accounts.Exists(a => a.Id == options.Account))
        {
            throw new ArgumentException($"account {options.Account} exists", nameof(options));
        }

        _accounts.Add(new ExchangeAccount(options));
    }

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

        var desk = new Desk(account, market);
        account.Desks.Add(desk);
        market.Desks.Add(desk);
        market.Desks.Sort((x, y) => _accounts.IndexOf(x.Account).CompareTo(_accounts.IndexOf(y.Account)));
        return desk;
    }
}
