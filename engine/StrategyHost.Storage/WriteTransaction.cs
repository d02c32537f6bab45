using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace StrategyHost.Storage;

/// <summary>
/// A transaction that writes; disposed without a commit it is taken back, and that never throws. SQLite takes one back by itself when the
/// disk is full or fails; Microsoft.Data.Sqlite's own then throws a second time when it is disposed, and a third time when its connection
/// is (6.0 does, on a full disk).
/// </summary>
internal sealed class WriteTransaction : IDisposable
{
    private readonly SqliteConnection _connection;

    public WriteTransaction(SqliteConnection connection)
    {
        _connection = connection;
        connection.Execute("BEGIN IMMEDIATE");
    }

    public void Commit() => _connection.Execute("COMMIT");

    public void Dispose()
    {
        if (raw.sqlite3_get_autocommit(_connection.Handle) != 0)
        {
            return; // it was committed, or SQLite has taken it back
        }

        try
        {
            _connection.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // The file is as it was before all the same: closing the connection takes it back.
        }
    }
}
