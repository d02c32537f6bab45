namespace StrategyHost.Core.Accounts;

/// <summary>
/// The mean of a growing sample with an interval by the bootstrap, kept up value by value. In each of the replicates a value counts as
/// often as a draw from the Poisson law of mean 1 says, which for large samples is drawing with replacement (Chamandy, Muralidharan, Najmi,
/// Naidu: Estimating uncertainty for massive data streams, 2012). The draws come from the value's number alone: the same sample in the same
/// order gives the same interval.
/// </summary>
public sealed class BootstrapMean
{
    public const int Replicates = 1000;
    public const double Confidence = 0.95;
    private const int DrawBits = 16;
    private const int DrawsPerWord = 64 / DrawBits;
    private const ulong Seed = 0x5EED_0F_ACC0_0A7UL;
    private static readonly byte[] Weights = PoissonTable();

    private readonly double[] _sums = new double[Replicates];
    private readonly int[] _counts = new int[Replicates];
    private ulong _taken;

    public void Take(double value)
    {
        var state = Seed + (++_taken * 0x9E37_79B9_7F4A_7C15UL);
        for (var i = 0; i < Replicates; i += DrawsPerWord)
        {
            state += 0xD1B5_4A32_D192_ED03UL;
            var word = Mix(state);
            for (var j = 0; j < DrawsPerWord; j++, word >>= DrawBits)
            {
                var weight = Weights[(ushort)word];
                _counts[i + j] += weight;
                _sums[i + j] += weight * value;
            }
        }
    }

    /// <summary>Ends of the 95 % percentile interval of the mean; nothing below the smallest sample.</summary>
    public (Metric Low, Metric High) Interval()
    {
        if (SampleGuard.Trades((int)Math.Min(_taken, int.MaxValue)) is { } reason)
        {
            return (Metric.None(reason), Metric.None(reason));
        }

        Span<double> means = stackalloc double[Replicates];
        var count = 0;
        for (var i = 0; i < Replicates; i++)
        {
            if (_counts[i] > 0)
            {
                means[count++] = _sums[i] / _counts[i];
            }
        }

        means = means[..count];
        means.Sort();
        var tail = (1 - Confidence) / 2;
        return (Metric.Of(Sample.QuantileOfSorted(means, tail)), Metric.Of(Sample.QuantileOfSorted(means, 1 - tail)));
    }

    /// <summary>The weight of each 16-bit draw: k where the distribution function of the Poisson law of mean 1 first exceeds it.</summary>
    private static byte[] PoissonTable()
    {
        var table = new byte[1 << DrawBits];
        var (probability, sum, weight) = (Math.Exp(-1), Math.Exp(-1), 0);
        for (var draw = 0; draw < table.Length; draw++)
        {
            while ((draw + 0.5) / table.Length > sum)
            {
                weight++;
                probability /= weight;
                sum += probability;
            }

            table[draw] = (byte)weight;
        }

        return table;
    }

    /// <summary>The finaliser of splitmix64 (Steele, Lea, Flood 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EBUL;
        return z ^ (z >> 31);
    }
}
