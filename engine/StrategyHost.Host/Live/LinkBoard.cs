using Serilog;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Host.Live;

/// <summary>Which connections are up, and each account as its exchange reports it. Only the loop's thread writes.</summary>
internal sealed class LinkBoard(IReadOnlyCollection<AccountId> accounts, ILogger log)
{
    private const string NotYet = "it has not come up yet";
    private readonly Dictionary<(Link Link, AccountId? Account), LinkNews> _links = accounts
        .Select(a => new LinkNews(Link.Private, a, LinkState.Down, default, NotYet))
        .Prepend(new LinkNews(Link.Public, null, LinkState.Down, default, NotYet))
        .ToDictionary(l => (l.Link, l.Account));
    private readonly Dictionary<AccountId, ObservedAccount> _observed = accounts.ToDictionary(a => a, a => new ObservedAccount(a));

    public IReadOnlyCollection<LinkNews> Links => _links.Values;

    public ObservedAccount Observed(AccountId account) => _observed[account];

    public void Take(LinkNews news) => _links[(news.Link, news.Account)] = news;

    public void Take(AccountSnapshot s) => _observed[s.Account].Replace(s.At, s.WalletBalance, s.Positions, s.OpenOrders);

    public void Take(AccountId account, IReadOnlyList<ExchangeReport> reports)
    {
        foreach (var report in reports)
        {
            log.Debug("{Account} hears {Report}", account.Name, report);
            _observed[account].Apply(report);
        }
    }

    /// <summary>Everything that this account needs is up: its own streams and the market's.</summary>
    public bool IsConnected(AccountId account) =>
        _links.Values.Where(l => l.Account is null || l.Account == account).All(l => l.State == LinkState.Up);

    /// <summary>What is down now, one line each.</summary>
    public IEnumerable<string> Problems(AccountId account) => _links.Values
        .Where(l => l.State != LinkState.Up && (l.Account is null || l.Account == account))
        .Select(l => $"{l.Link} link {l.State} since {l.At}: {l.Why}");
}
