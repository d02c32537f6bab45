using Microsoft.Data.Sqlite;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// The one statement of the order path, prepared once; Dapper would prepare it again for each commit. Throws SqliteException, after which
/// nothing of the rows is in the file.
/// </summary>
internal sealed class JournalInsert : IDisposable
{
    private const string Sql = """
        INSERT INTO record (run, seq, part, version, at_ms, kind, strategy, symbol, order_id, exchange_id, signal_id, plan, body, checksum)
        VALUES ($run, $seq, $part, $version, $at, $kind, $strategy, $symbol, $order, $exchange, $signal, $plan, $body, $checksum)
        ON CONFLICT (run, seq, part) DO NOTHING
        """;

    private static readonly string[] Names =
    [
        "$run", "$seq", "$part", "$version", "$at", "$kind", "$strategy", "$symbol", "$order", "$exchange", "$signal", "$plan", "$body",
        "$checksum",
    ];

    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;

    public JournalInsert(SqliteConnection connection)
    {
        _begin = Command(connection, "BEGIN IMMEDIATE");
        _commit = Command(connection, "COMMIT");
        _rollback = Command(connection, "ROLLBACK");
        _insert = Command(connection, Sql);
        foreach (var name in Names)
        {
            _insert.Parameters.Add(new SqliteParameter(name, null));
        }
    }

    public void Write(long run, string name, IReadOnlyList<JournalRow> rows)
    {
        _begin.ExecuteNonQuery();
        try
        {
            foreach (var row in rows)
            {
                Write(run, name, row);
            }

            _commit.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            Undo();
            throw;
        }
    }

    public void Dispose()
    {
        _begin.Dispose();
        _insert.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
    }

    private void Write(long run, string name, JournalRow row)
    {
        object?[] values =
        [
            run, row.Stamp.Seq, row.Stamp.Part, row.Version, row.Stamp.At.Ms, row.Kind, row.Strategy, row.Symbol, row.OrderId,
            row.ExchangeId, row.SignalId, row.Plan, row.Body, JournalChecksum.Of(name, row),
        ];
        for (var i = 0; i < values.Length; i++)
        {
            _insert.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        _insert.ExecuteNonQuery();
    }

    private void Undo()
    {
        try
        {
            _rollback.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // SQLite has taken it back by itself: after a full disk or a failed one it does.
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, string text)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        return command;
    }
}
