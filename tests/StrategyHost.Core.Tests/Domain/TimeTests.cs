using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using Interval = StrategyHost.Core.MarketData.Interval;

namespace StrategyHost.Core.Tests.Domain;

public sealed class TimeTests
{
    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000Z")]
    [InlineData(1_704_067_200_000, "2024-01-01T00:00:00.000Z")]
    [InlineData(1_709_210_096_789, "2024-02-29T12:34:56.789Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999Z")]
    [InlineData(253_402_300_799_999, "9999-12-31T23:59:59.999Z")]
    public void Timestamp_is_written_as_utc_with_milliseconds(long ms, string text) => Assert.Equal(text, new Timestamp(ms).ToString());

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(253_402_300_800_000)]
    public void Timestamp_beyond_the_calendar_is_written_as_milliseconds(long ms) =>
        Assert.Equal(ms.ToString(CultureInfo.InvariantCulture) + "ms", new Timestamp(ms).ToString());

    [Fact]
    public void Timestamp_text_keeps_every_millisecond() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Moments.ToArbitrary(), ms =>
        DateTimeOffset.Parse(new Timestamp(ms).ToString(), CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() == ms));

    [Fact]
    public void Timestamp_texts_sort_as_the_moments_do() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        Moments.ToArbitrary(), Moments.ToArbitrary(), (a, b) =>
            Math.Sign(string.CompareOrdinal(new Timestamp(a).ToString(), new Timestamp(b).ToString())) == a.CompareTo(b)));

    [Theory]
    [InlineData("1m", 1)]
    [InlineData("3m", 3)]
    [InlineData("5m", 5)]
    [InlineData("15m", 15)]
    [InlineData("30m", 30)]
    [InlineData("1h", 60)]
    [InlineData("2h", 120)]
    [InlineData("4h", 240)]
    [InlineData("6h", 360)]
    [InlineData("12h", 720)]
    [InlineData("1d", 1440)]
    public void Interval_names_are_those_of_the_contract(string name, int minutes)
    {
        Assert.True(Interval.TryParse(name, out var interval));
        Assert.Equal((minutes, name, minutes * 60_000L), (interval.Minutes, interval.ToString(), interval.Ms));
        Assert.Contains(name, Interval.Names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1M")]
    [InlineData("7m")]
    [InlineData("60")]
    [InlineData(" 1m")]
    public void Other_interval_names_are_refused(string name) => Assert.False(Interval.TryParse(name, out _));

    [Fact]
    public void Eleven_intervals_are_known() => Assert.Equal(11, Interval.Names.Count);

    [Fact]
    public void Candle_of_a_moment_holds_it_and_starts_on_the_grid() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        Moments.ToArbitrary(), Gen.Elements(Interval.Names.AsEnumerable()).ToArbitrary(), (ms, name) =>
        {
            var isKnown = Interval.TryParse(name, out var interval);
            var start = interval.StartOf(new Timestamp(ms));
            return isKnown && start.Ms <= ms && ms < start.Ms + interval.Ms && start.Ms % interval.Ms == 0
                && interval.StartOf(start) == start;
        }));

    /// <summary>From 1900 to 2100.</summary>
    private static Gen<long> Moments =>
        from day in Gen.Choose(-25_567, 47_482)
        from ms in Gen.Choose(0, 86_399_999)
        select (day * 86_400_000L) + ms;
}
