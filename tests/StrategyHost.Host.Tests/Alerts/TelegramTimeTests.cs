using StrategyHost.Host.Alerts;

namespace StrategyHost.Host.Tests.Alerts;

/// <summary>What time it is at Telegram: its own word, unless that has waited somewhere.</summary>
public sealed class TelegramTimeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    private static long Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds();

    [Fact]
    public void Answers_time_counts_also_where_this_clock_is_wrong()
    {
        var first = TelegramTime.Of(Seconds(Noon), Noon.AddHours(-3), null);
        Assert.Equal(Seconds(Noon), first.Server);
        var second = TelegramTime.Of(Seconds(Noon.AddSeconds(20)), Noon.AddHours(-3).AddSeconds(20), first);
        Assert.Equal(Seconds(Noon) + 20, second.Server);
        Assert.Equal(Seconds(Noon) + 25, second.At(Noon.AddHours(-3).AddSeconds(25)));
    }

    [Fact]
    public void Answer_that_waited_in_a_buffer_while_the_machine_slept_does_not_make_it_earlier()
    {
        var first = TelegramTime.Of(Seconds(Noon), Noon, null);
        var asleep = TelegramTime.Of(Seconds(Noon.AddSeconds(10)), Noon.AddHours(8), first);
        Assert.Equal(Seconds(Noon.AddHours(8)), asleep.Server);
        var awake = TelegramTime.Of(Seconds(Noon.AddHours(8).AddSeconds(1)), Noon.AddHours(8).AddSeconds(1), asleep);
        Assert.Equal(Seconds(Noon.AddHours(8)) + 1, awake.Server);
    }

    [Fact]
    public void Sleep_between_the_answer_and_the_command_counts() =>
        Assert.Equal(Seconds(Noon) + 3600, TelegramTime.Of(Seconds(Noon), Noon, null).At(Noon.AddHours(1)));

    [Fact]
    public void Answer_without_a_time_is_as_old_as_this_clock_says()
    {
        var first = TelegramTime.Of(Seconds(Noon), Noon.AddSeconds(-30), null);
        Assert.Equal(Seconds(Noon) + 60, TelegramTime.Of(null, Noon.AddSeconds(30), first).Server);
    }
}
