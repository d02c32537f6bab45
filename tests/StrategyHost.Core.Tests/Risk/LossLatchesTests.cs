using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Risk;

public sealed class LossLatchesTests
{
    private const long Hour = 3_600_000;
    private static readonly RiskSettings Daily = new() { DailyLossPercent = 3m };
    private static readonly RiskSettings Drawdown = new() { DrawdownPercent = 10m };
    private static readonly RiskSettings Both = new() { DailyLossPercent = 3m, DrawdownPercent = 10m };

    public static TheoryData<string, RiskSettings, string, int, string?> Courses => new()
    {
        { "no limit", new RiskSettings(), "1:50", 2, null },
        { "just above the daily limit", Daily, "1:97.01", 2, null },
        { "at the daily limit", Daily, "1:97", 2, LossLatches.DailyLoss },
        { "recovered on the same day", Daily, "1:97 2:120", 3, LossLatches.DailyLoss },
        { "the next day", Daily, "1:97", 24, null },
        { "the next day counts from its own start", Daily, "1:97 24:97 25:95", 26, null },
        { "the next day has its own loss", Daily, "1:97 24:97 25:94", 26, LossLatches.DailyLoss },
        { "a fall over midnight belongs to the new day", Daily, "23:100 25:97", 26, LossLatches.DailyLoss },
        { "a profit of the day is not a limit on it", Daily, "1:110 2:106", 3, null },
        { "from the peak", Drawdown, "1:120 30:108", 60, LossLatches.Drawdown },
        { "above the drawdown", Drawdown, "1:120 30:108.01", 60, null },
        { "a drawdown holds for good", Drawdown, "1:90 30:200", 900, LossLatches.Drawdown },
        { "both: the one that holds longer is named", Both, "1:90", 2, LossLatches.Drawdown },
        { "both: the drawdown outlives the day", Both, "1:97 2:90", 24, LossLatches.Drawdown },
    };

    [Theory]
    [MemberData(nameof(Courses))]
    public void Limit_holds_for_its_time(string name, RiskSettings settings, string course, int hour, string? code)
    {
        Assert.NotEmpty(name);
        var latches = new LossLatches(settings, 100m);
        foreach (var point in course.Split(' ').Select(p => p.Split(':')))
        {
            latches.Observe(
                decimal.Parse(point[1], System.Globalization.CultureInfo.InvariantCulture),
                new Timestamp(Hour * int.Parse(point[0], System.Globalization.CultureInfo.InvariantCulture)));
        }

        Assert.Equal(code, latches.Closed(new Timestamp(Hour * hour)));
    }

    private static readonly RiskSettings Rolling = new() { RollingLoss = new RollingLossRule(5m, 24) };

    public static TheoryData<string, string, int, string?> RollingCourses => new()
    {
        { "just above", "1:95.01", 2, null },
        { "at the limit", "1:95", 2, LossLatches.RollingLoss },
        { "holds although it recovered, on the next day too", "1:95 2:200", 99, LossLatches.RollingLoss },
        { "over midnight, where no day alone loses as much", "1:100 20:97 25:94.9", 26, LossLatches.RollingLoss },
        { "a slow loss of more than a day", "0:100 12:98 24:96 36:94 48:92", 49, null },
        { "back to where the day before began", "1:100 20:110 30:104.5", 31, null },
        { "measured from a day ago, not from the peak", "0:100 20:110 46:104.4", 47, LossLatches.RollingLoss },
        { "after a silence of days from the last equity before it", "0:100 240:94.9", 241, LossLatches.RollingLoss },
    };

    [Theory]
    [MemberData(nameof(RollingCourses))]
    public void Rolling_loss_is_measured_over_the_last_hours(string name, string course, int hour, string? code)
    {
        Assert.NotEmpty(name);
        var latches = new LossLatches(Rolling, 100m);
        Run(latches, course);
        Assert.Equal(code, latches.Closed(new Timestamp(Hour * hour)));
    }

    /// <summary>Limits, course until the release, codes that are released, equity after which nothing, and after which something is reached.</summary>
    public static TheoryData<RiskSettings, string, string, string, string> Releases => new()
    {
        { Drawdown, "1:120 30:108", "risk:drawdown", "31:97.3", "31:97.2" },
        { Daily, "25:97", "risk:daily_loss", "26:94.1", "26:94.09" },
        { Rolling, "25:95", "risk:rolling_loss", "26:90.26", "26:90.25" },
        { Both, "25:90", "risk:drawdown risk:daily_loss", "26:87.4", "26:87.3" },
        { Drawdown, "1:100", "", "2:91", "2:90" },
    };

