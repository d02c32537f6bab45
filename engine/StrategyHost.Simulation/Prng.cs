using System.Numerics;

namespace StrategyHost.Simulation;

/// <summary>
/// The seeded source of all chance in simulations: xoshiro256** (Blackman and Vigna, public domain), its state spread from the seed by
/// SplitMix64. Same seed, same numbers on every machine: only integer arithmetic and the exactly rounded +, −, × and √ are used, no
/// logarithm or sine, which differ between C libraries. One owner; not thread-safe.
/// </summary>
public sealed class Prng
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public Prng(long seed)
    {
        var spread = (ulong)seed;
        _a = Spread(ref spread);
        _b = Spread(ref spread);
        _c = Spread(ref spread);
        _d = Spread(ref spread);
    }

    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), in steps of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 … limit − 1, without bias.</summary>
    public int Below(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var rest = ulong.MaxValue - (ulong.MaxValue % (ulong)limit);
        ulong drawn;
        do
        {
            drawn = NextUInt64();
        }
        while (drawn >= rest);

        return (int)(drawn % (ulong)limit);
    }

    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Mean 0, variance 1, within ±6: the sum of 12 uniforms, near enough to a normal for a market model.</summary>
    public double NextNormal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
        {
            sum += NextDouble();
        }

        return sum;
    }

    /// <summary>Exponential with mean 1, exactly, by comparisons alone (von Neumann 1951).</summary>
    public double NextExponential()
    {
        for (var whole = 0.0; ; whole++)
        {
            var first = NextDouble();
            var last = first;
            var length = 1;
            for (var next = NextDouble(); next < last; next = NextDouble())
            {
                last = next;
                length++;
            }

            if (length % 2 == 1)
            {
                return whole + first;
            }
        }
    }

    private static ulong Spread(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
