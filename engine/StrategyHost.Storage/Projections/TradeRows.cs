using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Projections;

/// <summary>Writes a closed trade and adds it to the sums of its day.</summary>
internal static class TradeRows
{
    private const string Trade = """
        INSERT INTO trade (record, trade_id, strategy, symbol, side, tag, tranche, entry_ms, entry_price, exit_ms, exit_price, quantity,
            gross_pnl, fees, funding, slippage, net_pnl, r, mae, mfe, exit_reason, entry_reason, signal_id, script_sha256)
        VALUES (@record, @TradeId, @Strategy, @Symbol, @Side, @Tag, @Tranche, @EntryMs, @EntryPrice, @ExitMs, @ExitPrice, @Quantity,
            @GrossPnl, @Fees, @Funding, @Slippage, @NetPnl, @R, @Mae, @Mfe, @ExitReason, @EntryReason, @SignalId, @ScriptSha256)
        """;

    private const string Sum = """
        SELECT trades AS Trades, wins AS Wins, losses AS Losses, gross_pnl AS GrossPnl, fees AS Fees, funding AS Funding,
            slippage AS Slippage, net_pnl AS NetPnl
        FROM performance WHERE strategy = @Strategy AND symbol = @Symbol AND day = @day
        """;

    private const string Keep = """
        INSERT INTO performance (strategy, symbol, day, trades, wins, losses, gross_pnl, fees, funding, slippage, net_pnl)
        VALUES (@Strategy, @Symbol, @day, @Trades, @Wins, @Losses, @GrossPnl, @Fees, @Funding, @Slippage, @NetPnl)
        ON CONFLICT (strategy, symbol, day) DO UPDATE SET trades = excluded.trades, wins = excluded.wins, losses = excluded.losses,
            gross_pnl = excluded.gross_pnl, fees = excluded.fees, funding = excluded.funding, slippage = excluded.slippage,
            net_pnl = excluded.net_pnl
        """;

    /// <param name="connection">The view.</param>
    /// <param name="record">Number of the journal's record: no trade is there twice.</param>
    /// <param name="trade">The trade.</param>
    public static void Write(SqliteConnection connection, long record, TradeRecord trade)
    {
        connection.Execute(Trade, new
        {
            record,
            trade.TradeId,
            Strategy = trade.Strategy.Name,
            Symbol = trade.Symbol.Name,
            Side = trade.Side.ToString(),
            trade.Tag,
            trade.Tranche,
            EntryMs = trade.EntryTime.Ms,
            EntryPrice = ViewText.Of(trade.EntryPrice),
            ExitMs = trade.ExitTime.Ms,
            ExitPrice = ViewText.Of(trade.ExitPrice),
            Quantity = trade.Quantity.ToString(),
            GrossPnl = ViewText.Of(trade.GrossPnl),
            Fees = ViewText.Of(trade.Fees),
            Funding = ViewText.Of(trade.Funding),
            Slippage = ViewText.Of(trade.Slippage),
            NetPnl = ViewText.Of(trade.NetPnl),
            R = trade.R is { } r ? ViewText.Of(r) : null,
            Mae = ViewText.Of(trade.Mae),
            Mfe = ViewText.Of(trade.Mfe),
            ExitReason = trade.ExitReason.ToString(),
            trade.EntryReason,
            trade.SignalId,
            trade.ScriptSha256,
        });
        Add(connection, trade);
    }

    public static string DayOf(Timestamp at) =>
        DateTimeOffset.FromUnixTimeMilliseconds(at.Ms).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Add(SqliteConnection connection, TradeRecord trade)
    {
        var (strategy, symbol, day) = (trade.Strategy.Name, trade.Symbol.Name, DayOf(trade.ExitTime));
        var sum = connection.QuerySingleOrDefault<Sums>(Sum, new { Strategy = strategy, Symbol = symbol, day }) ?? new Sums();
        connection.Execute(Keep, new
        {
            Strategy = strategy,
            Symbol = symbol,
            day,
            Trades = sum.Trades + 1,
            Wins = sum.Wins + (trade.NetPnl > 0 ? 1 : 0),
            Losses = sum.Losses + (trade.NetPnl < 0 ? 1 : 0),
            GrossPnl = Plus(sum.GrossPnl, trade.GrossPnl),
            Fees = Plus(sum.Fees, trade.Fees),
            Funding = Plus(sum.Funding, trade.Funding),
            Slippage = Plus(sum.Slippage, trade.Slippage),
            NetPnl = Plus(sum.NetPnl, trade.NetPnl),
        });
    }

    private static string Plus(string sum, decimal value) => ViewText.Of(ViewText.Money(sum) + value);

    private sealed class Sums
    {
        public long Trades { get; init; }
        public long Wins { get; init; }
        public long Losses { get; init; }
        public string GrossPnl { get; init; } = "0";
        public string Fees { get; init; } = "0";
        public string Funding { get; init; } = "0";
        public string Slippage { get; init; } = "0";
        public string NetPnl { get; init; } = "0";
    }
}
