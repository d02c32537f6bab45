namespace StrategyHost.Emulator.Markets;

/// <summary>
/// A candle length as Bybit V5 names it: minutes, D, W, M (read 2026-07-24). Weeks begin on Monday, months on the first, UTC.
/// </summary>
internal readonly record struct KlineInterval(string Name)
{
    private const long DayMs = 86_400_000;
    private static readonly string[] Known = ["1", "3", "5", "15", "30", "60", "120", "240", "360", "720", "D", "W", "M"];

    public static KlineInterval? Parse(string? name) => name is not null && Known.Contains(name) ? new KlineInterval(name) : null;

    public static IReadOnlyList<string> Names => Known;

    /// <summary>Start of the candle that holds the moment.</summary>
    public long StartOf(long ms)
    {
        switch (Name)
        {
            case "D":
                return ms - (ms % DayMs);
            case "W":
                var day = ms / DayMs;
                return (day - ((day + 3) % 7)) * DayMs; // 1970-01-01 was a Thursday
            case "M":
                var date = DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime;
                return new DateTimeOffset(date.Year, date.Month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
            default:
                var length = Minutes * MinuteCandles.MinuteMs;
                return ms - (ms % length);
        }
    }

    /// <summary>Start of the candle after the one that starts there.</summary>
    public long EndOf(long start) => Name switch
    {
        "D" => start + DayMs,
        "W" => start + (7 * DayMs),
        "M" => DateTimeOffset.FromUnixTimeMilliseconds(start).AddMonths(1).ToUnixTimeMilliseconds(),
        _ => start + (Minutes * MinuteCandles.MinuteMs),
    };

    private long Minutes => long.Parse(Name, System.Globalization.CultureInfo.InvariantCulture);
}
