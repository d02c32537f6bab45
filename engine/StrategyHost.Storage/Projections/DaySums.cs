using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Projections;

/// <summary>
/// The sums of all days, read row by row: thousands of rows with five amounts each are what a question to the tables returns most of. Names
/// repeat from row to row and are made once; amounts are read from SQLite's own bytes, no text is made of them.
/// </summary>
internal static class DaySums
{
    private const string Sql = """
        SELECT strategy, symbol, day, trades, wins, losses, gross_pnl, fees, funding, slippage, net_pnl
        FROM performance ORDER BY strategy, symbol, day
        """;

    /// <summary>Longer names are made anew for each row.</summary>
    private const int NameMax = 128;

    public static List<PerformanceView> Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Sql;
        using var reader = command.ExecuteReader();
        var sums = new List<PerformanceView>();
        var (strategy, symbol) = (new StrategyId(), new Symbol());
        while (reader.Read())
        {
            var row = reader.Handle!; // it has just read a row of it
            strategy = Same(row, 0, strategy.Name) ? strategy : new StrategyId(reader.GetString(0));
            symbol = Same(row, 1, symbol.Name) ? symbol : new Symbol(reader.GetString(1));
            sums.Add(new PerformanceView
            {
                Strategy = strategy,
                Symbol = symbol,
                Day = reader.GetString(2),
                Trades = raw.sqlite3_column_int64(row, 3),
                Wins = raw.sqlite3_column_int64(row, 4),
                Losses = raw.sqlite3_column_int64(row, 5),
                GrossPnl = Money(row, 6),
                Fees = Money(row, 7),
                Funding = Money(row, 8),
                Slippage = Money(row, 9),
                NetPnl = Money(row, 10),
            });
        }

        return sums;
    }

    /// <summary>Whether a name is that of the row before it.</summary>
    private static bool Same(sqlite3_stmt row, int column, string? before)
    {
        var bytes = raw.sqlite3_column_blob(row, column);
        Span<char> name = stackalloc char[NameMax];
        return before is not null && bytes.Length <= NameMax && Encoding.UTF8.TryGetChars(bytes, name, out var length)
            && name[..length].SequenceEqual(before);
    }

    private static decimal Money(sqlite3_stmt row, int column) => ViewText.Money(raw.sqlite3_column_blob(row, column));
}
