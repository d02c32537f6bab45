namespace StrategyHost.Storage.Projections;

/// <summary>
/// The tables of an account's view, made anew from its journal whenever their shape changes: they need no migrations. Prices, quantities
/// and money are decimal texts, times ms since 1970.
/// </summary>
internal static class ViewSchema
{
    /// <summary>"SHVW" as a number: tells views from other SQLite files.</summary>
    public const int ApplicationId = 0x53485657;

    /// <summary>The shape that this program writes; a file of any other is made anew.</summary>
    public const int Version = 2;

    public const string Tables = """
        CREATE TABLE source (account TEXT NOT NULL, record INTEGER NOT NULL, run TEXT NOT NULL, seq INTEGER NOT NULL,
            part INTEGER NOT NULL, saved INTEGER NOT NULL DEFAULT -1);
        CREATE TABLE pending (record INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL,
            body TEXT NOT NULL);

        CREATE TABLE plan (number INTEGER PRIMARY KEY, is_finished INTEGER NOT NULL, changed_ms INTEGER NOT NULL);
        CREATE TABLE position (plan INTEGER PRIMARY KEY, strategy TEXT NOT NULL, symbol TEXT NOT NULL, leg INTEGER NOT NULL,
            side TEXT NOT NULL, tag TEXT NOT NULL, tranche TEXT NOT NULL, signal_id TEXT NOT NULL, size TEXT NOT NULL,
            average_price TEXT NOT NULL, opened_ms INTEGER NOT NULL, phase TEXT NOT NULL, stop_price TEXT, stop_source TEXT,
            sent_stop TEXT);
        CREATE TABLE target (plan INTEGER NOT NULL, rung INTEGER NOT NULL, price TEXT NOT NULL, share_percent TEXT NOT NULL,
            filled TEXT NOT NULL, order_id TEXT, PRIMARY KEY (plan, rung)) WITHOUT ROWID;

        CREATE TABLE order_relation (id TEXT PRIMARY KEY, exchange_id TEXT, plan INTEGER, number INTEGER NOT NULL, role TEXT NOT NULL,
            closed_as TEXT, parent_id TEXT, signal_id TEXT, oco TEXT, strategy TEXT NOT NULL, symbol TEXT NOT NULL, side TEXT NOT NULL,
            type TEXT NOT NULL, quantity TEXT NOT NULL, filled TEXT NOT NULL, price TEXT, trigger_price TEXT,
            reduce_only INTEGER NOT NULL, status TEXT NOT NULL, created_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL,
            ended_ms INTEGER) WITHOUT ROWID;
        CREATE INDEX order_open ON order_relation (number) WHERE ended_ms IS NULL;
        CREATE INDEX order_ended ON order_relation (ended_ms) WHERE ended_ms IS NOT NULL;
        CREATE INDEX order_plan ON order_relation (plan);

        CREATE TABLE trade (record INTEGER PRIMARY KEY, trade_id TEXT NOT NULL, strategy TEXT NOT NULL, symbol TEXT NOT NULL,
            side TEXT NOT NULL, tag TEXT NOT NULL, tranche TEXT NOT NULL, entry_ms INTEGER NOT NULL, entry_price TEXT NOT NULL,
            exit_ms INTEGER NOT NULL, exit_price TEXT NOT NULL, quantity TEXT NOT NULL, gross_pnl TEXT NOT NULL,
            fees TEXT NOT NULL, funding TEXT NOT NULL, slippage TEXT NOT NULL, net_pnl TEXT NOT NULL, r TEXT,
            mae TEXT NOT NULL, mfe TEXT NOT NULL, exit_reason TEXT NOT NULL, entry_reason TEXT NOT NULL,
            signal_id TEXT NOT NULL, script_sha256 TEXT NOT NULL);
        CREATE INDEX trade_exit ON trade (exit_ms);
        CREATE INDEX trade_strategy ON trade (strategy, symbol, exit_ms);
        CREATE TABLE performance (strategy TEXT NOT NULL, symbol TEXT NOT NULL, day TEXT NOT NULL, trades INTEGER NOT NULL,
            wins INTEGER NOT NULL, losses INTEGER NOT NULL, gross_pnl TEXT NOT NULL, fees TEXT NOT NULL, funding TEXT NOT NULL,
            slippage TEXT NOT NULL, net_pnl TEXT NOT NULL, PRIMARY KEY (strategy, symbol, day)) WITHOUT ROWID;

        CREATE TABLE money (start_balance TEXT NOT NULL, balance TEXT NOT NULL, realised_pnl TEXT NOT NULL, fees TEXT NOT NULL,
            funding TEXT NOT NULL, slippage TEXT NOT NULL, transfers TEXT NOT NULL, executions INTEGER NOT NULL, peak TEXT,
            max_drawdown TEXT, max_drawdown_percent TEXT);
        CREATE TABLE equity (day INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, equity TEXT NOT NULL);

        CREATE TABLE seen_account (updated_ms INTEGER NOT NULL, wallet TEXT);
        CREATE TABLE seen_position (symbol TEXT NOT NULL, leg INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (symbol, leg));
        CREATE TABLE seen_order (id TEXT PRIMARY KEY, since_ms INTEGER NOT NULL, body TEXT NOT NULL);

        """;
}
