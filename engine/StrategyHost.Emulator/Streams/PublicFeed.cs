using System.Text;
using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Emulator.Markets;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Streams;

/// <summary>
/// The public topics of the linear stream: orderbook, publicTrade, tickers, kline, and allLiquidation, which stays silent. Called under the
/// floor's lock, after everything that changes a market.
/// </summary>
internal sealed class PublicFeed(TradingFloor floor, StreamHub hub)
{
    public static readonly int[] Depths = [1, 50, 200, 1000];
    private readonly Dictionary<string, PublishedBook[]> _books = floor.Markets.ToDictionary(
        m => m.Symbol.Name, m => Depths.Select(d => new PublishedBook(m.Symbol, d)).ToArray());
    private readonly Dictionary<string, Dictionary<string, string>> _tickers = [];
    private readonly Dictionary<string, Kline> _klines = [];
    private readonly Dictionary<string, long> _tickerMs = [];
    private HashSet<string> _wanted = [];

    /// <summary>The deepest book, which REST shows.</summary>
    public PublishedBook Book(string symbol) => _books[symbol][^1];

    /// <summary>Whether a topic exists here.</summary>
    public bool IsKnown(string topic) => topic.Split('.') switch
    {
        ["orderbook", var depth, var symbol] => Depths.Any(d => WireText.Of(d) == depth) && floor.Market(symbol) is not null,
        ["kline", var interval, var symbol] => KlineInterval.Parse(interval) is not null && floor.Market(symbol) is not null,
        ["tickers" or "publicTrade" or "allLiquidation" or "liquidation" or "priceLimit", var symbol] => floor.Market(symbol) is not null,
        _ => false,
    };

    /// <summary>What a new subscriber gets at once; null: it waits for the next event.</summary>
    public byte[]? First(string topic, long nowMs) => topic.Split('.') switch
    {
        ["orderbook", _, var symbol] => Bytes(_books[symbol].First(b => b.Topic == topic).Snapshot(nowMs)),
        ["tickers", var symbol] => Bytes(TickerSnapshot(topic, symbol, nowMs)),
        ["kline", var interval, var symbol] => Kline(topic, new KlineInterval(interval), (symbol, null), nowMs),
        _ => null,
    };

    /// <summary>Tells subscribers what has changed on a symbol since the last call.</summary>
    public void Publish(SymbolMarket market, long nowMs)
    {
        _wanted = hub.PublicTopics();
        PublishTrades(market, nowMs);
        foreach (var book in _books[market.Symbol.Name])
        {
            if (book.Update(market.Book, market.Seq, nowMs) is { } message && _wanted.Contains(book.Topic))
            {
                hub.Publish(book.Topic, Bytes(message));
            }
        }

        PublishTicker(market, nowMs);
        PublishKlines(market, nowMs);
    }

    /// <summary>Closes the minutes that have ended, with a last confirmed message for each candle.</summary>
    public void CloseMinutes(SymbolMarket market, long nowMs)
    {
        var first = market.Candles.Current.Start;
        if (!market.Candles.Advance(nowMs))
        {
            return;
        }

        _wanted = hub.PublicTopics();
        for (var minute = first; minute < market.Candles.Current.Start; minute += MinuteCandles.MinuteMs)
        {
            foreach (var (topic, interval) in KlineTopics(market))
            {
                var start = interval.StartOf(minute);
                if (interval.EndOf(start) == minute + MinuteCandles.MinuteMs
                    && Kline(topic, interval, (market.Symbol.Name, start), nowMs) is { } message)
                {
                    hub.Publish(topic, message);
                }
            }
        }
    }

    private static byte[] Bytes(JsonObject message) => Encoding.UTF8.GetBytes(message.ToJsonString());

