using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using Xunit;

namespace StrategyHost.Bybit.Tests.Rest;

public sealed class ServerClockTests
{
    [Fact]
    public void Estimate_is_within_its_uncertainty_and_no_stamp_lies_ahead_of_the_server() => Prop.ForAll(
        (from offset in Gen.Choose(-20_000, 20_000)
         from ways in Gen.Choose(0, 900).Two().NonEmptyListOf()
         select (offset, ways)).ToArbitrary(),
        world =>
        {
            var clock = ServerClock.Unset;
            var local = 1_700_000_000_000L;
            foreach (var (outMs, backMs) in world.ways)
            {
                var server = new Timestamp(local + outMs + world.offset);
                clock = clock.Add(new ClockSample(new Timestamp(local), new Timestamp(local + outMs + backMs), server));
                local += 5000;
            }

            var now = new Timestamp(local);
            return Math.Abs(clock.OffsetMs - world.offset) <= clock.UncertaintyMs
                && clock.Stamp(now) <= now.AddMs(world.offset)
                && clock.Stamp(now) >= now.AddMs(world.offset - (2 * clock.UncertaintyMs));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Shortest_round_trip_counts()
    {
        var clock = ServerClock.Unset.Add(Sample(0, 1000, 900)).Add(Sample(2000, 2010, 2105));

        Assert.Equal(100, clock.OffsetMs);
        Assert.Equal(6, clock.UncertaintyMs);
    }

    [Fact]
    public void Old_samples_are_forgotten()
    {
        var clock = ServerClock.Unset.Add(Sample(0, 2, 5001));
        for (var i = 0; i < ServerClock.SamplesMax; i++)
        {
            clock = clock.Add(Sample(1000, 1100, 1050));
        }

        Assert.Equal(0, clock.OffsetMs);
    }

    [Fact]
    public void Sample_whose_answer_precedes_its_question_is_refused() =>
        Assert.False(ServerClock.Unset.Add(Sample(1000, 900, 950)).IsSet);

    private static ClockSample Sample(long sent, long received, long server) => new(new(sent), new(received), new(server));
}
