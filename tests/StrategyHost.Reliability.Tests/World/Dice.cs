namespace StrategyHost.Reliability.Tests.World;

/// <summary>
/// Chance from a seed (splitmix64). Each concern has dice of its own, split from the run's seed by name, so that one fault less does not
/// shift what the others draw.
/// </summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>How often it was thrown.</summary>
    public long Throws { get; private set; }

    public static Dice Of(ulong seed, string concern)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in concern)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return new Dice(Mix(seed ^ Mix(hash)));
    }

    public ulong Next()
    {
        Throws++;
        _state += 0x9E3779B97F4A7C15UL;
        return Mix(_state);
    }

    /// <summary>From 0 to below 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Unit() < probability;

    /// <summary>Both ends included.</summary>
    public int Int(int low, int high) => low + (int)(Next() % (ulong)(high - low + 1));

    public long Long(long low, long high) => low + (long)(Next() % (ulong)(high - low + 1));

    /// <summary>Each order of magnitude as likely as the next.</summary>
    public double LogUniform(double low, double high) => low * Math.Exp(Unit() * Math.Log(high / low));

    public T Pick<T>(params ReadOnlySpan<T> of) => of[(int)(Next() % (ulong)of.Length)];

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
