using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// Reads a journal file, also while a host writes it. Answers are in the order of the steps unless said; each row's checksum is compared.
/// Not thread-safe.
/// </summary>
public sealed class JournalReader : IDisposable
{
    private const string InOrder = " ORDER BY record.run, seq, part";
    private readonly SqliteConnection _connection;
    private readonly string _path;

    private JournalReader(SqliteConnection connection, string path) => (_connection, _path) = (connection, path);

    /// <summary>Opens a file that exists; one of an earlier version is brought up first.</summary>
    public static Result<JournalReader> Open(string path)
    {
        if (!File.Exists(path))
        {
            return JournalErrors.Missing(path);
        }

        var connection = JournalFile.Connect(path, SqliteOpenMode.ReadWrite); // a killed writer's log is only readable so
        Error? error;
        try
        {
            connection.Open();
            JournalLog.Keep(connection, isKept: true); // who only reads changes nothing, and least of all a damaged file
            error = JournalSchema.CheckMarks(connection, path, JournalSchema.Steps.Count) ?? BringUp(connection, path);
            connection.Execute("PRAGMA query_only = ON");
        }
        catch (SqliteException problem)
        {
            error = JournalErrors.Of(problem, path);
        }

        if (error is null)
        {
            return new JournalReader(connection, path);
        }

        connection.Dispose();
        return error;
    }

    /// <summary>All runs of the file, oldest first.</summary>
    public Result<IReadOnlyList<JournalRun>> Runs()
    {
        const string Sql = """
            SELECT CAST(name AS TEXT), CAST(started_ms AS INTEGER), CAST(build AS TEXT), CAST(configuration AS TEXT),
                CAST(scripts AS TEXT), CAST(installation AS TEXT) FROM run ORDER BY id
            """;
        try
        {
            var rows = _connection.Query<(string Name, long Started, string Build, string Configuration, string Scripts, string Part)>(Sql);
            return rows.Select(r => new JournalRun
            {
                Name = r.Name,
                StartedAt = new Timestamp(r.Started),
                Build = r.Build,
                ConfigurationSha256 = r.Configuration,
                ScriptSha256 = JsonSerializer.Deserialize<Dictionary<string, string>>(r.Scripts) ?? [],
                Installation = r.Part,
            }).ToArray();
        }
        catch (SqliteException problem)
        {
            return JournalErrors.Of(problem, _path);
        }
        catch (JsonException problem)
        {
            return JournalErrors.Damaged(_path, "scripts", problem.Message);
        }
    }

