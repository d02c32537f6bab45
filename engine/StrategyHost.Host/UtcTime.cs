using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host;

/// <summary>Times as people type them. Without an offset they are UTC; a date alone is its midnight.</summary>
internal static class UtcTime
{
    public const string Form = "an ISO-8601 date or time in UTC, for example 2024-07-18 or 2024-07-18T09:30:00Z";

    private static readonly string[] Forms =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFF",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFK", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss",
    ];

    public static Timestamp? TryParse(string text) =>
        DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new Timestamp(time.ToUnixTimeMilliseconds())
            : null;
}
