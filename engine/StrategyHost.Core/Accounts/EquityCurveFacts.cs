namespace StrategyHost.Core.Accounts;

/// <summary>One pass over the daily equity of one account: returns, peaks and falls. Input of <see cref="EquityMetrics"/>.</summary>
internal sealed class EquityCurveFacts
{
    private const double MsPerDay = 86_400_000;

    /// <summary>Why no figure can be computed; null where all can.</summary>
    public string? Reason { get; private init; }
    public List<double> Returns { get; } = [];
    public double First { get; private init; }
    public double Last { get; private init; }

    /// <summary>Elapsed days between the first and the last sample.</summary>
    public double Days { get; private init; }
    public double MaxDrawdown { get; private set; }
    public double MaxDrawdownPercent { get; private set; }
    public double CurrentDrawdownPercent { get; private set; }
    public double UlcerIndex { get; private set; }

    /// <summary>Longest time from a peak to the last sample below it.</summary>
    public double LongestUnderwaterDays { get; private set; }

    public static EquityCurveFacts Of(IReadOnlyList<EquitySample> daily)
    {
        var samples = Distinct(daily);
        if (samples.Count < 2)
        {
            return new EquityCurveFacts { Reason = "fewer than two equity samples" };
        }

        var facts = new EquityCurveFacts
        {
            Reason = samples.Any(s => s.Equity <= 0) ? SampleGuard.EquityGone : null,
            First = (double)samples[0].Equity,
            Last = (double)samples[^1].Equity,
            Days = (samples[^1].Time.Ms - samples[0].Time.Ms) / MsPerDay,
        };
        if (facts.Reason is null)
        {
            facts.Walk(samples);
        }

        return facts;
    }

    /// <summary>
    /// Where two samples name one moment the later one counts: a run that ends at midnight has the day's end and its own.
    /// </summary>
    private static List<EquitySample> Distinct(IReadOnlyList<EquitySample> daily)
    {
        var samples = new List<EquitySample>(daily.Count);
        foreach (var sample in daily)
        {
            if (samples.Count > 1 && samples[^1].Time == sample.Time)
            {
                samples[^1] = sample;
            }
            else
            {
                samples.Add(sample);
            }
        }

        return samples;
    }

    private void Walk(List<EquitySample> samples)
    {
        var peak = First;
        var peakMs = samples[0].Time.Ms;
        double squares = 0;
        for (var i = 0; i < samples.Count; i++)
        {
            var equity = (double)samples[i].Equity;
            if (i > 0)
            {
                Returns.Add((equity / (double)samples[i - 1].Equity) - 1);
            }

            if (equity >= peak)
            {
                (peak, peakMs) = (equity, samples[i].Time.Ms);
            }
            else
            {
                LongestUnderwaterDays = Math.Max(LongestUnderwaterDays, (samples[i].Time.Ms - peakMs) / MsPerDay);
            }

            CurrentDrawdownPercent = (peak - equity) / peak * 100;
            MaxDrawdown = Math.Max(MaxDrawdown, peak - equity);
            MaxDrawdownPercent = Math.Max(MaxDrawdownPercent, CurrentDrawdownPercent);
            squares += CurrentDrawdownPercent * CurrentDrawdownPercent;
        }

        UlcerIndex = Math.Sqrt(squares / samples.Count);
    }
}
