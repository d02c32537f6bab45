using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace StrategyHost.Storage.Import;

/// <summary>
/// A column of times whose spelling the first row decides and every other row must share: seconds (before the year 5138), milliseconds, or
/// ISO-8601, which is UTC where it names no offset. The choice is reported.
/// </summary>
internal sealed class TimeColumn(string name)
{
    // 1e11 seconds is the year 5138, 1e11 ms is March 1973: no market data lie between.
    private const long SecondsMax = 100_000_000_000;
    private const long MillisecondsMax = 100_000_000_000_000;
    private static readonly string[] IsoFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd' 'HH:mmK", "yyyy-MM-dd",
    ];

    public TimeFormat? Format { get; private set; }

    public (string Rule, string Message) Problem => Format is null
        ? ("unknown_time", $"{name} must be seconds, milliseconds, or an ISO time such as 2024-01-01T00:00:00Z")
        : ("unknown_time", $"it is not a time in {Format}, as the first row has it");

    public bool TryParse(ReadOnlySpan<byte> text, out long ms)
    {
        Format ??= Decide(text);
        ms = 0;
        return Format switch
        {
            TimeFormat.Seconds => TrySeconds(text, out ms),
            TimeFormat.Milliseconds => TryWhole(text, out ms) && ms is >= SecondsMax and < MillisecondsMax,
            TimeFormat.Iso => TryIso(text, out ms),
            null => false,
        };
    }

    private TimeFormat? Decide(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)'-'))
        {
            return TryIso(text, out _) ? TimeFormat.Iso : null;
        }

        var dot = text.IndexOf((byte)'.');
        if (!TryWhole(dot < 0 ? text : text[..dot], out var whole))
        {
            return null;
        }

        return whole < SecondsMax && name != "timestamp_ms" ? TimeFormat.Seconds
            : whole is >= SecondsMax and < MillisecondsMax ? TimeFormat.Milliseconds
            : null;
    }

    private static bool TrySeconds(ReadOnlySpan<byte> text, out long ms)
    {
        // Units of 1e-9 s: exact decimals, no double arithmetic (bybit-v5 §8.1). What is finer than 1 ms is cut off.
        var isTime = Csv.TryUnits(text, out var nanoseconds) && nanoseconds >= 0;
        ms = nanoseconds / 1_000_000;
        return isTime;
    }

    private static bool TryWhole(ReadOnlySpan<byte> text, out long value)
    {
        // Exports of data frames write 1704067200000.0.
        text = text.EndsWith(".0"u8) ? text[..^2] : text;
        return Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && value >= 0;
    }

    private static bool TryIso(ReadOnlySpan<byte> text, out long ms)
    {
        ms = 0;
        if (text.Length > 40 || !DateTimeOffset.TryParseExact(
                Encoding.UTF8.GetString(text), IsoFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return false;
        }

        ms = time.ToUnixTimeMilliseconds();
        return true;
    }
}
