using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Risk;

public sealed class TradeLatchesTests
{
    private const long Minute = 60_000;
    private static readonly RiskSettings Cooling = new() { Cooldown = new CooldownRule(3, 30 * Minute) };
    private static readonly RiskSettings Gated = new() { MinExpectancy = new ExpectancyRule(0.5m, 4) };

    /// <summary>Results, one a minute → up to which minute entries are kept out, as seen in the minute of the last.</summary>
    public static TheoryData<string, string, int?> Streaks => new()
    {
        { "two losses", "-1 -1", null },
        { "three losses", "-1 -1 -1", 32 },
        { "a win between", "-1 -1 2 -1 -1", null },
        { "neither won nor lost", "-1 -1 0 -1", null },
        { "three after a win", "5 -1 -1 -1", 33 },
        { "the fourth loss begins a new streak", "-1 -1 -1 -1", 32 },
        { "six losses cool twice", "-1 -1 -1 -1 -1 -1", 35 },
    };

    [Theory]
    [MemberData(nameof(Streaks))]
    public void Losses_in_a_row_cool(string name, string results, int? until)
    {
        Assert.NotEmpty(name);
        var latches = new TradeLatches(Cooling);
        var last = Take(latches, results);
        Assert.Equal(until * Minute, latches.CoolsUntil(last)?.Ms);
    }

    [Fact]
    public void Cooldown_ends_at_its_moment_and_a_release_ends_it_before()
    {
        var latches = new TradeLatches(Cooling);
        Take(latches, "-1 -1 -1");
        Assert.Equal([TradeLatches.Cooldown], latches.Reached(new Timestamp((32 * Minute) - 1)));
        Assert.Empty(latches.Reached(new Timestamp(32 * Minute)));
        latches.Release(new Timestamp(10 * Minute));
        Assert.Empty(latches.Reached(new Timestamp(10 * Minute)));
    }

    /// <summary>Results → average of the last four, and whether it keeps entries out below 0.5.</summary>
    public static TheoryData<string, string?, bool> Averages => new()
    {
        { "-9 -9 -9", null, false },
        { "1 1 -1 1", "0.5", false },
        { "1 1 -1 0.99", "0.4975", true },
        { "-100 1 1 1 1", "1", false },
        { "5 -1 -1 -1 -1", "-1", true },
    };

    [Theory]
    [MemberData(nameof(Averages))]
    public void Expectancy_is_that_of_the_newest_trades_when_there_are_enough(string results, string? average, bool isReached)
    {
        var latches = new TradeLatches(Gated);
        var at = Take(latches, results);
        Assert.Equal(average is null ? null : decimal.Parse(average, System.Globalization.CultureInfo.InvariantCulture), latches.Average);
        Assert.Equal(isReached, latches.Reached(at).Contains(TradeLatches.Expectancy));
        latches.Release(at);
        Assert.Empty(latches.Reached(at));
    }

    [Fact]
    public void Crossing_of_the_expectancy_is_told_once()
    {
        var latches = new TradeLatches(Gated);
        Assert.Equal(
            [null, null, null, TradeLatches.Expectancy, null, null],
            "1 1 -1 -1 -1 -1".Split(' ').Select((r, i) => latches.Closes(int.Parse(r, System.Globalization.CultureInfo.InvariantCulture), new(i))));
    }

    [Fact]
    public void Memory_is_taken_up_and_nothing_is_kept_where_no_limit_is_set() => Markets.Holds(
        Gen.Choose(-3, 3).ListOf(30),
        results =>
        {
            var settings = new RiskSettings { Cooldown = new CooldownRule(2, 5), MinExpectancy = new ExpectancyRule(0m, 3) };
            var (one, two, none) = (new TradeLatches(settings), new TradeLatches(settings), new TradeLatches(new RiskSettings()));
            for (var i = 0; i < results.Count; i++)
            {
                two.State = one.State;
                Assert.Equal(one.Closes(results[i], new Timestamp(i)), two.Closes(results[i], new Timestamp(i)));
                Assert.Equal(one.Reached(new Timestamp(i)), two.Reached(new Timestamp(i)));
                Assert.Null(none.Closes(results[i], new Timestamp(i)));
                Assert.InRange(one.State.Results.Count, 0, 3);
            }

            Assert.Empty(none.State.Results);
        });

    [Fact]
    public void Throttle_counts_the_entries_of_the_last_minute() => Markets.Holds(
        Gen.Choose(0, 40_000).ListOf(30),
        gaps =>
        {
            var (throttle, at, all) = (new EntryThrottle(new RiskSettings { MaxEntriesPerMinute = 4 }), 0L, new List<long>());
            foreach (var gap in gaps)
            {
                at += gap;
                var expected = Math.Min(4, all.Count(e => at - e < 60_000));
                Assert.Equal(expected, throttle.Count(new Timestamp(at)));
                throttle.Entered(new Timestamp(at));
                all.Add(at);
                var again = new EntryThrottle(new RiskSettings { MaxEntriesPerMinute = 4 }) { State = throttle.State };
                Assert.Equal(throttle.Count(new Timestamp(at)), again.Count(new Timestamp(at)));
            }
        });

    /// <summary>One a minute from minute 0 on; gives the moment of the last.</summary>
    private static Timestamp Take(TradeLatches latches, string results)
    {
        var at = default(Timestamp);
        foreach (var (result, i) in results.Split(' ').Select((r, i) => (decimal.Parse(r, System.Globalization.CultureInfo.InvariantCulture), i)))
        {
            latches.Closes(result, at = new Timestamp(i * Minute));
        }

        return at;
    }
}
