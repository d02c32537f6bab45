using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace StrategyHost.Storage.Tests;

/// <summary>A transaction that SQLite takes back by itself, as it does on a full disk, is one error and not three.</summary>
public sealed class WriteTransactionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Transaction_that_was_taken_back_by_SQLite_can_be_disposed_and_so_can_its_connection()
    {
        var connection = Opened();
        var transaction = new WriteTransaction(connection);
        connection.Execute("INSERT INTO t VALUES (1)");
        Assert.Throws<SqliteException>(() => connection.Execute("INSERT OR ROLLBACK INTO t VALUES (1)"));
        transaction.Dispose();
        using (var next = new WriteTransaction(connection))
        {
            connection.Execute("INSERT INTO t VALUES (2)");
            next.Commit();
        }

        Assert.Equal([2], connection.Query<int>("SELECT n FROM t"));
        connection.Dispose();
    }

    [Fact]
    public void What_is_not_committed_is_taken_back()
    {
        using var connection = Opened();
        using (new WriteTransaction(connection))
        {
            connection.Execute("INSERT INTO t VALUES (1)");
        }

        Assert.Empty(connection.Query<int>("SELECT n FROM t"));
    }

    private SqliteConnection Opened()
    {
        var connection = new SqliteConnection($"Data Source={_folder.Path("t.db")};Pooling=False");
        connection.Open();
        connection.Execute("CREATE TABLE t (n INTEGER PRIMARY KEY)");
        return connection;
    }
}
