using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Host.Authoring.Testing;

/// <summary>A question of a test that cannot be answered; the text tells the test's author why, at the line that asked.</summary>
internal sealed class FixtureException(string message) : Exception(message);

/// <summary>
/// Market data as a test writes them, as a tape. Prices and sizes are rounded to the nine decimals that the host counts with.
/// </summary>
internal static class FixtureTape
{
    public static MarketTape Of(JsonElement fixture, Symbol symbol)
    {
        var candles = fixture.TryGetProperty("candles", out var given) ? Candles(given, symbol, IntervalOf(fixture)) : null;
        var trades = fixture.TryGetProperty("trades", out given) ? Trades(given, symbol) : null;
        return new MarketTape
        {
            Symbols =
            [
                new SymbolTape
                {
                    Symbol = symbol,
                    Klines = candles is null ? [] : [candles],
                    Trades = trades,
                },
            ],
            Files = [],
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fixture.GetRawText()))),
        };
    }

    public static Interval IntervalOf(JsonElement fixture)
    {
        var text = fixture.TryGetProperty("interval", out var given) ? given.ToString() : "1m";
        return Interval.TryParse(text, out var interval) ? interval
            : throw new FixtureException($"interval '{text}' is none of {string.Join(", ", Interval.Names)}");
    }

    public static KlineBlock Candles(JsonElement list, Symbol symbol, Interval interval)
    {
        var rows = Items(list, "candles").Select((row, i) => Candle(row, i)).ToArray();
        for (var i = 1; i < rows.Length; i++)
        {
            Ordered(rows[i].Start - rows[i - 1].Start >= interval.Ms, $"candles[{i}]", $"starts less than {interval} after the one before");
        }

        return new KlineBlock(
            symbol, interval, [.. rows.Select(r => r.Start)], [.. rows.Select(r => r.Open)], [.. rows.Select(r => r.High)],
            [.. rows.Select(r => r.Low)], [.. rows.Select(r => r.Close)], [.. rows.Select(r => r.Volume)],
            [.. rows.Select(r => r.Turnover)]);
    }

    /// <summary>A price or size of a test in units of 1e-9.</summary>
    public static long Units(double value, string what) =>
        double.IsFinite(value) && Math.Abs(value) < 9e9 ? FixedPoint.Units(Math.Round((decimal)value, FixedPoint.Decimals))
            : throw new FixtureException($"{what} is no number that a price or size can have");

    public static double Number(JsonElement of, string name, string where, double? otherwise = null) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : otherwise ?? throw new FixtureException($"{where}: {name} is missing or no number");

    private static Kline Candle(JsonElement row, int index)
    {
        var where = $"candles[{index}]";
        var close = Number(row, "close", where);
        var open = Number(row, "open", where, close);
        var (high, low) = (Number(row, "high", where, Math.Max(open, close)), Number(row, "low", where, Math.Min(open, close)));
        Ordered(low > 0 && low <= Math.Min(open, close) && high >= Math.Max(open, close), where, "needs 0 < low ≤ open, close ≤ high");
        var volume = Number(row, "volume", where, 1);
        return new Kline(
            (long)Number(row, "start", where), Units(open, where), Units(high, where), Units(low, where), Units(close, where),
            Units(volume, where), volume * close);
    }

    private static TradeBlock Trades(JsonElement list, Symbol symbol)
    {
        var rows = Items(list, "trades").ToArray();
        var times = rows.Select((r, i) => (long)Number(r, "time", $"trades[{i}]")).ToArray();
        for (var i = 1; i < times.Length; i++)
        {
            Ordered(times[i] >= times[i - 1], $"trades[{i}]", "is earlier than the one before");
        }

        return new TradeBlock(
            symbol, times, [.. rows.Select((r, i) => Units(Number(r, "price", $"trades[{i}]"), $"trades[{i}]"))],
            [.. rows.Select((r, i) => Units(Number(r, "size", $"trades[{i}]", 1), $"trades[{i}]"))],
            [.. rows.Select(r => (sbyte)(r.TryGetProperty("side", out var side) && side.ToString() == "sell" ? -1 : 1))]);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement list, string name) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list.EnumerateArray()
            : throw new FixtureException($"{name} must be an array with at least one item");

    private static void Ordered(bool holds, string where, string problem)
    {
        if (!holds)
        {
            throw new FixtureException($"{where} {problem}");
        }
    }
}
