using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Codec;

/// <summary>
/// What is known of a symbol's ticker. A snapshot replaces it, a delta changes the fields that it carries and leaves the others
/// (bybit-v5 §6.2); an empty text carries no value and changes nothing. Immutable; the market stream keeps the last one per symbol.
/// </summary>
public sealed record Ticker
{
    public required Symbol Symbol { get; init; }

    /// <summary>When the last message was made.</summary>
    public required Timestamp Time { get; init; }
    public decimal? LastPrice { get; init; }
    public decimal? MarkPrice { get; init; }
    public decimal? IndexPrice { get; init; }
    public decimal? BidPrice { get; init; }
    public decimal? BidSize { get; init; }
    public decimal? AskPrice { get; init; }
    public decimal? AskSize { get; init; }

    /// <summary>As a fraction; positive: longs pay.</summary>
    public decimal? FundingRate { get; init; }
    public Timestamp? NextFundingTime { get; init; }
    public decimal? OpenInterest { get; init; }
    public decimal? Volume24h { get; init; }
    public decimal? Turnover24h { get; init; }

    /// <summary>
    /// The ticker after a message. A delta without a snapshot before it, a message of another symbol, or one that is neither snapshot nor
    /// delta is an error: subscribe again. A message older than the state leaves it as it is.
    /// </summary>
    public static Result<Ticker> Apply(Ticker? before, StreamMessage<TickerRow> message)
    {
        var reader = new WireReader("tickers");
        var row = message.Data ?? new TickerRow();
        var symbol = new Symbol(reader.Text(row.Symbol, "symbol"));
        var time = reader.Time(message.Ts, "ts");
        if (before is not null && before.Symbol != symbol)
        {
            reader.Bad<bool>("symbol", symbol, $"is not {before.Symbol}");
        }

        var start = message.Type switch
        {
            WireMessageType.Snapshot => new Ticker { Symbol = symbol, Time = time },
            WireMessageType.Delta => before ?? reader.Bad<Ticker>("type", message.Type, "came before any snapshot"),
            WireMessageType.None or WireMessageType.Unknown => reader.Bad<Ticker>("type", message.Type, "is neither snapshot nor delta"),
        };
        return reader.Done(() => before is not null && time < before.Time ? before : Merge(start, row, time));
    }

    private static Ticker Merge(Ticker start, TickerRow row, Timestamp time) => start with
    {
        Time = time,
        LastPrice = row.LastPrice ?? start.LastPrice,
        MarkPrice = row.MarkPrice ?? start.MarkPrice,
        IndexPrice = row.IndexPrice ?? start.IndexPrice,
        BidPrice = row.Bid1Price ?? start.BidPrice,
        BidSize = row.Bid1Size ?? start.BidSize,
        AskPrice = row.Ask1Price ?? start.AskPrice,
        AskSize = row.Ask1Size ?? start.AskSize,
        FundingRate = row.FundingRate ?? start.FundingRate,
        NextFundingTime = row.NextFundingTime is { } ms ? new Timestamp(ms) : start.NextFundingTime,
        OpenInterest = row.OpenInterest ?? start.OpenInterest,
        Volume24h = row.Volume24h ?? start.Volume24h,
        Turnover24h = row.Turnover24h ?? start.Turnover24h,
    };
}
