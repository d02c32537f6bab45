using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Bybit.Codec;

/// <summary>A candle as the stream tells it; only a closed one may be acted on, and it may come twice.</summary>
public sealed record KlineUpdate(Symbol Symbol, Interval Interval, Kline Kline, bool IsClosed);

/// <summary>
/// Market messages into Core's market data. Pure; a message is translated whole or refused with its errors. Block trades are left out:
/// they are negotiated outside the book and trigger nothing (bybit-v5 §7.1, unverified).
/// </summary>
public static class MarketCodec
{
    /// <summary>Trades of one message of <c>publicTrade</c>, in match order.</summary>
    public static Result<TradeBlock> Trades(StreamMessage<PublicTradeRow[]> message)
    {
        var reader = new WireReader("publicTrade");
        var symbol = SymbolOf(reader, message.Topic);
        var rows = (message.Data ?? []).Where(r => r.IsBlockTrade != true).ToArray();
        if (rows.FirstOrDefault(r => r.Symbol != symbol.Name) is { } stray)
        {
            reader.Bad<string>("s", stray.Symbol, "differs from the topic's symbol");
        }

        var time = Array.ConvertAll(rows, r => reader.Time(r.Time, "T").Ms);
        var price = Array.ConvertAll(rows, r => reader.Units(r.Price, "p"));
        var size = Array.ConvertAll(rows, r => reader.Units(r.Size, "v"));
        var side = Array.ConvertAll(rows, r => Sign(EnumCodec.Side(reader, r.Side)));
        return reader.Done(() => new TradeBlock(symbol, time, price, size, side));
    }

    /// <summary>Trades of <c>recent-trade</c>, oldest first. Trades of one millisecond keep the order of their sequence numbers.</summary>
    public static Result<TradeBlock> RecentTrades(ListResult<RecentTradeRow> result, Symbol symbol)
    {
        var reader = new WireReader("recent-trade");

        // The reply is newest first, so rows of equal time and sequence are reversed before the stable sort.
        var rows = (result.List ?? []).Where(r => r.IsBlockTrade != true && r.Symbol == symbol.Name)
            .Reverse().OrderBy(r => r.Time).ThenBy(r => r.Seq ?? 0).ToArray();
        var time = Array.ConvertAll(rows, r => reader.Time(r.Time, "time").Ms);
        var price = Array.ConvertAll(rows, r => reader.Units(r.Price, "price"));
        var size = Array.ConvertAll(rows, r => reader.Units(r.Size, "size"));
        var side = Array.ConvertAll(rows, r => Sign(EnumCodec.Side(reader, r.Side)));
        return reader.Done(() => new TradeBlock(symbol, time, price, size, side));
    }

    /// <summary>A message of <c>orderbook.{depth}</c>. The time is the matching engine's where it is given.</summary>
    public static Result<BookUpdate> Book(StreamMessage<BookRow> message)
    {
        var reader = new WireReader("orderbook");
        var isSnapshot = message.Type switch
        {
            WireMessageType.Snapshot => true,
            WireMessageType.Delta => false,
            WireMessageType.None or WireMessageType.Unknown => reader.Bad<bool>("type", message.Type, "is neither snapshot nor delta"),
        };
        return Book(reader, message.Data ?? new BookRow(), message.Cts ?? message.Ts, isSnapshot);
    }

    /// <summary>
    /// A snapshot of <c>market/orderbook</c>; its update id continues the 1000-level stream only (bybit-v5 §2.5).
    /// </summary>
    public static Result<BookUpdate> Book(BookRow row) =>
        Book(new WireReader("market/orderbook"), row, row.Cts ?? row.Ts, isSnapshot: true);

    /// <summary>One row of a message of <c>kline.{interval}</c>.</summary>
    public static Result<KlineUpdate> Kline(KlineRow row, string topic)
    {
        var reader = new WireReader("kline");
        var symbol = SymbolOf(reader, topic);
        var interval = IntervalCodec.Read(reader, row.Interval);
        var kline = new Kline(
            reader.Number(row.Start, "start"),
            reader.Units(row.Open, "open"),
            reader.Units(row.High, "high"),
            reader.Units(row.Low, "low"),
            reader.Units(row.Close, "close"),
            reader.Units(row.Volume, "volume"),
            (double)reader.Amount(row.Turnover, "turnover"));
        return reader.Done(() => new KlineUpdate(symbol, interval, kline, row.Confirm ?? false));
    }

    /// <summary>Closed candles of <c>market/kline</c>, oldest first; the reply is newest first, its first may be unfinished.</summary>
    public static Result<KlineBlock> Klines(ListResult<WireKline> result, Interval interval, Timestamp replyTime)
    {
        var reader = new WireReader("market/kline");
        var symbol = new Symbol(reader.Text(result.Symbol, "symbol"));
        var rows = (result.List ?? []).Where(k => k.Start + interval.Ms <= replyTime.Ms).OrderBy(k => k.Start).ToArray();
        var open = Array.ConvertAll(rows, k => reader.Units(k.Open, "open"));
        var high = Array.ConvertAll(rows, k => reader.Units(k.High, "high"));
        var low = Array.ConvertAll(rows, k => reader.Units(k.Low, "low"));
        var close = Array.ConvertAll(rows, k => reader.Units(k.Close, "close"));
        var volume = Array.ConvertAll(rows, k => reader.Units(k.Volume, "volume"));
        return reader.Done(() => new KlineBlock(
            symbol, interval, Array.ConvertAll(rows, k => k.Start), open, high, low, close, volume,
            Array.ConvertAll(rows, k => (double)k.Turnover)));
    }

    private static Result<BookUpdate> Book(WireReader reader, BookRow row, long? time, bool isSnapshot)
    {
        var symbol = new Symbol(reader.Text(row.Symbol, "s"));
        var at = reader.Time(time, "cts");
        var updateId = reader.Number(row.UpdateId, "u");
        var bids = Levels(reader, row.Bids, "b");
        var asks = Levels(reader, row.Asks, "a");
        return reader.Done(() => new BookUpdate(symbol, at, isSnapshot, updateId, bids, asks));
    }

    private static BookLevel[] Levels(WireReader reader, WireLevel[]? levels, string field) =>
        Array.ConvertAll(levels ?? [], l => new BookLevel(reader.Units(l.Price, field), reader.Units(l.Size, field)));

    private static sbyte Sign(Side side) => side == Side.Buy ? (sbyte)1 : (sbyte)-1;

    // Topics end in the symbol: publicTrade.BTCUSDT, kline.5.BTCUSDT.
    private static Symbol SymbolOf(WireReader reader, string? topic) => new(reader.Text(topic?[(topic.LastIndexOf('.') + 1)..], "topic"));
}
