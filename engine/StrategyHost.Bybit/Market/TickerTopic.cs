using System.Text.Json;
using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Market;

/// <summary>The ticker, merged. After a reconnect the first message must be a snapshot again.</summary>
internal sealed class TickerTopic(Symbol symbol) : MarketTopic(symbol)
{
    private Ticker? _ticker;
    private Timestamp? _last;

    public override Taken Take(ReadOnlySpan<byte> message)
    {
        var row = JsonSerializer.Deserialize(message, BybitJson.Default.TickerMessage) ?? new StreamMessage<TickerRow>();
        var merged = Ticker.Apply(_ticker, row);
        if (!merged.IsOk)
        {
            return Taken.Lost(merged.Errors);
        }

        if (ReferenceEquals(merged.Value, _ticker))
        {
            return Taken.Nothing; // older than what is known
        }

        _ticker = merged.Value;
        _last = _ticker.Time;
        return Taken.Of(News(_ticker));
    }

    public override IReadOnlyList<MarketNews> Reconnected()
    {
        _ticker = null;
        return _last is { } last ? [Gap(GapKind.Ticker, last, last)] : [];
    }

    private static TickerNews News(Ticker t) => new()
    {
        Symbol = t.Symbol,
        At = t.Time,
        Last = PriceOf(t.LastPrice),
        Mark = PriceOf(t.MarkPrice),
        Index = PriceOf(t.IndexPrice),
        Bid = PriceOf(t.BidPrice),
        Ask = PriceOf(t.AskPrice),
        BidSize = QuantityOf(t.BidSize),
        AskSize = QuantityOf(t.AskSize),
        FundingRate = (double?)t.FundingRate,
        NextFunding = t.NextFundingTime,
        OpenInterest = (double?)t.OpenInterest,
        Volume24h = (double?)t.Volume24h,
        Turnover24h = (double?)t.Turnover24h,
    };

    private static Price? PriceOf(decimal? value) =>
        value is { } known && FixedPoint.TryUnits(known) is { } units ? new Price(units) : null;

    private static Quantity? QuantityOf(decimal? value) =>
        value is { } known && FixedPoint.TryUnits(known) is { } units ? new Quantity(units) : null;
}
