using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Accounts;

/// <summary>Sums that are kept up trade by trade are those of all trades from nothing, exact in decimal.</summary>
public sealed class TradePeriodsTests
{
    private const int Last = 5;

    private static Gen<TradeRecord> AnyTrade =>
        from day in Gen.Choose(0, 120)
        from ms in Gen.Elements(0L, 1L, Histories.MsPerDay / 2, Histories.MsPerDay - 1) // 0: the midnight at which the day before ends
        from gross in Gen.Choose(-2_000_000, 2_000_000)
        from fees in Gen.Choose(-300, 900)
        from funding in Gen.Choose(-900, 900)
        select Histories.Trade(0, 0m) with
        {
            ExitTime = new Timestamp(Histories.StartMs + (day * Histories.MsPerDay) + ms),
            GrossPnl = gross * 0.0731m,
            Fees = fees * 0.00000001m,
            Funding = funding * 0.00370003m,
        };

    /// <summary>In the order of time, some days missing; zero and less may come.</summary>
    private static Gen<EquitySample[]> AnyCurve =>
        from days in Gen.Choose(-3, 125).ArrayOf()
        from equity in Gen.Choose(-20, 2000).ArrayOf(days.Length)
        select days.Distinct().Order()
            .Select((d, i) => new EquitySample(new Timestamp(Histories.StartMs + (d * Histories.MsPerDay) + 5), equity[i])).ToArray();

    [Theory]
    [InlineData(PeriodLength.Day)]
    [InlineData(PeriodLength.Week)]
    [InlineData(PeriodLength.Month)]
    public void Periods_kept_up_trade_by_trade_in_any_order_are_those_of_all_trades(PeriodLength length) =>
        Prop.ForAll(AnyTrade.ArrayOf().ToArbitrary(), AnyCurve.ToArbitrary(), (trades, curve) =>
        {
            var kept = new TradePeriods();
            foreach (var trade in trades)
            {
                kept.Take(trade);
            }

            return kept.Last(length, Last, curve).SequenceEqual(FromNothing(trades, length, curve).TakeLast(Last));
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<PeriodResult> FromNothing(TradeRecord[] trades, PeriodLength length, EquitySample[] curve) =>
        from trade in trades
        let ended = DateTime.UnixEpoch.AddMilliseconds(trade.ExitTime.Ms - 1).Date
        group trade by FirstDay(ended, length) into period
        orderby period.Key
        select new PeriodResult(
            period.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), period.Count(), period.Count(t => t.NetPnl > 0),
            period.Sum(t => t.NetPnl), period.Sum(t => t.Fees), period.Sum(t => t.Funding), Return(period.Key, length, curve));

    /// <summary>One look at every sample.</summary>
    private static Metric Return(DateTime first, PeriodLength length, EquitySample[] curve)
    {
        var next = length == PeriodLength.Day ? first.AddDays(1) : length == PeriodLength.Week ? first.AddDays(7) : first.AddMonths(1);
        var (fromMs, toMs) = ((first - DateTime.UnixEpoch).TotalMilliseconds, (next - DateTime.UnixEpoch).TotalMilliseconds);
        var within = curve.Where(s => s.Time.Ms >= fromMs && s.Time.Ms < toMs).ToArray();
        var closing = curve.Where(s => s.Time.Ms >= toMs).Concat(curve.TakeLast(1)).FirstOrDefault();
        return within.Length == 0 ? Metric.None("no equity is known of it")
            : within[0].Equity <= 0 ? Metric.None(SampleGuard.EquityGone)
            : Metric.Of((double)(closing.Equity / within[0].Equity) - 1);
    }

    private static DateTime FirstDay(DateTime day, PeriodLength length) => length switch
    {
        PeriodLength.Day => day,
        PeriodLength.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        PeriodLength.Month => new DateTime(day.Year, day.Month, 1, 0, 0, 0, DateTimeKind.Utc),
    };
}
