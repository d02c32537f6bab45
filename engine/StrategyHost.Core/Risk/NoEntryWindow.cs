using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Risk;

/// <summary>
/// A time in which no entries are made (contracts §3 <c>risk.noEntry</c>), judged by the time of the event; exits and protection go on, and
/// entries that rest already stay. Closed hierarchy.
/// </summary>
public abstract record NoEntryWindow
{
    private protected NoEntryWindow() { }

    /// <summary>Shown with the refusal; may be empty.</summary>
    public required string Reason { get; init; }

    /// <summary>The first moment belongs to the window, its end does not.</summary>
    public abstract bool Contains(Timestamp at);
}

/// <summary>
/// Returns each week. Minutes count from local midnight, 0 to 1440; a window whose end is not after its start ends the next day, and its
/// days name those on which it starts.
/// </summary>
public sealed record WeeklyNoEntry : NoEntryWindow
{
    public required IReadOnlyList<DayOfWeek> Days { get; init; }
    public required int FromMinute { get; init; }
    public required int ToMinute { get; init; }
    public required TimeZoneInfo Zone { get; init; }

    public override bool Contains(Timestamp at)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at.Ms), Zone);
        var minute = (60 * local.Hour) + local.Minute;
        if (ToMinute > FromMinute)
        {
            return Days.Contains(local.DayOfWeek) && minute >= FromMinute && minute < ToMinute;
        }

        return (Days.Contains(local.DayOfWeek) && minute >= FromMinute)
            || (Days.Contains(local.AddDays(-1).DayOfWeek) && minute < ToMinute);
    }
}

/// <summary>Around one moment; both ends already worked out.</summary>
public sealed record EventNoEntry : NoEntryWindow
{
    public required Timestamp From { get; init; }
    public required Timestamp To { get; init; }

    public override bool Contains(Timestamp at) => at >= From && at < To;
}
