using StrategyHost.Core.Domain;

namespace StrategyHost.Core.MarketData;

/// <summary>A candle length, as scripts name it: "1m" … "1d". Candles are aligned to UTC midnight 1970.</summary>
public readonly record struct Interval(int Minutes) : IComparable<Interval>
{
    private static readonly (string Text, int Minutes)[] Known =
    [
        ("1m", 1), ("3m", 3), ("5m", 5), ("15m", 15), ("30m", 30), ("1h", 60), ("2h", 120), ("4h", 240), ("6h", 360), ("12h", 720),
            ("1d", 1440),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(k => k.Text)];
    public long Ms => Minutes * 60_000L;

    /// <summary>Start of the candle that holds the moment.</summary>
    public Timestamp StartOf(Timestamp at)
    {
        var past = at.Ms % Ms;
        return new Timestamp(at.Ms - (past < 0 ? past + Ms : past));
    }

    public static bool TryParse(string text, out Interval interval)
    {
        foreach (var (name, minutes) in Known)
        {
            if (name == text)
            {
                interval = new Interval(minutes);
                return true;
            }
        }

        interval = default;
        return false;
    }

    public int CompareTo(Interval other) => Minutes.CompareTo(other.Minutes);

    public override string ToString()
    {
        foreach (var (name, minutes) in Known)
        {
            if (minutes == Minutes)
            {
                return name;
            }
        }

        return $"{Minutes}m";
    }
}
