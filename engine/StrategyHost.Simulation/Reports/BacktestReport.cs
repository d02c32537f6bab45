using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Simulation.Reports;

/// <summary>
/// One backtest with everything that its reports show: figures per account and the hash of its orders, computed once and read by
/// <see cref="ReportJson"/>, <see cref="ReportHtml"/>, <see cref="SummaryTable"/> and <see cref="ReportFolder"/>. Accounts stand side by
/// side and are never added (rule 13).
/// </summary>
public sealed record BacktestReport
{
    public required BacktestResult Result { get; init; }
    public required IReadOnlyList<AccountReport> Accounts { get; init; }

    /// <summary>Lower-case SHA-256 of the bytes of <c>orders.csv</c>.</summary>
    public required string OrderListHash { get; init; }

    /// <summary>What holding each charted symbol from the first to the last price would have given; the yardstick for a return.</summary>
    public required IReadOnlyList<MarketChange> MarketChanges { get; init; }

    public static BacktestReport Of(BacktestResult result) => new()
    {
        Result = result,
        Accounts = [.. result.Accounts.Select(account => AccountReport.Of(account, result))],
        OrderListHash = OrdersCsv.Hash(result.Orders),
        MarketChanges = [.. result.Prices.Select(MarketChange.Of)],
    };
}

/// <summary>Last close over first open of one symbol, minus 1; a fraction.</summary>
public sealed record MarketChange(Symbol Symbol, Metric Change)
{
    internal static MarketChange Of(PriceSeries series)
    {
        var known = series.Candles.Count > 0 && series.Candles[0].Open > 0;
        return new MarketChange(
            series.Symbol,
            Metric.Unless(known ? null : "no price", () => (series.Candles[^1].Close / series.Candles[0].Open) - 1));
    }
}

/// <summary>How one account's orders ended. Rates are shares of all its orders.</summary>
public sealed record OrderOutcome(int Orders, int Filled, int Cancelled, int Rejected, Metric FillRatio);

/// <summary>One account's outcome, figures, trades and orders.</summary>
public sealed record AccountReport
{
    public required AccountResult Result { get; init; }
    public required AccountPerformance Performance { get; init; }
    public required IReadOnlyList<TradeRecord> Trades { get; init; }
    public required OrderOutcome Orders { get; init; }

    internal static AccountReport Of(AccountResult account, BacktestResult run)
    {
        TradeRecord[] trades = [.. run.Trades.Where(t => t.Account == account.Account)];
        return new AccountReport
        {
            Result = account,
            Trades = trades,
            Orders = Outcome([.. run.Orders.Where(o => o.Account == account.Account)]),
            Performance = AccountPerformance.Of(new AccountHistory
            {
                Account = account.Account,
                Trades = trades,
                DailyEquity = [.. account.DailyEquity.Select(p => new EquitySample(p.Time, p.Equity))],
                ExposureMs = account.ExposureMs,
            }),
        };
    }

    private static OrderOutcome Outcome(OrderRecord[] orders)
    {
        var filled = orders.Count(o => !o.FilledQuantity.IsZero);
        return new OrderOutcome(
            orders.Length,
            filled,
            orders.Count(o => o.Status == "cancelled"),
            orders.Count(o => o.Status == "rejected"),
            Metric.Unless(orders.Length == 0 ? "no orders" : null, () => (double)filled / orders.Length));
    }
}
