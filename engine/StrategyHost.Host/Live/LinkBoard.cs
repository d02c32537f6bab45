using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Host.Live;

/// <summary>Which connections are up. Only the loop's thread writes.</summary>
internal sealed class LinkBoard(IReadOnlyCollection<AccountId> accounts, ILogger log)
{
    private const string NotYet = "it has not come up yet";
    private readonly Dictionary<(Link Link, AccountId? Account), LinkNews> _links = accounts
        .Select(a => new LinkNews(Link.Private, a, LinkState.Down, default, NotYet))
        .Prepend(new LinkNews(Link.Public, null, LinkState.Down, default, NotYet))
        .ToDictionary(l => (l.Link, l.Account));

    public IReadOnlyCollection<LinkNews> Links => _links.Values;

    public SilentMarkets Markets { get; } = new();

    public void Take(LinkNews news) => _links[(news.Link, news.Account)] = news;

    public void Take(AccountId account, IReadOnlyList<ExchangeReport> reports)
    {
        foreach (var report in reports)
        {
            log.Debug("{Account} hears {Report}", account.Name, report);
        }
    }

    /// <summary>Says what is wrong with what comes in; any thread.</summary>
    public void Warn(string problem) => log.Warning("{Problem}", problem);

    /// <summary>Everything that this account needs is up: its own streams and the market's.</summary>
    public bool IsConnected(AccountId account) =>
        _links.Values.Where(l => l.Account is null || l.Account == account).All(l => l.State == LinkState.Up);

    /// <summary>What is down now, one line each.</summary>
    public IEnumerable<string> Problems(AccountId account) => _links.Values
        .Where(l => l.State != LinkState.Up && (l.Account is null || l.Account == account))
        .Select(l => $"{l.Link} link {l.State} since {l.At}: {l.Why}")
        .Concat(Markets.Silent.Select(m => $"{m.Symbol} is silent: nothing was heard of its market since {m.Since}"));
}
