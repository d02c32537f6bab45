using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>
/// One calendar month (UTC) of one account: change of equity within it, and the net result of the trades that ended in it.
/// </summary>
public sealed record MonthlyReturn(int Year, int Month, Metric Return, decimal EquityChange, int Trades, decimal NetProfit)
{
    /// <summary>
    /// Months from the first to the last sample, each once, in order; what happens at midnight closes the month before it.
    /// </summary>
    public static IReadOnlyList<MonthlyReturn> Of(AccountHistory history)
    {
        var months = new List<MonthlyReturn>();
        var daily = history.DailyEquity;
        if (daily.Count < 2)
        {
            return months;
        }

        var trades = history.Trades.ToLookup(t => MonthOf(Closing(t.ExitTime)));
        var opening = daily[0].Equity;
        for (var i = 1; i < daily.Count; i++)
        {
            var month = MonthOf(Closing(daily[i].Time));
            if (i + 1 < daily.Count && MonthOf(Closing(daily[i + 1].Time)) == month)
            {
                continue;
            }

            var closing = daily[i].Equity;
            months.Add(Row(month, opening, closing, [.. trades[month]]));
            opening = closing;
        }

        return months;
    }

    private static MonthlyReturn Row(
        (int Year, int Month) month, decimal opening, decimal closing, IReadOnlyList<TradeRecord> trades) => new(
        month.Year,
        month.Month,
        Metric.Unless(opening <= 0 ? SampleGuard.EquityGone : null, () => ((double)closing / (double)opening) - 1),
        closing - opening,
        trades.Count,
        trades.Sum(t => t.NetPnl));

    private static long Closing(Timestamp time) => time.Ms - 1;

    private static (int Year, int Month) MonthOf(long ms)
    {
        var date = DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime;
        return (date.Year, date.Month);
    }
}
