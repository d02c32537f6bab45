using StrategyHost.Bybit.Accounts;
using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>Wrong adapters, made wrong at their seams: options and the listener.</summary>
internal static class Plants
{
    public const string ShortFence = "short-fence";
    public const string WideQuotas = "wide-quotas";
    public const string ShortBan = "short-ban";
    public const string NoReconcile = "no-reconcile";
    public const string NoFollowing = "no-following";
    public const string LostReport = "lost-report";
    public const string RepeatedReport = "repeated-report";

    public static RequestLimits Limits(string plant) => plant switch
    {
        WideQuotas => new RequestLimits { AddressRequests = 6000, SlackMs = -600 },
        ShortBan => new RequestLimits { BanMs = 60_000 },
        _ => RequestLimits.Default,
    };

    public static BybitAccountOptions Options(string plant, BybitAccountOptions options) => plant switch
    {
        ShortFence => options with { FenceMarginMs = -10_000 },
        NoReconcile => options with { ReconcileMs = int.MaxValue },
        NoFollowing => options with { AnswerMs = int.MaxValue },
        _ => options,
    };

    public static IExchangeListener Listener(string plant, IExchangeListener listener) =>
        plant is LostReport or RepeatedReport ? new WrongListener(plant, listener) : listener;

    /// <summary>Every fortieth execution is lost or comes twice.</summary>
    private sealed class WrongListener(string plant, IExchangeListener listener) : IExchangeListener
    {
        private int _executions;

        public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports)
        {
            foreach (var report in reports)
            {
                var isHit = report is FillReport && ++_executions % 40 == 0;
                for (var times = !isHit ? 1 : plant == LostReport ? 0 : 2; times > 0; times--)
                {
                    listener.OnReports(account, [report]);
                }
            }
        }

        public void OnSnapshot(AccountSnapshot snapshot) => listener.OnSnapshot(snapshot);

        public void OnMarket(MarketNews news) => listener.OnMarket(news);

        public void OnLink(LinkNews news) => listener.OnLink(news);
    }
}
