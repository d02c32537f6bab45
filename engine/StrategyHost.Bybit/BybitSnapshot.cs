using StrategyHost.Bybit.Accounts;
using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit;

/// <summary>One look at an account without opening it: for a start, and for a host that does not run.</summary>
public static class BybitSnapshot
{
    /// <summary>Every position, every open order, the wallet, from a read that is stable or the fifth. Reads only.</summary>
    public static async Task<Result<AccountSnapshot>> FetchAsync(BybitRestClient client, PositionMode mode, CancellationToken cancellation)
    {
        var feed = new AccountFeed(new AccountBook(client.Account, mode), client.Account, Nobody.Instance);
        using var sync = new AccountSync(new AccountReads(client), feed, () => client.ServerNow);
        return await sync.ReadAsync(cancellation).ConfigureAwait(false) is not null
            ? feed.Look(book => book.Snapshot(client.ServerNow))
            : new Error
            {
                Field = "account",
                Value = client.Account.Name,
                Rule = "exchange_unanswered",
                Message = $"the {client.Account} account could not be read: {sync.Failure}",
            };
    }

    private sealed class Nobody : IExchangeListener
    {
        public static readonly Nobody Instance = new();

        public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports) { }

        public void OnSnapshot(AccountSnapshot snapshot) { }

        public void OnMarket(MarketNews news) { }

        public void OnLink(LinkNews news) { }
    }
}
