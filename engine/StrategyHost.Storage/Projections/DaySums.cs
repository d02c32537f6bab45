using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Projections;

/// <summary>
/// The sums of all days, read row by row: thousands of rows with five amounts each are what a question to the tables returns most of. Names
/// repeat from row to row and are made once.
/// </summary>
internal static class DaySums
{
    private const string Sql = """
        SELECT strategy, symbol, day, trades, wins, losses, gross_pnl, fees, funding, slippage, net_pnl
        FROM performance ORDER BY strategy, symbol, day
        """;

    public static List<PerformanceView> Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Sql;
        using var reader = command.ExecuteReader();
        var sums = new List<PerformanceView>();
        var (strategy, symbol) = (new StrategyId(), new Symbol());
        while (reader.Read())
        {
            strategy = reader.GetString(0) is var s && s == strategy.Name ? strategy : new StrategyId(s);
            symbol = reader.GetString(1) is var m && m == symbol.Name ? symbol : new Symbol(m);
            sums.Add(new PerformanceView
            {
                Strategy = strategy,
                Symbol = symbol,
                Day = reader.GetString(2),
                Trades = reader.GetInt64(3),
                Wins = reader.GetInt64(4),
                Losses = reader.GetInt64(5),
                GrossPnl = ViewText.Money(reader.GetString(6)),
                Fees = ViewText.Money(reader.GetString(7)),
                Funding = ViewText.Money(reader.GetString(8)),
                Slippage = ViewText.Money(reader.GetString(9)),
                NetPnl = ViewText.Money(reader.GetString(10)),
            });
        }

        return sums;
    }
}
