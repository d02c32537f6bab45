using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Exchange;

/// <summary>
/// What can be wrong with the file, as errors that say what to do. Codes: sqlite.org/rescode.html, read 2026-07-24.
/// </summary>
internal static class StoreErrors
{
    private const string Anew = "start anew with --fresh, which keeps the old data under another name";

    public static Error Of(SqliteException e, string path) => Of(e.SqliteErrorCode, e.Message, path);

    public static Error Of(int code, string message, string path) => code switch
    {
        5 or 6 => Problem(
            path,
            "store_locked",
            "another program has it open",
            "stop the other host, or give this one another data directory"),
        3 or 8 or 14 or 23 => Problem(
            path,
            "store_not_writable",
            "it cannot be opened for writing",
            "check that its folder exists, that both may be written by this user, and that the disk is not mounted read-only"),
        13 => Problem(path, "store_disk_full", "the disk is full", "free some space; all that was saved before is still there"),
        11 or 26 => Damaged(path, $"{code}", message),
        10 => Problem(
            path,
            "store_disk_failed",
            $"the disk failed ({message})",
            "check the disk; all that was saved before is still there"),
        _ => Problem(path, "store_failed", $"SQLite failed with code {code} ({message})", $"check the disk, or {Anew}"),
    };

    public static Error Damaged(string path, string value, string why) =>
        Problem(path, "store_damaged", $"it is damaged ({why})", $"put back a copy of it together with its -wal file, or {Anew}") with
        {
            Value = value,
        };

    public static Error Foreign(string path) => Problem(
        path,
        "store_foreign",
        "it is a database of another program",
        "move it away, or give this host another data directory");

    public static Error Newer(string path, long version) =>
        Problem(
            path,
            "store_newer",
            $"it has version {version} and this program reads {StoreSchema.Version}",
            $"start the newer program that wrote it, or {Anew}") with
        {
            Value = $"{version}",
        };

    private static Error Problem(string path, string rule, string what, string toDo) => new()
    {
        File = path,
        Rule = rule,
        Message = $"the simulated exchange's accounts cannot be kept in this file: {what}; {toDo}",
    };
}
