using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Import;

/// <summary>The regular grid that candle starts must lie on: finding the interval, gaps, and starts beside it.</summary>
internal static class KlineGrid
{
    /// <summary>The most frequent distance of neighbours when scripts can name it; the smaller of two equally frequent ones.</summary>
    public static Interval? Interval(long[] start, Interval? fallback)
    {
        var counts = new Dictionary<long, int>();
        for (var i = 1; i < start.Length; i++)
        {
            var step = start[i] - start[i - 1];
            counts[step] = counts.GetValueOrDefault(step) + 1;
        }

        if (counts.Count == 0)
        {
            return fallback;
        }

        var best = counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).First().Key;
        var name = new Interval((int)Math.Min(best / 60_000, int.MaxValue)).ToString();
        return best % 60_000 == 0 && Core.MarketData.Interval.TryParse(name, out var known) ? known : null;
    }

    /// <summary>Counts holes; stops at the first start that is not a multiple of the interval.</summary>
    public static (long Gaps, long Missing, int? Misplaced) Check(long[] start, Interval interval)
    {
        long gaps = 0;
        long missing = 0;
        for (var i = 0; i < start.Length; i++)
        {
            if (start[i] % interval.Ms != 0)
            {
                return (gaps, missing, i);
            }

            if (i > 0 && start[i] - start[i - 1] > interval.Ms)
            {
                gaps++;
                missing += ((start[i] - start[i - 1]) / interval.Ms) - 1;
            }
        }

        return (gaps, missing, null);
    }

    public static Error NoInterval(string file) => new()
    {
        File = file,
        Rule = "unknown_interval",
        Message = "the interval cannot be told from the candles' starts; name it in the file name, for example BTCUSDT-5m.csv",
    };

    public static Error Misaligned(string file, int? line, long start, Interval interval) => new()
    {
        File = file,
        Line = line,
        Field = "start",
        Value = start.ToString(CultureInfo.InvariantCulture),
        Rule = "not_aligned",
        Message = $"the candle does not start at a multiple of {interval} since 1970 UTC; is the file in another time zone?",
    };
}
