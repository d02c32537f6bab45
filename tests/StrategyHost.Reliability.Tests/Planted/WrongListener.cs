using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>Between the line and the host: an adapter that tells otherwise.</summary>
internal class WrongListener(IExchangeListener host) : IExchangeListener
{
    protected IExchangeListener Host => host;

    /// <summary>What is told instead of one report.</summary>
    public Func<ExchangeReport, IEnumerable<ExchangeReport>> Tells { get; init; } = report => [report];

    /// <summary>What is shown instead of a picture; null: nothing.</summary>
    public Func<AccountSnapshot, AccountSnapshot?> Shows { get; init; } = picture => picture;

    public virtual void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports)
    {
        ExchangeReport[] told = [.. reports.SelectMany(Tells)];
        foreach (var own in told.GroupBy(r => r.Account))
        {
            host.OnReports(own.Key, [.. own]);
        }
    }

    public virtual void OnSnapshot(AccountSnapshot snapshot)
    {
        if (Shows(snapshot) is { } shown)
        {
            host.OnSnapshot(shown);
        }
    }

    public void OnMarket(MarketNews news) => host.OnMarket(news);

    public virtual void OnLink(LinkNews news) => host.OnLink(news);

    public static Seams Telling(Func<ExchangeReport, IEnumerable<ExchangeReport>> tells) => new()
    {
        Listener = host => new WrongListener(host)
        {
            Tells = tells,
        },
    };

    public static Seams Showing(Func<AccountSnapshot, AccountSnapshot?> shows) => new()
    {
        Listener = host => new WrongListener(host)
        {
            Shows = shows,
        },
    };
}
