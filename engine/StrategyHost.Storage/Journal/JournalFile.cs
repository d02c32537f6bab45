using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// One journal file, open for writing: SQLite, WAL, rows are only ever added. 1. An append is one transaction: after a crash the file holds
/// all of it or nothing. 2. In an account's file (synchronous FULL) what <see cref="Append"/> has accepted survives the machine; in the
/// host's (NORMAL) it survives the process, and a power cut may take the last commits. 3. One writer at a time, by a lock file; readers in
/// other processes are not disturbed. 4. Each row carries a checksum. 5. The same rows may be given again: those that are there stay.
/// Not thread-safe.
/// </summary>
public sealed class JournalFile : IDisposable
{
    /// <summary>Rows at the end of the file whose checksums are compared when it is opened; older ones are when they are read.</summary>
    private const int CheckedRows = 10_000;

    private readonly SqliteConnection _connection;
    private readonly FileStream _lock;
    private readonly string _path;
    private readonly JournalInsert _insert;
    private string _name = "";
    private long _run;

    private JournalFile(SqliteConnection connection, FileStream held, string path, string owner)
    {
        (_connection, _lock, _path, Owner) = (connection, held, path, owner);
        _insert = new JournalInsert(connection);
    }

    /// <summary>Whose it is: <c>main</c>, <c>mirror</c> or <c>host</c>.</summary>
    public string Owner { get; }

    /// <summary>Name of the newest run that was in the file when it was opened; null: none.</summary>
    public string? LastRun { get; private init; }

    /// <summary>What the open connection keeps to: the journal mode, and 2 for synchronous FULL or 1 for NORMAL.</summary>
    internal (string Mode, int Synchronous) Durability => (
        _connection.ExecuteScalar<string>("PRAGMA journal_mode") ?? "", _connection.ExecuteScalar<int>("PRAGMA synchronous"));

    /// <summary>Characters of bodies that were written since the last <see cref="Checkpoint"/>.</summary>
    public long Unfolded { get; private set; }

    /// <summary>The file of an owner in a data directory.</summary>
    public static string PathOf(string directory, string owner) => Path.Combine(directory, $"journal-{owner}.db");

    /// <summary>Opens the owner's file, or makes it in a folder that exists. Errors name the file and say what to do.</summary>
    public static Result<JournalFile> Open(string path, string owner, bool isSynced) =>
        Open(path, owner, new JournalLimits { IsSynced = isSynced });

    internal static Result<JournalFile> Open(string path, string owner, JournalLimits limits)
    {
        var held = JournalLock.Hold(path);
        if (!held.IsOk)
        {
            return held.Errors[0];
        }

        var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        Error? error;
        try
        {
            connection.Open();
            JournalLog.Keep(connection, isKept: true); // until the file is known to be good: a damaged one is never changed
            error = Prepare(connection, path, owner, limits);
        }
        catch (SqliteException problem)
        {
            error = JournalErrors.Of(problem, path);
        }

        if (error is null)
        {
            JournalLog.Keep(connection, isKept: false);
            return new JournalFile(connection, held.Value, path, owner)
            {
                LastRun = connection.QueryFirstOrDefault<string>("SELECT CAST(name AS TEXT) FROM run ORDER BY id DESC LIMIT 1"),
            };
        }

        connection.Dispose();
        held.Value.Dispose();
        return error;
    }

    /// <summary>
    /// Says which account of which exchange the file is about, for example its UID; the first that says so has it for good. An error: it is
    /// another's. From any thread.
    /// </summary>
    public Error? Claim(string holder)
    {
        try
        {
            using var connection = Connect(_path, SqliteOpenMode.ReadWrite);
            connection.Open();
            connection.Execute("INSERT INTO holder (id, name) VALUES (1, @holder) ON CONFLICT (id) DO NOTHING", new { holder });
            var name = connection.ExecuteScalar<string>("SELECT CAST(name AS TEXT) FROM holder");
            return name == holder ? null : JournalErrors.OtherAccount(_path, name ?? "", holder);
        }
        catch (SqliteException problem)
        {
            return JournalErrors.Of(problem, _path);
        }
    }

