using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Storage.Backup;

/// <summary>
/// Copies and checks SQLite files of a data directory, also while a host writes them. 1. A copy is of one moment: all that was committed
/// before it, nothing of what came later. 2. It is checked as a whole before it counts. 3. The file that is read is not changed, and who
/// writes it does not wait.
/// </summary>
public static class DatabaseBackup
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A file that its host keeps for itself; the copy is made of its bytes.</summary>
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int NotOpened = 14;

    /// <summary>Where the host has folded its log into the file meanwhile, the bytes are read again.</summary>
    private const int Attempts = 20;
    private const int LogHeadBytes = 32;

    /// <summary>Copies a file to one that does not exist. Null: it is there, and good.</summary>
    public static Error? Copy(string from, string to)
    {
        try
        {
            Make(to);
            if (!TryCopyOnline(from, to) && !TryCopyBytes(from, to))
            {
                return Problem(from, "backup_busy", "it changed all the time while it was copied", "try again when less is going on");
            }

            return Check(to) ?? MakeOneFile(to);
        }
        catch (SqliteException problem)
        {
            return Problem(from, "backup_failed", $"SQLite failed with code {problem.SqliteErrorCode} ({problem.Message})",
                "look at it with: strategyhost doctor");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Problem(from, "backup_failed", problem.Message, "check rights and free space of both folders");
        }
    }

    /// <summary>
    /// SQLite's own check of the whole file. Null: it is good. Rule <c>in_use</c>: its host keeps it for itself, so that it cannot be read.
    /// </summary>
    public static Error? Check(string path)
    {
        try
        {
            using var connection = JournalFile.Connect(path, SqliteOpenMode.ReadWrite); // a killed writer's log is only readable so
            connection.Open();
            JournalLog.Keep(connection, isKept: true);
            var found = connection.Query<string>("PRAGMA integrity_check(5)").ToArray();
            return found is ["ok"] ? null : Damaged(path, string.Join("; ", found));
        }
        catch (SqliteException problem) when (problem.SqliteErrorCode == Busy)
        {
            return Problem(path, "in_use", "its host keeps it for itself", "nothing is to be done while that host runs");
        }
        catch (SqliteException problem) when (problem.SqliteErrorCode is NotOpened or ReadOnly)
        {
            return Problem(path, "unreadable", $"it cannot be opened ({problem.Message})", "check that this user may read and write it");
        }
        catch (SqliteException problem)
        {
            return Damaged(path, $"SQLite code {problem.SqliteErrorCode}, {problem.Message}");
        }
    }

    /// <summary>A copy has its log folded in, so that nothing is lost where one file of two is carried on.</summary>
    private static Error? MakeOneFile(string path)
    {
        using var connection = JournalFile.Connect(path, SqliteOpenMode.ReadWrite);
        connection.Open();
        var mode = connection.ExecuteScalar<string>("PRAGMA journal_mode = DELETE");
        return mode == "delete" ? null : Problem(path, "backup_failed", $"its log could not be folded in ({mode})", "try again");
    }

    /// <summary>False: the file is locked by who writes it.</summary>
    private static bool TryCopyOnline(string from, string to)
    {
        try
        {
            using var source = JournalFile.Connect(from, SqliteOpenMode.ReadWrite);
            source.Open();
            JournalLog.Keep(source, isKept: true);
            using var target = JournalFile.Connect(to, SqliteOpenMode.ReadWrite);
            target.Open();
            source.BackupDatabase(target);
            return true;
        }
        catch (SqliteException problem) when (problem.SqliteErrorCode == Busy)
        {
            return false;
        }
    }

    /// <summary>
    /// File and log as they are. Between two folds a log only grows, and what stands at its end without a commit does not count
    /// (sqlite.org/wal.html, read 2026-07-24); so file and log belong together if neither the file nor the log's head has changed.
    /// </summary>
    private static bool TryCopyBytes(string from, string to)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var before = State(from);
            CopyFile(from, to);
            if (File.Exists(from + "-wal"))
            {
                CopyFile(from + "-wal", to + "-wal");
            }

            if (State(from) == before)
            {
                return true;
            }
        }

        return false;
    }

    private static (DateTime Written, long Length, string LogHead) State(string path)
    {
        var file = new FileInfo(path);
        if (!File.Exists(path + "-wal"))
        {
            return (file.LastWriteTimeUtc, file.Length, "");
        }

        using var log = Open(path + "-wal");
        var head = new byte[LogHeadBytes];
        var length = log.ReadAtLeast(head, LogHeadBytes, throwOnEndOfStream: false);
        return (file.LastWriteTimeUtc, file.Length, Convert.ToHexString(head, 0, length));
    }

    private static void CopyFile(string from, string to)
    {
        using var source = Open(from);
        using var target = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None);
        source.CopyTo(target);
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static void Make(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        new FileStream(path, options).Dispose();
    }

    private static Error Damaged(string path, string why) => Problem(path, "damaged", $"it is damaged ({why})",
        "orders and stops at the exchange are as they were; put back a copy from a backup, or move it away together with its -wal file");

    private static Error Problem(string path, string rule, string what, string toDo) => new()
    {
        File = path,
        Rule = rule,
        Message = $"{Path.GetFileName(path)}: {what}; {toDo}",
    };
}
