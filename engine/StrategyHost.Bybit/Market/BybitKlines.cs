using System.Globalization;
using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Bybit;

/// <summary>Which candles: those that start at or after From and before To.</summary>
public readonly record struct KlineQuery(Symbol Symbol, Interval Interval, Timestamp From, Timestamp To);

/// <summary>History of candles, for warm-up and repair (Bybit V5 kline, read 2026-07-24).</summary>
public static class BybitKlines
{
    private const int RowsMax = 1000;

    /// <summary>Closed candles, oldest first; an error when any part could not be read.</summary>
    public static async Task<Result<KlineBlock>> FetchAsync(BybitRestClient client, KlineQuery wanted, CancellationToken cancellation)
    {
        var blocks = new List<KlineBlock>();
        var step = wanted.Interval.Ms;
        for (var start = CeilingTo(wanted.From.Ms, step); start < wanted.To.Ms; start += RowsMax * step)
        {
            var end = Math.Min(start + ((RowsMax - 1) * step), wanted.To.Ms - 1);
            var request = new RestRequest<ListResult<WireKline>>("/v5/market/kline", BybitJson.Default.KlineReply)
            {
                Query = Query.Of(("category", "linear"), ("symbol", wanted.Symbol.Name), ("interval", IntervalCodec.Write(wanted.Interval)),
                    ("start", Text(start)), ("end", Text(end)), ("limit", Text(RowsMax))),
                IsSigned = false,
            };
            var result = await client.SendAsync(request, cancellation).ConfigureAwait(false);
            if (result is not Ok<ListResult<WireKline>> ok)
            {
                return Failures.Of(result, request.Path);
            }

            var block = MarketCodec.Klines(ok.Value, wanted.Interval, ok.ServerTime ?? client.ServerNow);
            if (!block.IsOk)
            {
                return block;
            }

            blocks.Add(block.Value);
        }

        return Joined(wanted, blocks);
    }

    private static KlineBlock Joined(KlineQuery wanted, List<KlineBlock> blocks) => new(
        wanted.Symbol, wanted.Interval, All(blocks, b => b.Start), All(blocks, b => b.Open), All(blocks, b => b.High),
        All(blocks, b => b.Low), All(blocks, b => b.Close), All(blocks, b => b.Volume), All(blocks, b => b.Turnover));

    private static T[] All<T>(List<KlineBlock> blocks, Func<KlineBlock, T[]> column) => [.. blocks.SelectMany(column)];

    private static long CeilingTo(long value, long step) => (value + step - 1) / step * step;

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
