using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Storage.Projections;

/// <summary>
/// One account's tables, made from its journal: open positions with stop and targets, orders and what they belong to, closed trades and
/// their sums, and the account as the exchange last showed it. 1. The tables are the fold of the journal's records up to
/// <see cref="TakenTo"/>, whatever stops came between; how far is kept in the same transaction. 2. The file may be deleted at any time: it
/// is made anew. 3. The journal is only read. 4. Nothing here takes a second account. Not thread-safe; several programs may open one file.
/// </summary>
public sealed class AccountProjection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _path;

    private AccountProjection(SqliteConnection connection, string path, AccountId account, string? anew)
    {
        (_connection, _path, Account, Anew) = (connection, path, account, anew);
        Tables = new ViewTables(connection, account);
    }

    public AccountId Account { get; }

    /// <summary>Why the file that was there was deleted; null: it was not.</summary>
    public string? Anew { get; }

    /// <summary>Answers from the tables.</summary>
    public ViewTables Tables { get; }

    /// <summary>The file of an account in a data directory.</summary>
    public static string PathOf(string directory, AccountId account) => Path.Combine(directory, $"view-{account.Name}.db");

    /// <summary>Opens the account's file or makes it; what cannot be used is deleted first.</summary>
    public static Result<AccountProjection> Open(string directory, AccountId account)
    {
        var path = PathOf(directory, account);
        var opened = ViewFile.Open(path, account);
        return opened.IsOk
            ? new AccountProjection(opened.Value.Connection, path, account, opened.Value.Anew)
            : Result<AccountProjection>.Failed(opened.Errors);
    }

    /// <summary>The same without a file.</summary>
    public static AccountProjection InMemory(AccountId account) => new(ViewFile.InMemory(account), ":memory:", account, null);

    /// <summary>Number of the journal's last record that is in the tables; 0: none is.</summary>
    public long TakenTo => _connection.QuerySingle<long>("SELECT record FROM source");

    /// <summary>
    /// Takes further records of the account's journal, at most so many, in one transaction; gives how many. A journal that is not the one
    /// of before is taken from its beginning. With an error nothing was taken.
    /// </summary>
    public Result<int> Take(JournalReader journal, int limit = 1000)
    {
        try
        {
            using var transaction = new WriteTransaction(_connection);
            var taken = TakeOn(journal, limit);
            if (taken.IsOk)
            {
                transaction.Commit();
            }

            return taken;
        }
        catch (SqliteException problem)
        {
            return ViewFile.Failed(_path, problem.Message) with { Value = $"{problem.SqliteErrorCode}" };
        }
    }

    /// <summary>
    /// Forgets orders that ended more than so many hours ago, and what they belonged to; those of plans that are not over stay.
    /// </summary>
    public Error? Purge(Timestamp now, int retentionHours)
    {
        const string Sql = """
            DELETE FROM order_relation WHERE ended_ms < @before
                AND NOT EXISTS (SELECT 1 FROM plan WHERE plan.number = order_relation.plan AND NOT is_finished);
            DELETE FROM plan WHERE is_finished AND changed_ms < @before
                AND NOT EXISTS (SELECT 1 FROM order_relation WHERE order_relation.plan = plan.number)
            """;
        try
        {
            using var transaction = new WriteTransaction(_connection);
            _connection.Execute(Sql, new { before = now.Ms - (retentionHours * 3_600_000L) });
            transaction.Commit();
            return null;
        }
        catch (SqliteException problem)
        {
            return ViewFile.Failed(_path, problem.Message) with { Value = $"{problem.SqliteErrorCode}" };
        }
    }

    /// <summary>Asks the tables; an error where the file has failed meanwhile.</summary>
    public Error? Ask(Action<ViewTables> question)
    {
        try
        {
            question(Tables);
            return null;
        }
        catch (SqliteException problem)
        {
            return ViewFile.Failed(_path, problem.Message) with { Value = $"{problem.SqliteErrorCode}" };
        }
    }

    public void Dispose() => _connection.Dispose();

    private Result<int> TakeOn(JournalReader journal, int limit)
    {
        var mark = _connection.QuerySingle<Mark>("SELECT record AS Record, run AS Run, seq AS Seq, part AS Part FROM source");
        if (mark.Record > 0)
        {
            var known = journal.ById(mark.Record);
            if (!known.IsOk)
            {
                return Result<int>.Failed(known.Errors);
            }

            if (known.Value.Count == 0 || new Mark(known.Value[0]) != mark)
            {
                _connection.Execute(Clear);
                mark = new Mark();
            }
        }

        var records = journal.After(mark.Record, limit);
        return records.IsOk ? Fold(records.Value, mark) : Result<int>.Failed(records.Errors);
    }

    private Result<int> Fold(IReadOnlyList<JournalRecord> records, Mark mark)
    {
        const string Sql = "UPDATE source SET record = @Record, run = @Run, seq = @Seq, part = @Part";
        if (records.Count == 0)
        {
            return 0;
        }

        var fold = new ViewFold(_connection, Account, mark.Run);
        foreach (var record in records)
        {
            if (fold.Take(record) is { } error)
            {
                return error;
            }
        }

        fold.End();
        _connection.Execute(Sql, new Mark(records[^1]));
        return records.Count;
    }

    private const string Clear = """
        DELETE FROM pending; DELETE FROM plan; DELETE FROM position; DELETE FROM target; DELETE FROM order_relation; DELETE FROM trade;
        DELETE FROM performance; DELETE FROM money; DELETE FROM equity; DELETE FROM seen_account;
        DELETE FROM seen_position; DELETE FROM seen_order
        """;

    private sealed record Mark
    {
        public Mark()
        {
        }

        public Mark(JournalRecord record) =>
            (Record, Run, Seq, Part) = (record.Id, record.Run, record.Row.Stamp.Seq, record.Row.Stamp.Part);

        public long Record { get; init; }
        public string Run { get; init; } = "";
        public long Seq { get; init; }
        public long Part { get; init; }
    }
}
