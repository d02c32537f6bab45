using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Bybit.Market;

/// <summary>Fetches the candles that a stream did not bring.</summary>
internal sealed class KlineRepair(BybitRestClient client)
{
    /// <summary>Closed candles from a start on; null: the read failed and is tried again.</summary>
    public async Task<KlineBlock?> FetchAsync(KlineTopic topic, Timestamp from, CancellationToken cancellation)
    {
        var wanted = new KlineQuery(topic.Symbol, topic.Interval, from, client.ServerNow);
        var result = await BybitKlines.FetchAsync(client, wanted, cancellation).ConfigureAwait(false);
        return result.IsOk ? result.Value : null;
    }
}
