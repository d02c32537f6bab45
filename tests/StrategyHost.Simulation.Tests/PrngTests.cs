using Xunit;

namespace StrategyHost.Simulation.Tests;

public sealed class PrngTests
{
    private const int Draws = 200_000;

    [Fact]
    public void Same_seed_gives_the_same_numbers_and_another_seed_others()
    {
        static ulong[] Take(long seed)
        {
            var prng = new Prng(seed);
            return [.. Enumerable.Range(0, 100).Select(_ => prng.NextUInt64())];
        }

        Assert.Equal(Take(1), Take(1));
        Assert.NotEqual(Take(1), Take(2));
        Assert.Equal(100, Take(0).Distinct().Count());
    }

    [Fact]
    public void Splitmix_and_xoshiro_follow_their_definition()
    {
        // SplitMix64 from state 0 begins e220a8397b1dcdaf, 6e789e6aa1b965f4 (the authors' reference): the first output of xoshiro256**
        // is rotl(second word × 5, 7) × 9.
        var expected = unchecked(System.Numerics.BitOperations.RotateLeft(0x6E789E6AA1B965F4UL * 5, 7) * 9);
        Assert.Equal(expected, new Prng(0).NextUInt64());
    }

    [Fact]
    public void Below_stays_in_its_limit_and_reaches_every_value()
    {
        var prng = new Prng(5);
        var counts = new int[7];
        for (var i = 0; i < Draws; i++)
        {
            counts[prng.Below(7)]++;
        }

        Assert.All(counts, c => Assert.InRange(c, Draws / 7 * 0.97, Draws / 7 * 1.03));
    }

    [Fact]
    public void Normal_and_exponential_have_their_moments()
    {
        var prng = new Prng(9);
        var normal = Enumerable.Range(0, Draws).Select(_ => prng.NextNormal()).ToArray();
        var exponential = Enumerable.Range(0, Draws).Select(_ => prng.NextExponential()).ToArray();
        Assert.InRange(normal.Average(), -0.01, 0.01);
        Assert.InRange(normal.Average(x => x * x), 0.98, 1.02);
        Assert.InRange(exponential.Average(), 0.98, 1.02);
        Assert.InRange(exponential.Count(x => x > 1) / (double)Draws, 0.36, 0.376);
        Assert.All(exponential, x => Assert.True(x >= 0));
    }
}