    [Theory]
    [MemberData(nameof(Releases), DisableDiscoveryEnumeration = true)]
    public void Released_limit_counts_anew_from_the_equity_of_its_release(
        RiskSettings settings, string course, string codes, string good, string bad)
    {
        foreach (var (last, isReached) in new[] { (good, false), (bad, true) })
        {
            var latches = new LossLatches(settings, 100m);
            Run(latches, course);
            var at = new Timestamp(Hour * int.Parse(course.Split(' ')[^1].Split(':')[0], System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(codes, string.Join(' ', latches.Reached(at)));
            latches.Release(at);
            Assert.Empty(latches.Reached(at));
            Run(latches, last);
            Assert.Equal(isReached, latches.Closed(new Timestamp(Hour * 26)) is not null || latches.Reached(new Timestamp(Hour * 31)).Count > 0);
        }
    }

    [Fact]
    public void Memory_of_the_rolling_loss_goes_on_and_is_bounded()
    {
        var (one, two) = (new LossLatches(Rolling, 100m), new LossLatches(Rolling, 1m));
        for (var i = 0; i < 400; i++)
        {
            one.Observe(100m + (i % 3), new Timestamp(Hour * i / 2));
        }

        Assert.InRange(one.State.Samples.Count, 1, 24);
        two.State = one.State;
        Assert.Equal(one.Observe(90m, new Timestamp(Hour * 201)), two.Observe(90m, new Timestamp(Hour * 201)));
        Assert.Equal(LossLatches.RollingLoss, two.Closed(new Timestamp(Hour * 201)));
    }

    /// <summary>Hours before and after a start, course before it and from then on → what is reached.</summary>
    public static TheoryData<string, int, int, string, string, string?> Changes => new()
    {
        { "raised: the older equities count", 24, 48, "0:100 20:98", "30:95", LossLatches.RollingLoss },
        { "raised: they count for as long as the new hours say", 24, 48, "0:100 20:98", "46:95", LossLatches.RollingLoss },
        { "raised: and no longer", 24, 48, "0:100 20:98", "69:97 70:94", null },
        { "lowered: what is too old does not count", 48, 24, "0:100 30:97", "56:94", null },
        { "lowered: nor at once", 48, 24, "0:100 2:97 40:97", "40:94", null },
        { "lowered: what is not does", 48, 24, "0:100 30:97", "32:92", LossLatches.RollingLoss },
        { "as it was", 24, 24, "0:100 20:98", "22:95", LossLatches.RollingLoss },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Hours_may_change_from_one_run_to_the_next(string name, int before, int after, string course, string then, string? code)
    {
        Assert.NotEmpty(name);
        var first = new LossLatches(new RiskSettings { RollingLoss = new RollingLossRule(5m, before) }, 100m);
        Run(first, course);
        var next = new LossLatches(new RiskSettings { RollingLoss = new RollingLossRule(5m, after) }, 1m) { State = first.State };
        Run(next, then);
        Assert.Equal(code, next.Closed(new Timestamp(Hour * 72)));
        Assert.InRange(next.State.Samples.Count, 1, 24);
    }

    [Fact]
    public void Equities_are_dropped_where_the_rolling_loss_is_taken_away()
    {
        var first = new LossLatches(Rolling, 100m);
        Run(first, "0:100 20:98");
        var off = new LossLatches(Daily, 1m) { State = first.State };
        Assert.Empty(off.State.Samples);
    }

    private static void Run(LossLatches latches, string course)
    {
        foreach (var point in course.Split(' ').Select(p => p.Split(':')))
        {
            latches.Observe(
                decimal.Parse(point[1], System.Globalization.CultureInfo.InvariantCulture),
                new Timestamp(Hour * int.Parse(point[0], System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public void Each_limit_is_told_once_a_day_or_once() => Markets.Holds(
        Gen.Choose(50, 150).ListOf(40),
        course =>
        {
            var latches = new LossLatches(Both, 100m);
            var told = course.Select((equity, i) => (Day: i * 7 / 24, Code: latches.Observe(equity, new Timestamp(Hour * 7 * i))))
                .Where(t => t.Code is not null).ToList();
            Assert.Equal(told.Count, told.Distinct().Count());
            Assert.True(told.Count(t => t.Code == LossLatches.Drawdown) <= 1);
        });
}