    /// <summary>
    /// Whether a halt or a resume with this id (<c>request</c>) was taken for good: what its step changed was saved too. Looks at runs that
    /// began after it was asked for, give or take a day of clocks. A file that cannot be read has not.
    /// </summary>
    public bool HasTaken(string request, Timestamp asked)
    {
        const string Sql = """
            SELECT EXISTS (SELECT 1 FROM record AS asked JOIN run ON run.id = asked.run
                WHERE run.started_ms >= @since AND asked.kind IN ('HaltAsked', 'ResumeAsked')
                AND json_extract(asked.body, '$.request') = @request
                AND EXISTS (SELECT 1 FROM record AS saved
                    WHERE saved.kind = 'AccountSaved' AND saved.run = asked.run AND saved.id > asked.id))
            """;
        try
        {
            return _connection.ExecuteScalar<bool>(Sql, new { request, since = asked.Ms - 86_400_000 });
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    public Result<IReadOnlyList<JournalRecord>> ByRun(string run) => Read("WHERE run.name = @run" + InOrder, new { run });

    /// <summary>Steps <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    public Result<IReadOnlyList<JournalRecord>> BySeq(string run, long from, long to) =>
        Read("WHERE run.name = @run AND seq BETWEEN @from AND @to" + InOrder, new { run, from, to });

    /// <summary>What names an order, by our id or by the exchange's, in all runs.</summary>
    public Result<IReadOnlyList<JournalRecord>> ByOrder(string id) =>
        Read("WHERE order_id = @id OR exchange_id = @id" + InOrder, new { id });

    /// <summary>What names a signal, in all runs: ids of signals begin anew with each.</summary>
    public Result<IReadOnlyList<JournalRecord>> BySignal(string id) => Read("WHERE signal_id = @id" + InOrder, new { id });

    public Result<IReadOnlyList<JournalRecord>> ByPlan(string run, long plan) =>
        Read("WHERE run.name = @run AND plan = @plan" + InOrder, new { run, plan });

    /// <summary>The last records of a kind and strategy up to a step, newest first.</summary>
    public Result<IReadOnlyList<JournalRecord>> LastOf(string kind, string strategy, string run, long seq) => Read(
        "WHERE run.name = @run AND kind = @kind AND strategy = @strategy AND seq <= @seq ORDER BY seq DESC, part DESC LIMIT 20",
        new { kind, strategy, run, seq });

    /// <summary>Records in the order in which they were written, from the one after a number on.</summary>
    public Result<IReadOnlyList<JournalRecord>> After(long id, int limit) =>
        Read("WHERE record.id > @id ORDER BY record.id LIMIT @limit", new { id, limit });

    /// <summary>Compares the checksum of every record; gives how many there are.</summary>
    public Result<long> CheckAll(CancellationToken cancellation)
    {
        const int Page = 5000;
        var (id, count) = (0L, 0L);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = After(id, Page);
            if (!page.IsOk)
            {
                return Result<long>.Failed(page.Errors);
            }

            if (page.Value.Count == 0)
            {
                return count;
            }

            (id, count) = (page.Value[^1].Id, count + page.Value.Count);
        }
    }

    /// <summary>The record of a number; none: there is none.</summary>
    public Result<IReadOnlyList<JournalRecord>> ById(long id) => Read("WHERE record.id = @id", new { id });

    /// <summary>What a strategy exported last, in whatever run; none: nothing.</summary>
    public Result<IReadOnlyList<JournalRecord>> NewestState(string strategy) => Read(
        "WHERE kind = 'StrategyStateSaved' AND strategy = @strategy ORDER BY record.id DESC LIMIT 1", new { strategy });

    /// <summary>What one text of a strategy exported last, among its newest 2,000 states; none: nothing.</summary>
    public Result<IReadOnlyList<JournalRecord>> NewestState(string strategy, string scriptSha256) => Read(
        """
        WHERE record.id IN (SELECT id FROM record WHERE kind = 'StrategyStateSaved' AND strategy = @strategy ORDER BY id DESC LIMIT 2000)
        AND json_extract (body, '$.scriptSha256') = @scriptSha256 ORDER BY record.id DESC LIMIT 1
        """, new { strategy, scriptSha256 });

    /// <summary>Records of a kind from a step on, at most a thousand.</summary>
    public Result<IReadOnlyList<JournalRecord>> From(string kind, string run, long seq) =>
        Read("WHERE run.name = @run AND kind = @kind AND seq >= @seq" + InOrder + " LIMIT 1000", new { kind, run, seq });

    /// <summary>The next records of a run after a place, at most so many.</summary>
    public Result<IReadOnlyList<JournalRecord>> After(string run, long seq, int part, int limit) => Read(
        "WHERE run.name = @run AND (seq, part) > (@seq, @part)" + InOrder + " LIMIT @limit", new { run, seq, part, limit });

    /// <summary>The last record of a run; none where the file has nothing of it.</summary>
    public Result<IReadOnlyList<JournalRecord>> Last(string run) =>
        Read("WHERE run.name = @run ORDER BY record.run DESC, seq DESC, part DESC LIMIT 1", new { run });

    /// <summary>Ids of signals and orders, newest first, at most so many of each.</summary>
    public Result<IReadOnlyList<string>> KnownIds(int limit)
    {
        const string Sql = """
            SELECT DISTINCT CAST(name AS TEXT) FROM (
                SELECT * FROM (SELECT signal_id AS name FROM record WHERE signal_id IS NOT NULL ORDER BY id DESC LIMIT @limit)
                UNION ALL
                SELECT * FROM (SELECT order_id FROM record WHERE order_id IS NOT NULL ORDER BY id DESC LIMIT @limit)
                UNION ALL
                SELECT * FROM (SELECT exchange_id FROM record WHERE exchange_id IS NOT NULL ORDER BY id DESC LIMIT @limit))
            """;
        try
        {
            return _connection.Query<string>(Sql, new { limit }).ToArray();
        }
        catch (SqliteException problem)
        {
            return JournalErrors.Of(problem, _path);
        }
    }

    /// <summary>What a start goes on from; nothing where the file has no saves.</summary>
    public Result<JournalMemory> Memory() => new JournalMemoryQuery(_connection, _path).Read();

    public void Dispose() => _connection.Dispose();

    /// <summary>Not under the hands of a host that writes the older form.</summary>
    private static Error? BringUp(SqliteConnection connection, string path)
    {
        if (JournalSchema.Version(connection) == JournalSchema.Steps.Count)
        {
            return null;
        }

        var held = JournalLock.Hold(path);
        if (!held.IsOk)
        {
            return held.Errors[0];
        }

        using var writer = held.Value;
        JournalSchema.Migrate(connection, JournalSchema.Steps);
        return null;
    }

    private Result<IReadOnlyList<JournalRecord>> Read(string where, object values) => JournalRows.Read(_connection, _path, where, values);
}
