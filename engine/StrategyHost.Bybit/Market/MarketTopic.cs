using System.Text.Json;
using StrategyHost.Bybit.Codec;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Market;

/// <summary>What came out of one message.</summary>
internal readonly record struct Taken(IReadOnlyList<MarketNews> News, IReadOnlyList<Error> Errors, bool SubscribeAgain)
{
    public static readonly Taken Nothing = new([], [], false);

    public static Taken Of(MarketNews news) => new([news], [], false);

    /// <summary>The state is lost: a fresh subscription brings a snapshot.</summary>
    public static Taken Lost(IReadOnlyList<Error> errors, params IReadOnlyList<MarketNews> news) => new(news, errors, true);
}

/// <summary>
/// One subscribed topic and its state: turns messages into news, drops what was told before, and says what is missing. Owned by
/// <see cref="BybitMarketData"/>, which holds a lock around it.
/// </summary>
internal abstract class MarketTopic(Symbol symbol)
{
    public Symbol Symbol { get; } = symbol;

    /// <summary>Throws JsonException on a message of another shape.</summary>
    public abstract Taken Take(ReadOnlySpan<byte> message);

    /// <summary>A new connection is open: what came between is missing.</summary>
    public abstract IReadOnlyList<MarketNews> Reconnected();

    public static IEnumerable<string> Names(MarketSubscription wanted)
    {
        var symbol = wanted.Symbol.Name;
        return wanted.Intervals.Select(i => $"kline.{IntervalCodec.Write(i)}.{symbol}")
            .Concat(wanted.Trades ? [$"publicTrade.{symbol}"] : [])
            .Concat(wanted.Ticker ? [$"tickers.{symbol}"] : [])
            .Concat(wanted.BookDepth > 0 ? [$"orderbook.{wanted.BookDepth}.{symbol}"] : []);
    }

    public static MarketTopic Of(string name, IReadOnlyList<MarketSubscription> wanted, Timestamp serverNow)
    {
        var parts = name.Split('.');
        var symbol = new Symbol(parts[^1]);
        return parts[0] switch
        {
            "publicTrade" => new TradeTopic(symbol),
            "tickers" => new TickerTopic(symbol),
            "orderbook" => new BookTopic(symbol, wanted.First(w => w.Symbol == symbol && w.BookDepth > 0).BookDepth),
            _ => new KlineTopic(
                symbol, wanted.SelectMany(w => w.Intervals).First(i => IntervalCodec.Write(i) == parts[1]), serverNow),
        };
    }

    public static Error Shape(string topic, JsonException e) => new()
    {
        File = topic,
        Rule = "wire_shape",
        Message = $"A message has another shape at {e.Path}. Report it.",
    };

    protected GapNews Gap(GapKind kind, Timestamp from, Timestamp at) => new(kind, from)
    {
        Symbol = Symbol,
        At = at,
    };
}
