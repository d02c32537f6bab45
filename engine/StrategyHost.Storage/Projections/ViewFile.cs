using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Storage.Projections;

/// <summary>
/// The SQLite file of a view. It holds nothing that the journal does not: one that is damaged, of another shape or another account's is
/// deleted and begun anew.
/// </summary>
internal static class ViewFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The connection, and why the file that was there was deleted (null: it was not).</summary>
    public static Result<(SqliteConnection Connection, string? Anew)> Open(string path, AccountId account)
    {
        try
        {
            var first = TryOpen(path, account);
            if (first.IsOk)
            {
                return (first.Value, null);
            }

            Delete(path);
            var second = TryOpen(path, account);
            return second.IsOk ? (second.Value, first.Errors[0].Message) : Failed(path, second.Errors[0].Message);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Failed(path, problem.Message);
        }
    }

    /// <summary>In memory, for who may not write there.</summary>
    public static SqliteConnection InMemory(AccountId account)
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        Create(connection, account);
        return connection;
    }

    public static Error Failed(string path, string why) => new()
    {
        File = path,
        Rule = "view_failed",
        Message = $"the tables of {Path.GetFileName(path)} are not up to date ({why}); they are made from the journal, which is as it was: "
            + "look at the disk, or delete the file",
    };

    private static Result<SqliteConnection> TryOpen(string path, AccountId account)
    {
        if (!File.Exists(path))
        {
            Make(path);
        }

        var connection = JournalFile.Connect(path, SqliteOpenMode.ReadWriteCreate);
        string why;
        try
        {
            connection.Open();
            why = Check(connection, account);
        }
        catch (SqliteException problem)
        {
            why = problem.Message;
        }

        if (why.Length == 0)
        {
            return connection;
        }

        connection.Dispose();
        return Failed(path, why);
    }

    /// <summary>Empty: it can be used.</summary>
    private static string Check(SqliteConnection connection, AccountId account)
    {
        connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
        var application = connection.ExecuteScalar<long>("PRAGMA application_id");
        if (application == 0 && connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master") == 0)
        {
            Create(connection, account);
            return "";
        }

        if (application != ViewSchema.ApplicationId || connection.ExecuteScalar<long>("PRAGMA user_version") != ViewSchema.Version)
        {
            return "another program or version made it";
        }

        var check = connection.Query<string?>("PRAGMA quick_check(1)").FirstOrDefault();
        return check != "ok" ? $"SQLite's own check fails: {check}"
            : connection.QuerySingle<string>("SELECT account FROM source") != account.Name ? "it is another account's" : "";
    }

    private static void Create(SqliteConnection connection, AccountId account)
    {
        using var transaction = new WriteTransaction(connection);
        connection.Execute(ViewSchema.Tables);
        connection.Execute("INSERT INTO source (account, record, run, seq, part) VALUES (@Name, 0, '', 0, 0)", new { account.Name });
        connection.Execute(FormattableString.Invariant(
            $"PRAGMA application_id = {ViewSchema.ApplicationId}; PRAGMA user_version = {ViewSchema.Version}")); // they take no parameter
        transaction.Commit();
    }

    private static void Make(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        new FileStream(path, options).Dispose(); // SQLite keeps the mode
    }

    private static void Delete(string path)
    {
        foreach (var end in (string[])["", "-wal", "-shm"])
        {
            File.Delete(path + end);
        }
    }
}