    private void PublishTrades(SymbolMarket market, long nowMs)
    {
        var topic = "publicTrade." + market.Symbol.Name;
        if (market.Unpublished.Count > 0 && _wanted.Contains(topic))
        {
            var rows = market.Unpublished.Select(t => (JsonNode)new JsonObject
            {
                ["T"] = t.TimeMs,
                ["s"] = market.Symbol.Name,
                ["S"] = WireText.Of(t.Side),
                ["v"] = new Quantity(t.Size).ToString(),
                ["p"] = new Price(t.Price).ToString(),
                ["L"] = t.Direction,
                ["i"] = t.Id,
                ["BT"] = false,
                ["RPI"] = false,
                ["seq"] = t.Seq,
            });
            hub.Publish(topic, Bytes(Envelope(topic, "snapshot", nowMs, new JsonArray([.. rows]))));
        }

        market.Unpublished.Clear();
    }

    private void PublishTicker(SymbolMarket market, long nowMs)
    {
        var topic = "tickers." + market.Symbol.Name;
        if (!_wanted.Contains(topic))
        {
            _tickers.Remove(topic);
            return;
        }

        var present = TickerFields.Of(market, nowMs);
        var known = _tickers.GetValueOrDefault(topic) ?? [];
        var changed = new JsonObject { ["symbol"] = market.Symbol.Name };
        foreach (var (name, value) in present)
        {
            if (known.GetValueOrDefault(name) != value)
            {
                changed[name] = value;
            }
        }

        if (changed.Count > 1 || nowMs - _tickerMs.GetValueOrDefault(topic) >= 1000)
        {
            _tickers[topic] = present.ToDictionary(f => f.Key, f => f.Value);
            _tickerMs[topic] = nowMs;
            var message = Envelope(topic, "delta", nowMs, changed);
            message["cs"] = market.Seq;
            hub.Publish(topic, Bytes(message));
        }
    }

    private JsonObject TickerSnapshot(string topic, string symbol, long nowMs)
    {
        var market = floor.Market(symbol)!; // IsKnown was asked
        var fields = TickerFields.Of(market, nowMs);
        _tickers.TryAdd(topic, fields.ToDictionary(f => f.Key, f => f.Value));
        var data = new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value)));
        var message = Envelope(topic, "snapshot", nowMs, data);
        message["cs"] = market.Seq;
        return message;
    }

    private void PublishKlines(SymbolMarket market, long nowMs)
    {
        foreach (var (topic, interval) in KlineTopics(market))
        {
            var start = interval.StartOf(market.Candles.Current.Start);
            if (market.Candles.At(interval, start) is not { } candle || (_klines.TryGetValue(topic, out var known) && known == candle))
            {
                continue;
            }

            _klines[topic] = candle;
            if (Kline(topic, interval, (market.Symbol.Name, start), nowMs) is { } message)
            {
                hub.Publish(topic, message);
            }
        }
    }

    private IEnumerable<(string Topic, KlineInterval Interval)> KlineTopics(SymbolMarket market) =>
        from name in KlineInterval.Names
        let topic = $"kline.{name}.{market.Symbol.Name}"
        where _wanted.Contains(topic)
        select (topic, new KlineInterval(name));

    private byte[]? Kline(string topic, KlineInterval interval, (string Symbol, long? Start) which, long nowMs)
    {
        var market = floor.Market(which.Symbol)!; // a known topic
        var start = which.Start ?? interval.StartOf(market.Candles.Current.Start);
        if (market.Candles.At(interval, start) is not { } candle)
        {
            return null;
        }

        var end = interval.EndOf(start);
        var row = new JsonObject
        {
            ["start"] = start,
            ["end"] = end - 1,
            ["interval"] = interval.Name,
            ["open"] = new Price(candle.Open).ToString(),
            ["close"] = new Price(candle.Close).ToString(),
            ["high"] = new Price(candle.High).ToString(),
            ["low"] = new Price(candle.Low).ToString(),
            ["volume"] = new Quantity(candle.Volume).ToString(),
            ["turnover"] = WireText.Of(decimal.Round((decimal)candle.Turnover, 4)),
            ["confirm"] = market.Candles.Current.Start >= end,
            ["timestamp"] = nowMs,
        };
        return Bytes(Envelope(topic, "snapshot", nowMs, new JsonArray(row)));
    }

    private static JsonObject Envelope(string topic, string type, long nowMs, JsonNode data) => new()
    {
        ["topic"] = topic,
        ["type"] = type,
        ["ts"] = nowMs,
        ["data"] = data,
    };
}
