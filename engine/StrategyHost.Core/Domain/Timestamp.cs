using System.Globalization;

namespace StrategyHost.Core.Domain;

/// <summary>A moment in UTC as milliseconds since 1970. Time is data: nothing in Core reads a clock (rule 2).</summary>
public readonly record struct Timestamp(long Ms) : IComparable<Timestamp>
{
    private const long FirstMs = -62_135_596_800_000;
    private const long LastMs = 253_402_300_799_999;
    public static readonly Timestamp MaxValue = new(long.MaxValue);

    public int CompareTo(Timestamp other) => Ms.CompareTo(other.Ms);
    public Timestamp AddMs(long ms) => new(Ms + ms);
    public static bool operator <(Timestamp a, Timestamp b) => a.Ms < b.Ms;
    public static bool operator >(Timestamp a, Timestamp b) => a.Ms > b.Ms;
    public static bool operator <=(Timestamp a, Timestamp b) => a.Ms <= b.Ms;
    public static bool operator >=(Timestamp a, Timestamp b) => a.Ms >= b.Ms;

    /// <summary>
    /// ISO-8601 UTC with milliseconds, for example <c>2024-01-01T00:00:00.000Z</c>; outside the years 1 to 9999 (such as
    /// <see cref="MaxValue"/>) the milliseconds, for example <c>9223372036854775807ms</c>.
    /// </summary>
    public override string ToString() => Ms is < FirstMs or > LastMs
        ? Ms.ToString(CultureInfo.InvariantCulture) + "ms"
        : DateTimeOffset.FromUnixTimeMilliseconds(Ms).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