    /// <summary>Begins a run: what is appended from now on belongs to it. Again with the same run: goes on with it.</summary>
    public Error? Begin(JournalRun run)
    {
        const string Sql = """
            INSERT INTO run (version, owner, name, started_ms, build, configuration, scripts, installation)
            VALUES (@Version, @Owner, @Name, @StartedMs, @Build, @ConfigurationSha256, @Scripts, @Installation)
            ON CONFLICT (name) DO NOTHING
            """;
        try
        {
            _connection.Execute(Sql, new
            {
                Version = JournalRow.CurrentVersion,
                Owner,
                run.Name,
                StartedMs = run.StartedAt.Ms,
                run.Build,
                run.ConfigurationSha256,
                Scripts = JsonSerializer.Serialize(run.ScriptSha256),
                run.Installation,
            });
            _run = _connection.ExecuteScalar<long>("SELECT id FROM run WHERE name = @Name", new { run.Name });
            _name = run.Name;
            return null;
        }
        catch (SqliteException problem)
        {
            return JournalErrors.Of(problem, _path);
        }
    }

    /// <summary>Adds rows to the begun run, in one transaction. With an error none is in a file that will be found again.</summary>
    public Error? Append(IReadOnlyList<JournalRow> rows)
    {
        try
        {
            _insert.Write(_run, _name, rows);
            Unfolded += rows.Sum(r => r.Body.Length);
            return JournalLog.IsThere(_path) ? null : JournalErrors.Gone(_path);
        }
        catch (SqliteException problem)
        {
            return JournalErrors.Of(problem, _path);
        }
    }

    /// <summary>Moves what was committed from the log into the file itself; the log begins anew. When nobody waits for a commit.</summary>
    public void Checkpoint()
    {
        Unfolded = 0;
        Fold("PASSIVE");
    }

    public void Dispose()
    {
        Fold("TRUNCATE"); // a reader may be the last to close it, and readers leave the log as it is
        _insert.Dispose();
        _connection.Dispose();
        _lock.Dispose();
    }

    private void Fold(string how)
    {
        try
        {
            _connection.Execute($"PRAGMA wal_checkpoint({how})"); // a pragma takes no parameter
        }
        catch (SqliteException)
        {
            // Everything is in the log still; if the disk has failed the next append says so.
        }
    }

    internal static SqliteConnection Connect(string path, SqliteOpenMode mode) => new(new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = mode,
        Pooling = false,
        DefaultTimeout = 1, // seconds until a file that another program has locked is an error
    }.ToString());

    private static Error? Prepare(SqliteConnection connection, string path, string owner, JournalLimits limits)
    {
        if (JournalSchema.Check(connection, path, limits.Steps.Count) is { } error)
        {
            return error;
        }

        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute(limits.IsSynced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        connection.Execute("PRAGMA wal_autocheckpoint = 0"); // the writer does it when nobody waits
        JournalSchema.Migrate(connection, limits.Steps);
        if (limits.Pages is { } pages)
        {
            connection.Execute(FormattableString.Invariant($"PRAGMA max_page_count = {pages}")); // a pragma takes no parameter
        }

        if (connection.QueryFirstOrDefault<string>("SELECT CAST(owner AS TEXT) FROM run WHERE owner <> @owner", new { owner }) is { } other)
        {
            return JournalErrors.Foreign(path, other);
        }

        var last = JournalRows.Read(connection, path, "ORDER BY record.id DESC LIMIT @Limit", new { Limit = CheckedRows });
        return last.IsOk ? null : last.Errors[0];
    }
}

/// <summary>What tests and measurements set otherwise.</summary>
internal sealed record JournalLimits
{
    public bool IsSynced { get; init; } = true;

    /// <summary>Most pages that the file may have; null: as the disk allows.</summary>
    public int? Pages { get; init; }
    public IReadOnlyList<string> Steps { get; init; } = JournalSchema.Steps;
}
