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
