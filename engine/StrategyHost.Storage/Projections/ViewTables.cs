using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Storage.Projections;

/// <summary>
/// Questions to one account's tables. All answers are of one account, none is a sum of two. Throws SqliteException where the file has
/// failed since it was opened.
/// </summary>
public sealed class ViewTables
{
    private const string Orders = """
        SELECT id AS Id, exchange_id AS ExchangeId, plan AS Plan, number AS Number, role AS Role, closed_as AS ClosedAs,
            parent_id AS ParentId, signal_id AS SignalId, oco AS Oco, strategy AS Strategy, symbol AS Symbol, side AS Side, type AS Type,
            quantity AS Quantity, filled AS Filled, price AS Price, trigger_price AS TriggerPrice, reduce_only AS ReduceOnly,
            status AS Status, created_ms AS CreatedMs, changed_ms AS ChangedMs, ended_ms AS EndedMs
        FROM order_relation

        """;

    private readonly SqliteConnection _connection;
    private readonly AccountId _account;

    internal ViewTables(SqliteConnection connection, AccountId account) => (_connection, _account) = (connection, account);

    /// <summary>Open positions by plan, in the order of the plans.</summary>
    public IReadOnlyList<PlanPositionView> Positions()
    {
        const string Sql = """
            SELECT plan AS Plan, strategy AS Strategy, symbol AS Symbol, leg AS Leg, side AS Side, tag AS Tag, tranche AS Tranche,
                signal_id AS SignalId, size AS Size, average_price AS AveragePrice, opened_ms AS OpenedMs, phase AS Phase,
                stop_price AS Stop, stop_source AS StopSource, sent_stop AS SentStop
            FROM position ORDER BY plan
            """;
        const string Targets = """
            SELECT plan AS Plan, rung AS Rung, price AS Price, share_percent AS SharePercent, filled AS Filled, order_id AS OrderId
            FROM target ORDER BY plan, rung
            """;
        var targets = _connection.Query<TargetRow>(Targets).ToLookup(t => t.Plan);
        return [.. _connection.Query<PositionRow>(Sql).Select(p => p.View([.. targets[p.Plan].Select(t => t.View())]))];
    }

    /// <summary>Orders that have not ended, in the order in which they were made.</summary>
    public IReadOnlyList<OrderView> OpenOrders() => Read(Orders + "WHERE ended_ms IS NULL ORDER BY number");

    /// <summary>All orders of a plan that are still known, ended ones too.</summary>
    public IReadOnlyList<OrderView> OrdersOf(long plan) => Read(Orders + "WHERE plan = @plan ORDER BY number, id", new { plan });

    /// <summary>The order of an id of ours or of the exchange's; null: it is not known, or no longer.</summary>
    public OrderView? Order(string id) => Read(Orders + "WHERE id = @id", new { id }).FirstOrDefault();

    /// <summary>The last trades, newest first.</summary>
    public IReadOnlyList<TradeRecord> LastTrades(int limit) => Trades(
        "ORDER BY exit_ms DESC, record DESC LIMIT @limit", new { limit });

    /// <summary>The trades of a strategy on a symbol that closed from one moment to before another, oldest first.</summary>
    public IReadOnlyList<TradeRecord> Trades(StrategyId strategy, Symbol symbol, Timestamp from, Timestamp to) => Trades(
        "WHERE strategy = @Strategy AND symbol = @Symbol AND exit_ms >= @From AND exit_ms < @To ORDER BY exit_ms, record",
        new { Strategy = strategy.Name, Symbol = symbol.Name, From = from.Ms, To = to.Ms });

    /// <summary>Trades behind a record of the journal, at most so many, in its order, each with its record.</summary>
    public IReadOnlyList<KeyValuePair<long, TradeRecord>> TradesAfter(long record, int limit) =>
    [
        .. Rows("WHERE record > @record ORDER BY record LIMIT @limit", new { record, limit })
            .Select(r => KeyValuePair.Create(r.Record, r.Trade(_account))),
    ];

    /// <summary>The sums of the account as it was saved last; null: it was not.</summary>
    public BooksState? Money() => MoneyRows.Read(_connection);

    /// <summary>Equity at mark without transfers at the starts of days, from a UTC day on (counted from 1970).</summary>
    public IReadOnlyList<EquitySample> DailyEquity(long fromDay = 0) => MoneyRows.Days(_connection, fromDay);

    /// <summary>Sums by strategy, symbol and day, of all days.</summary>
    public IReadOnlyList<PerformanceView> Performance() => DaySums.Read(_connection);

    /// <summary>The account as the exchange last reported it; null: nothing was reported.</summary>
    public SeenAccount? Seen()
    {
        const string Account = "SELECT updated_ms AS UpdatedMs, wallet AS Wallet FROM seen_account";
        var account = _connection.QuerySingleOrDefault<SeenRow>(Account);
        return account is null ? null : new SeenAccount(
            new Timestamp(account.UpdatedMs),
            account.Wallet is null ? null : ViewText.Money(account.Wallet),
            [.. _connection.Query<string>("SELECT body FROM seen_position ORDER BY symbol, leg").Select(Report<PositionReport>)],
            [.. _connection.Query<(string Body, long Since)>("SELECT body, since_ms FROM seen_order ORDER BY since_ms, id")
                .Select(o => new SeenOrder(Report<OrderReport>(o.Body), new Timestamp(o.Since)))]);
    }

    private static T Report<T>(string body)
        where T : class
    {
        var row = new JournalRow
        {
            Stamp = default,
            Kind = typeof(T).Name,
            Body = body,
        };
        return (T)JournalCodec.Decode(row).Value; // written by this program, in a file whose version was looked at
    }

    private OrderView[] Read(string sql, object? values = null) => [.. _connection.Query<OrderRow>(sql, values).Select(r => r.View())];

    private TradeRecord[] Trades(string rest, object values) => [.. Rows(rest, values).Select(r => r.Trade(_account))];

    private IEnumerable<TradeRow> Rows(string rest, object values)
    {
        const string Sql = """
            SELECT record AS Record, trade_id AS TradeId, strategy AS Strategy, symbol AS Symbol, side AS Side, tag AS Tag,
                tranche AS Tranche, entry_ms AS EntryMs, entry_price AS EntryPrice, exit_ms AS ExitMs, exit_price AS ExitPrice,
                quantity AS Quantity, gross_pnl AS GrossPnl,
                fees AS Fees, funding AS Funding, slippage AS Slippage, r AS R, mae AS Mae, mfe AS Mfe, exit_reason AS ExitReason,
                entry_reason AS EntryReason, signal_id AS SignalId, script_sha256 AS ScriptSha256
            FROM trade

            """;
        return _connection.Query<TradeRow>(Sql + rest, values);
    }
}
