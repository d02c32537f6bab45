using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Exchange;

/// <summary>The file's own marks (application id, version) and its one table.</summary>
internal static class StoreSchema
{
    /// <summary>The newest version that this program reads, and the one that it writes.</summary>
    public const int Version = 1;

    /// <summary>"SHEX" as a number: tells our files from other SQLite files.</summary>
    private const int ApplicationId = 0x53484558;

    /// <summary>Whether the file is one that this program may go on with; a new one is.</summary>
    public static Error? Check(SqliteConnection connection, string path)
    {
        var version = connection.ExecuteScalar<long>("PRAGMA user_version");
        var application = connection.ExecuteScalar<long>("PRAGMA application_id");
        var isNew = version == 0 && application == 0 && connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master") == 0;
        if (!isNew && application != ApplicationId)
        {
            return StoreErrors.Foreign(path);
        }

        if (version > Version)
        {
            return StoreErrors.Newer(path, version);
        }

        if (!isNew && version != Version)
        {
            return StoreErrors.Damaged(path, $"{version}", "there is no such version");
        }

        var check = connection.Query<string?>("PRAGMA quick_check(1)").FirstOrDefault();
        return check == "ok" ? null : StoreErrors.Damaged(path, check ?? "", "SQLite's own check of the file fails");
    }

    /// <summary>Makes the table and the marks in one transaction; does nothing where they are.</summary>
    public static void Create(SqliteConnection connection)
    {
        const string Sql = """
            CREATE TABLE IF NOT EXISTS document (name TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL, checksum TEXT NOT NULL);
            PRAGMA application_id = 1397245272;
            PRAGMA user_version = 1;
            """;
        if (connection.ExecuteScalar<long>("PRAGMA user_version") == Version)
        {
            return;
        }

        using var transaction = new WriteTransaction(connection);
        connection.Execute(Sql);
        transaction.Commit();
    }
}
