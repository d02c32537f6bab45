using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;

namespace StrategyHost.Storage.Projections;

/// <summary>Writes the sums of an account, and its equity at the starts of days, as it was saved last; reads them back.</summary>
internal static class MoneyRows
{
    private const string Sums = """
        INSERT INTO money (start_balance, balance, realised_pnl, fees, funding, slippage, transfers, executions, peak, max_drawdown,
            max_drawdown_percent)
        VALUES (@StartBalance, @Balance, @RealisedPnl, @Fees, @Funding, @Slippage, @Transfers, @Executions, @Peak, @MaxDrawdown,
            @MaxDrawdownPercent)
        """;

    private const string Day = """
        INSERT INTO equity (day, at_ms, equity) VALUES (@Day, @AtMs, @Equity)
        ON CONFLICT (day) DO UPDATE SET at_ms = excluded.at_ms, equity = excluded.equity
        """;

    public static void Write(SqliteConnection connection, SavedAccount account)
    {
        var books = account.Books;
        connection.Execute("DELETE FROM money");
        connection.Execute(Sums, new
        {
            StartBalance = ViewText.Of(books.StartBalance),
            Balance = ViewText.Of(books.Balance),
            RealisedPnl = ViewText.Of(books.RealisedPnl),
            Fees = ViewText.Of(books.Fees),
            Funding = ViewText.Of(books.Funding),
            Slippage = ViewText.Of(books.Slippage),
            Transfers = ViewText.Of(books.Transfers),
            books.Executions,
            Peak = books.Curve is { } top ? Exact(top.Peak) : null,
            MaxDrawdown = books.Curve is { } fall ? Exact(fall.MaxDrawdown) : null,
            MaxDrawdownPercent = books.Curve is { } share ? Exact(share.MaxDrawdownPercent) : null,
        });
        if (account.Watch is { Day: { } day } watch)
        {
            connection.Execute(Day, new { Day = day, AtMs = watch.DayAt.Ms, Equity = ViewText.Of(watch.DayEquity) });
        }
    }

    /// <summary>Null: nothing was saved.</summary>
    public static BooksState? Read(SqliteConnection connection)
    {
        const string Sql = """
            SELECT start_balance AS StartBalance, balance AS Balance, realised_pnl AS RealisedPnl, fees AS Fees, funding AS Funding,
                slippage AS Slippage, transfers AS Transfers, executions AS Executions, peak AS Peak, max_drawdown AS MaxDrawdown,
                max_drawdown_percent AS MaxDrawdownPercent
            FROM money
            """;
        return connection.QuerySingleOrDefault<Row>(Sql)?.State();
    }

    /// <summary>From a UTC day on (counted from 1970), in the order of time.</summary>
    public static IReadOnlyList<EquitySample> Days(SqliteConnection connection, long from)
    {
        const string Sql = "SELECT at_ms, equity FROM equity WHERE day >= @from ORDER BY day";
        return [.. connection.Query<(long At, string Equity)>(Sql, new { from })
            .Select(r => new EquitySample(new Timestamp(r.At), ViewText.Money(r.Equity)))];
    }

    private static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static double Double(string? text) => double.Parse(text ?? "", CultureInfo.InvariantCulture);

    private sealed class Row
    {
        public string StartBalance { get; init; } = "";
        public string Balance { get; init; } = "";
        public string RealisedPnl { get; init; } = "";
        public string Fees { get; init; } = "";
        public string Funding { get; init; } = "";
        public string Slippage { get; init; } = "";
        public string Transfers { get; init; } = "";
        public long Executions { get; init; }
        public string? Peak { get; init; }
        public string? MaxDrawdown { get; init; }
        public string? MaxDrawdownPercent { get; init; }

        public BooksState State() => new(
            ViewText.Money(StartBalance), ViewText.Money(Balance), ViewText.Money(RealisedPnl), ViewText.Money(Fees),
            ViewText.Money(Funding), ViewText.Money(Slippage))
        {
            Transfers = ViewText.Money(Transfers),
            Executions = Executions,
            Curve = Peak is null
                ? null : new EquityPeaks(Double(Peak), Double(MaxDrawdown), Double(MaxDrawdownPercent)),
        };
    }
}
