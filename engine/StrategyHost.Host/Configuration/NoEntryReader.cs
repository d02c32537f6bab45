using System.Globalization;
using StrategyHost.Core.Risk;

namespace StrategyHost.Host.Configuration;

/// <summary>One item of <c>risk.noEntry</c>: a weekly window, or the time around one moment; never a mixture.</summary>
internal static class NoEntryReader
{
    private static readonly string[] DayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    public static NoEntryWindow? Read(Section section)
    {
        var (isWeekly, isEvent) = (section.Has("days") || section.Has("from") || section.Has("to"), section.Has("at"));
        if (isWeekly == isEvent)
        {
            section.Report(isEvent ? "at" : "days", "exactly_one", "A window needs either days, from and to, or at; not both.");
            return null;
        }

        return isEvent ? Event(section) : Weekly(section);
    }

    private static EventNoEntry? Event(Section section)
    {
        if (UtcTime.TryParse(section.Text("at")) is not { } at)
        {
            section.Report("at", "bad_time", $"'at' must be {UtcTime.Form}.");
            return null;
        }

        return new EventNoEntry
        {
            From = at.AddMs(-60_000L * section.Integer("minutesBefore")),
            To = at.AddMs(60_000L * section.Integer("minutesAfter")),
            Reason = section.Text("reason"),
        };
    }

    private static WeeklyNoEntry? Weekly(Section section)
    {
        var name = section.Text("zone");
        var zone = TimeZoneInfo.Utc;
        if (name != "UTC" && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone))
        {
            section.Report("zone", "unknown_zone", $"'{name}' is no time zone of this machine. Use UTC or a name such as Europe/Berlin.");
        }

        var days = new List<DayOfWeek>();
        foreach (var day in (section.TextOrNull("days") ?? string.Join(',', DayNames)).Split(',', StringSplitOptions.TrimEntries))
        {
            var index = Array.IndexOf(DayNames, day);
            if (index < 0)
            {
                section.Report("days", "unknown_day", $"'{day}' is not one of {string.Join(", ", DayNames)}.");
                continue;
            }

            days.Add((DayOfWeek)index);
        }

        return new WeeklyNoEntry
        {
            Days = days,
            FromMinute = MinuteOf(section.TextOrNull("from") ?? "00:00"),
            ToMinute = MinuteOf(section.TextOrNull("to") ?? "24:00"),
            Zone = zone ?? TimeZoneInfo.Utc, // reported above where unknown
            Reason = section.Text("reason"),
        };
    }

    private static int MinuteOf(string text) =>
        (60 * int.Parse(text.AsSpan(0, 2), CultureInfo.InvariantCulture)) + int.Parse(text.AsSpan(3, 2), CultureInfo.InvariantCulture);
}
