namespace StrategyHost.Core.Accounts;

/// <summary>A day, an ISO week or a month of results.</summary>
public enum PeriodLength { Day, Week, Month }

/// <summary>
/// The trades of one account that ended in a period (UTC); what ends at its last midnight belongs to it. From: its first day, yyyy-MM-dd; a
/// week begins on Monday. Return: change of equity within it as a fraction, transfers left out.
/// </summary>
public sealed record PeriodResult(string From, int Trades, int Wins, decimal NetPnl, decimal Fees, decimal Funding, Metric Return)
{
    public Metric WinRate => Metric.Unless(Trades == 0 ? SampleGuard.NoTrades : null, () => (double)Wins / Trades);
    public Metric Expectancy => Metric.Unless(Trades == 0 ? SampleGuard.NoTrades : null, () => (double)(NetPnl / Trades));
}

/// <summary>How many periods of each length are listed at most, the latest ones.</summary>
public sealed record PeriodRoom(int Days, int Weeks, int Months)
{
    /// <summary>Of a document that people ask for again and again.</summary>
    public static readonly PeriodRoom Live = new(31, 26, 24);

    /// <summary>Of a report that is written once: three years of days.</summary>
    public static readonly PeriodRoom Report = new(1_100, 160, 120);
}

/// <summary>
/// The results of one account by the UTC days on which its trades ended, kept up trade by trade: a question looks at the days of the
/// periods that it shows, however many there were before.
/// </summary>
public sealed class TradePeriods
{
    private const long DayMs = 86_400_000;

    /// <summary>1970-01-01 was a Thursday.</summary>
    private const long FirstMonday = 4;
    private readonly List<(long Day, Sum Sum)> _days = []; // ascending

    public void Take(TradeRecord trade)
    {
        var day = (trade.ExitTime.Ms - 1) / DayMs;
        var sum = new Sum(1, trade.IsWin ? 1 : 0, trade.NetPnl, trade.Fees, trade.Funding);
        var at = _days.Count - 1; // a trade ends on the last day, or hardly before it
        while (at >= 0 && _days[at].Day > day)
        {
            at--;
        }

        if (at >= 0 && _days[at].Day == day)
        {
            _days[at] = (day, _days[at].Sum.Plus(sum));
        }
        else
        {
            _days.Insert(at + 1, (day, sum));
        }
    }

    /// <summary>The last periods in which a trade ended, oldest first.</summary>
    /// <param name="length">Of each.</param>
    /// <param name="last">At most so many.</param>
    /// <param name="daily">Equity at the starts of days and now in the order of time, for the returns.</param>
    public IReadOnlyList<PeriodResult> Last(PeriodLength length, int last, IReadOnlyList<EquitySample> daily)
    {
        var periods = new List<(long First, Sum Sum)>();
        for (var i = _days.Count - 1; i >= 0; i--)
        {
            var (day, sum) = _days[i];
            var first = FirstDay(day, length);
            if (periods.Count > 0 && periods[^1].First == first)
            {
                periods[^1] = (first, periods[^1].Sum.Plus(sum));
            }
            else if (periods.Count == last)
            {
                break;
            }
            else
            {
                periods.Add((first, sum));
            }
        }

        periods.Reverse();
        return [.. periods.Select(p => Row(p.First, p.Sum, length, daily))];
    }

    private static PeriodResult Row(long first, Sum sum, PeriodLength length, IReadOnlyList<EquitySample> daily) => new(
        DateTime.UnixEpoch.AddDays(first).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        sum.Trades, sum.Wins, sum.NetPnl, sum.Fees, sum.Funding, Return(first * DayMs, Next(first, length) * DayMs, daily));

    /// <summary>From the first equity of the period to the first one after it, or the last that is known.</summary>
    private static Metric Return(long fromMs, long toMs, IReadOnlyList<EquitySample> daily)
    {
        var from = FirstFrom(fromMs, daily);
        var opening = from < daily.Count && daily[from].Time.Ms < toMs ? daily[from].Equity : default(decimal?);
        var closing = opening is null ? default(decimal?) : daily[Math.Min(FirstFrom(toMs, daily), daily.Count - 1)].Equity;
        return Metric.Unless(
            opening is null ? "no equity is known of it" : opening <= 0 ? SampleGuard.EquityGone : null,
            () => (double)(closing!.Value / opening!.Value) - 1); // both are known together
    }

    /// <summary>Place of the first sample of that moment or later; their number where all are before it.</summary>
    private static int FirstFrom(long ms, IReadOnlyList<EquitySample> daily)
    {
        var (low, high) = (0, daily.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = daily[middle].Time.Ms < ms ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static long FirstDay(long day, PeriodLength length) => length switch
    {
        PeriodLength.Day => day,
        PeriodLength.Week => day - ((day - FirstMonday + 7) % 7),
        PeriodLength.Month => day - DateTime.UnixEpoch.AddDays(day).Day + 1,
    };

    private static long Next(long first, PeriodLength length) => length switch
    {
        PeriodLength.Day => first + 1,
        PeriodLength.Week => first + 7,
        PeriodLength.Month => (long)(DateTime.UnixEpoch.AddDays(first).AddMonths(1) - DateTime.UnixEpoch).TotalDays,
    };

    private readonly record struct Sum(int Trades, int Wins, decimal NetPnl, decimal Fees, decimal Funding)
    {
        public Sum Plus(Sum x) => new(Trades + x.Trades, Wins + x.Wins, NetPnl + x.NetPnl, Fees + x.Fees, Funding + x.Funding);
    }
}
