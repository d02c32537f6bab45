using System.Text.Json;
using System.Text.Json.Serialization;

namespace StrategyHost.Bybit.Wire;

/// <summary>One public trade of the stream <c>publicTrade</c>.</summary>
public sealed class PublicTradeRow : WireObject
{
    /// <summary>Match time in ms.</summary>
    [JsonPropertyName("T")]
    public long? Time { get; set; }

    [JsonPropertyName("s")]
    public string? Symbol { get; set; }

    /// <summary>The taker's side.</summary>
    [JsonPropertyName("S")]
    public WireSide Side { get; set; }

    [JsonPropertyName("v")]
    public decimal? Size { get; set; }

    [JsonPropertyName("p")]
    public decimal? Price { get; set; }

    [JsonPropertyName("L")]
    public WireTickDirection TickDirection { get; set; }

    [JsonPropertyName("i")]
    public string? TradeId { get; set; }

    [JsonPropertyName("BT")]
    public bool? IsBlockTrade { get; set; }

    [JsonPropertyName("RPI")]
    public bool? IsRpiTrade { get; set; }
    public long? Seq { get; set; }
}

/// <summary>One public trade of <c>GET /v5/market/recent-trade</c>.</summary>
public sealed class RecentTradeRow : WireObject
{
    public string? ExecId { get; set; }
    public string? Symbol { get; set; }
    public decimal? Price { get; set; }
    public decimal? Size { get; set; }
    public WireSide Side { get; set; }
    public long? Time { get; set; }
    public bool? IsBlockTrade { get; set; }

    [JsonPropertyName("isRPITrade")]
    public bool? IsRpiTrade { get; set; }
    public long? Seq { get; set; }
}

/// <summary>
/// An order book or a change of one, of the stream <c>orderbook.{depth}</c> and of <c>GET /v5/market/orderbook</c>, whose times stand in
/// the row instead of the envelope. Size 0 in a change deletes the level.
/// </summary>
public sealed class BookRow : WireObject
{
    [JsonPropertyName("s")]
    public string? Symbol { get; set; }

    [JsonPropertyName("b")]
    public WireLevel[]? Bids { get; set; }

    [JsonPropertyName("a")]
    public WireLevel[]? Asks { get; set; }

    /// <summary>Update id: a change continues the book only when it is the last one plus 1; 1 after a restart of the service.</summary>
    [JsonPropertyName("u")]
    public long? UpdateId { get; set; }
    public long? Seq { get; set; }
    public long? Ts { get; set; }
    public long? Cts { get; set; }
}

/// <summary>A price level, on the wire <c>["price","size"]</c>.</summary>
[JsonConverter(typeof(WireLevelConverter))]
public readonly record struct WireLevel(decimal Price, decimal Size);

internal sealed class WireLevelConverter : JsonConverter<WireLevel>
{
    public override WireLevel Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<decimal> cells = stackalloc decimal[2];
        WireCells.Read(ref reader, cells);
        return new WireLevel(cells[0], cells[1]);
    }

    public override void Write(Utf8JsonWriter writer, WireLevel value, JsonSerializerOptions options) =>
        throw new NotSupportedException("levels are only read");
}

/// <summary>A candle of the stream <c>kline.{interval}</c>. Only a confirmed one is closed; a confirmed one may come twice.</summary>
public sealed class KlineRow : WireObject
{
    public long? Start { get; set; }
    public long? End { get; set; }
    public string? Interval { get; set; }
    public decimal? Open { get; set; }
    public decimal? High { get; set; }
    public decimal? Low { get; set; }
    public decimal? Close { get; set; }
    public decimal? Volume { get; set; }
    public decimal? Turnover { get; set; }
    public bool? Confirm { get; set; }
    public long? Timestamp { get; set; }
}

/// <summary>A candle of <c>GET /v5/market/kline</c>, on the wire seven texts; newest first, the first may be unfinished.</summary>
[JsonConverter(typeof(WireKlineConverter))]
public readonly record struct WireKline(
    long Start, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, decimal Turnover);

internal sealed class WireKlineConverter : JsonConverter<WireKline>
{
    public override WireKline Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<decimal> c = stackalloc decimal[7];
        WireCells.Read(ref reader, c);
        var start = c[0] is >= 0 and <= long.MaxValue && decimal.IsInteger(c[0])
            ? (long)c[0]
            : throw new JsonException($"{c[0]} is not a time in ms");
        return new WireKline(start, c[1], c[2], c[3], c[4], c[5], c[6]);
    }

    public override void Write(Utf8JsonWriter writer, WireKline value, JsonSerializerOptions options) =>
        throw new NotSupportedException("candles are only read");
}

/// <summary>Reads rows that are arrays: exactly as many numbers as expected, since a further column would be an unmapped field.</summary>
internal static class WireCells
{
    public static void Read(ref Utf8JsonReader reader, scoped Span<decimal> cells)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException($"an array was expected, found {reader.TokenType}");
        }

        for (var i = 0; i < cells.Length; i++)
        {
            reader.Read();
            cells[i] = DecimalConverter.Read(ref reader) ?? throw new JsonException($"column {i} of {cells.Length} is empty");
        }

        reader.Read();
        if (reader.TokenType != JsonTokenType.EndArray)
        {
            throw new JsonException($"more than {cells.Length} columns");
        }
    }
}

/// <summary>One row of <c>GET /v5/market/funding/history</c>.</summary>
public sealed class FundingRow : WireObject
{
    public string? Symbol { get; set; }
    public decimal? FundingRate { get; set; }
    public long? FundingRateTimestamp { get; set; }
}

/// <summary><c>GET /v5/market/time</c>.</summary>
public sealed class ServerTimeRow : WireObject
{
    public long? TimeSecond { get; set; }
    public long? TimeNano { get; set; }
}
