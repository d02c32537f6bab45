using System.Text.Json;
using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Market;

/// <summary>
/// Public trades: none twice, and never back in time. A trade that comes after later ones is out of order and is left out with a gap told,
/// because whoever builds prices from trades cannot go back.
/// </summary>
internal sealed class TradeTopic(Symbol symbol) : MarketTopic(symbol)
{
    private const int KnownMax = 5000;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];
    private long _lastMs;

    public override Taken Take(ReadOnlySpan<byte> message)
    {
        var trades = JsonSerializer.Deserialize(message, BybitJson.Default.TradeMessage) ?? new StreamMessage<PublicTradeRow[]>();
        var fresh = (trades.Data ?? []).Where(r => r.TradeId is null || !_known.Contains(r.TradeId)).ToArray();
        var inTime = Array.FindAll(fresh, r => r.Time is null || r.Time >= _lastMs);
        List<MarketNews> news = inTime.Length == fresh.Length
            ? []
            : [Gap(GapKind.Trades, new Timestamp(fresh.Min(r => r.Time ?? _lastMs)), new Timestamp(_lastMs))];
        trades.Data = inTime;
        var read = MarketCodec.Trades(trades);
        if (!read.IsOk)
        {
            return new Taken(news, read.Errors, false);
        }

        Array.ForEach(fresh, Know);
        if (read.Value.Count > 0)
        {
            _lastMs = read.Value.Time[^1];
            news.Add(new TradesNews(read.Value)
            {
                Symbol = Symbol,
                At = new Timestamp(_lastMs),
            });
        }

        return new Taken(news, [], false);
    }

    public override IReadOnlyList<MarketNews> Reconnected() =>
        _lastMs == 0 ? [] : [Gap(GapKind.Trades, new Timestamp(_lastMs), new Timestamp(_lastMs))];

    private void Know(PublicTradeRow row)
    {
        if (row.TradeId is { } id && _known.Add(id))
        {
            _order.Enqueue(id);
            if (_order.Count > KnownMax)
            {
                _known.Remove(_order.Dequeue());
            }
        }
    }
}
