using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// The file's shape: steps numbered from 1, each a text of SQL in the folder Migrations. A file's <c>user_version</c> is the number of its
/// last step; an older one is brought up step by step, each in its transaction, a newer one is refused.
/// </summary>
internal static class JournalSchema
{
    /// <summary>"SHJL" as a number: tells journals from other SQLite files.</summary>
    private const int ApplicationId = 0x53484A4C;

    private const string Folder = "journal/";

    /// <summary>This program's steps in their order.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        .. typeof(JournalSchema).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(Text),
    ];

    /// <summary>Whether the file is one that this program may go on with, whole, and not newer; a new one is.</summary>
    public static Error? Check(SqliteConnection connection, string path, int known)
    {
        if (CheckMarks(connection, path, known) is { } error)
        {
            return error;
        }

        var check = connection.Query<string?>("PRAGMA integrity_check(1)").FirstOrDefault();
        return check == "ok" ? null : JournalErrors.Damaged(path, check ?? "", "SQLite's own check of the file fails");
    }

    /// <summary>As <see cref="Check"/>, without reading the whole file.</summary>
    public static Error? CheckMarks(SqliteConnection connection, string path, int known)
    {
        var version = Version(connection);
        var application = connection.ExecuteScalar<long>("PRAGMA application_id");
        var isNew = version == 0 && application == 0 && connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master") == 0;
        if (isNew)
        {
            return null;
        }

        if (application != ApplicationId)
        {
            return JournalErrors.Foreign(path, "another program");
        }

        return version < 1 ? JournalErrors.Damaged(path, $"{version}", "there is no such version")
            : version > known ? JournalErrors.Newer(path, version, known) : null;
    }

    public static int Version(SqliteConnection connection) => connection.ExecuteScalar<int>("PRAGMA user_version");

    /// <summary>Takes the steps that the file does not have yet.</summary>
    public static void Migrate(SqliteConnection connection, IReadOnlyList<string> steps)
    {
        for (var version = Version(connection); version < steps.Count; version++)
        {
            using var transaction = new WriteTransaction(connection);
            connection.Execute(steps[version]);
            connection.Execute(FormattableString.Invariant($"PRAGMA user_version = {version + 1}"));
            transaction.Commit();
        }
    }

    private static string Text(string name)
    {
        using var stream = typeof(JournalSchema).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException(name + " is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
