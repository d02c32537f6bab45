using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// What can be wrong with a journal file, as errors that say what is lost and what to do. Codes: sqlite.org/rescode.html, read 2026-07-24.
/// </summary>
internal static class JournalErrors
{
    private const string MoveAway = "move it away together with its -wal and -shm files and start again: a new one is begun";
    private const string Space = "free some space; what was written before is still there, and writing goes on by itself";

    public static Error Of(SqliteException e, string path) => Of(e.SqliteErrorCode, e.Message, path);

    public static Error Of(int code, string message, string path) => code switch
    {
        5 or 6 => Locked(path),
        3 or 8 or 14 or 23 => NotWritable(path, message),
        13 => Problem(path, "journal_disk_full", "the disk is full", Space),
        11 or 26 => Damaged(path, $"{code}", message),
        10 => Problem(path, "journal_disk_failed", $"the disk failed ({message})",
            "check the disk; what was written before is still there, and writing is tried again"),
        _ => Problem(path, "journal_failed", $"SQLite failed with code {code} ({message})", "check the disk, then " + MoveAway),
    };

    public static Error Locked(string path) => Problem(
        path, "journal_locked", "another program has it open", "stop the other host, or give this one another data directory");

    public static Error NotWritable(string path, string why) => Problem(
        path, "journal_not_writable", $"it cannot be opened for writing ({why})",
        "check that its folder exists, that both may be written by this user, and that the disk is not mounted read-only");

    public static Error Missing(string path) => Problem(
        path, "journal_missing", "there is none", "start a host on this data directory with: strategyhost run");

    public static Error Gone(string path) => Problem(
        path, "journal_gone", "it or its -wal file was deleted while it was written, so that why its orders were made is lost",
        "orders and stops at the exchange are as they were; stop the host, put back a copy if there is one, and start the host again");

    public static Error Damaged(string path, string value, string why) => Problem(
        path, "journal_damaged", $"it is damaged ({why}), so that why its orders were made is no longer known for certain",
        "orders and stops at the exchange are as they were; put back a copy of the file, or " + MoveAway) with
    {
        Value = value,
    };

    public static Error Foreign(string path, string whose) =>
        Problem(path, "journal_foreign", $"it belongs to {whose}", "put each file back where it was, or " + MoveAway);

    public static Error OtherAccount(string path, string whose, string wanted) => Problem(
        path, "journal_other_account", $"it is about {whose}, and this run trades {wanted}",
        "give this run another data directory with --data, or begin anew with --fresh, which keeps the old one under another name") with
    {
        Value = whose,
    };

    public static Error Newer(string path, long version, long known) => Problem(
        path, "journal_newer", $"it has version {version} and this program reads up to {known}",
        "start the newer program that wrote it, or " + MoveAway) with
    {
        Value = $"{version}",
    };

    private static Error Problem(string path, string rule, string what, string toDo) => new()
    {
        File = path,
        Rule = rule,
        Message = $"the journal {Path.GetFileName(path)} cannot be used: {what}; {toDo}",
    };
}
