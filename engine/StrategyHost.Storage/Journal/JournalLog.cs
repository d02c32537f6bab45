using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace StrategyHost.Storage.Journal;

/// <summary>The write-ahead log beside a journal file (<c>-wal</c>): what is committed stands there until it is folded in.</summary>
internal static class JournalLog
{
    /// <summary>
    /// Whether closing leaves the log as it is. The last connection that closes otherwise folds it into the file and deletes it, also where
    /// the file has just been found damaged (sqlite.org/c3ref/c_dbconfig_defensive.html, NO_CKPT_ON_CLOSE, read 2026-07-24).
    /// </summary>
    public static void Keep(SqliteConnection connection, bool isKept) =>
        raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, isKept ? 1 : 0, out _);

    /// <summary>
    /// Whether what was committed will be found again. On Unix a file that was deleted goes on taking writes, and ends with the process.
    /// </summary>
    public static bool IsThere(string path) => File.Exists(path) && File.Exists(path + "-wal");
}
