using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Tests.Risk;

public sealed class NoEntryWindowTests
{
    private static readonly DayOfWeek[] Weekend = [DayOfWeek.Saturday, DayOfWeek.Sunday];

    private static WeeklyNoEntry Weekly(string from, string to, string zone, params DayOfWeek[] days) => new()
    {
        Days = days,
        FromMinute = Minute(from),
        ToMinute = Minute(to),
        Zone = TimeZoneInfo.FindSystemTimeZoneById(zone),
        Reason = "",
    };

    private static int Minute(string text) => (60 * int.Parse(text[..2], CultureInfo.InvariantCulture))
        + int.Parse(text[3..], CultureInfo.InvariantCulture);

    private static Timestamp At(string text) =>
        new(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds());

    public static TheoryData<string, NoEntryWindow, string, bool> Moments => new()
    {
        // 2026-11-21 is a Saturday.
        { "whole weekend, its first moment", Weekly("00:00", "24:00", "UTC", Weekend), "2026-11-21T00:00Z", true },
        { "whole weekend, its last moment", Weekly("00:00", "24:00", "UTC", Weekend), "2026-11-22T23:59:59.999Z", true },
        { "whole weekend, Monday", Weekly("00:00", "24:00", "UTC", Weekend), "2026-11-23T00:00Z", false },
        { "hours of a day, before", Weekly("09:30", "10:00", "UTC", DayOfWeek.Monday), "2026-11-23T09:29:59.999Z", false },
        { "hours of a day, from", Weekly("09:30", "10:00", "UTC", DayOfWeek.Monday), "2026-11-23T09:30Z", true },
        { "hours of a day, to", Weekly("09:30", "10:00", "UTC", DayOfWeek.Monday), "2026-11-23T10:00Z", false },
        { "over midnight, evening", Weekly("23:00", "01:00", "UTC", DayOfWeek.Friday), "2026-11-20T23:30Z", true },
        { "over midnight, next morning", Weekly("23:00", "01:00", "UTC", DayOfWeek.Friday), "2026-11-21T00:59Z", true },
        { "over midnight, its end", Weekly("23:00", "01:00", "UTC", DayOfWeek.Friday), "2026-11-21T01:00Z", false },
        { "over midnight, the evening after", Weekly("23:00", "01:00", "UTC", DayOfWeek.Friday), "2026-11-21T23:30Z", false },
        { "over midnight, the morning of its day", Weekly("23:00", "01:00", "UTC", DayOfWeek.Friday), "2026-11-20T00:30Z", false },
        { "New York in winter is UTC-5", Weekly("09:30", "10:00", "America/New_York", DayOfWeek.Monday), "2026-11-23T14:30Z", true },
        { "New York in winter, not UTC-4", Weekly("09:30", "10:00", "America/New_York", DayOfWeek.Monday), "2026-11-23T13:30Z", false },
        { "New York in summer is UTC-4", Weekly("09:30", "10:00", "America/New_York", DayOfWeek.Monday), "2026-07-20T13:30Z", true },
        { "the day is the zone's", Weekly("00:00", "24:00", "Asia/Tokyo", DayOfWeek.Saturday), "2026-11-20T15:00Z", true },
        { "the moment itself", Event(), "2026-12-10T19:00Z", true },
        { "just before its window", Event(), "2026-12-10T18:44:59.999Z", false },
        { "the end of its window", Event(), "2026-12-10T19:30Z", false },
    };

    [Theory]
    [MemberData(nameof(Moments))]
    public void Window_is_judged_by_the_time_of_the_event_in_its_zone(string name, NoEntryWindow window, string at, bool contains)
    {
        Assert.NotEmpty(name);
        Assert.Equal(contains, window.Contains(At(at)));
    }

    private static EventNoEntry Event() => new()
    {
        From = At("2026-12-10T18:45Z"),
        To = At("2026-12-10T19:30Z"),
        Reason = "FOMC",
    };
}
