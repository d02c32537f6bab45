using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// What an account's file remembers of the runs before: the state after the last whole step, and how far its executions go. Made by
/// <see cref="JournalReader.Memory"/> in a time that does not depend on the number of records.
/// </summary>
public sealed record JournalMemory
{
    /// <summary>Null: no run has saved anything, and there are no plans either.</summary>
    public SavedAccount? Account { get; init; }

    /// <summary>By number: those that are not finished, the newest finished ones, and those that another plan names.</summary>
    public IReadOnlyList<SavedPlan> Plans { get; init; } = [];

    /// <summary>Exchange time from which executions may be missing: some minutes before the newest one, or before the first run.</summary>
    public Timestamp CountedUntil { get; init; }

    /// <summary>Those since then that the state counts.</summary>
    public IReadOnlySet<ExecutionId> Executions { get; init; } = new HashSet<ExecutionId>();

    /// <summary>Fundings since then that the state counts, by position and exchange time: they have no id to be known again by.</summary>
    public IReadOnlySet<(Symbol Symbol, PositionIdx Leg, Timestamp At)> Fundings { get; init; } =
        new HashSet<(Symbol, PositionIdx, Timestamp)>();

    /// <summary>When the first run began that wrote this file; null: none did.</summary>
    public Timestamp? BeganAt { get; init; }

    /// <summary>Name of the newest run; null: there was none.</summary>
    public string? LastRun { get; init; }
}

/// <summary>The questions behind <see cref="JournalMemory"/>, each answered by an index of migration 0003.</summary>
internal sealed class JournalMemoryQuery(SqliteConnection connection, string path)
{
    /// <summary>Finished plans that are kept for late reports.</summary>
    private const int FinishedMax = 256;

    /// <summary>Newest executions that are looked at: they come nearly in the order of their times.</summary>
    private const int ExecutionsMax = 2000;

    /// <summary>Executions that are so much older than the newest are not asked for again (reliability §5.5: 5 minutes).</summary>
    private const long OverlapMs = 300_000;

    /// <summary>
    /// The next save is the same run's. One that a crash kept from its save is in no state, though the run after it saved what it took up
    /// before that report was told again.
    /// </summary>
    private const string Counted = """
         AND record.id < @Place AND record.run = (SELECT saved.run FROM record AS saved
            WHERE saved.kind = 'AccountSaved' AND saved.id > record.id ORDER BY saved.id LIMIT 1)
        ORDER BY record.id DESC LIMIT @Limit
        """;

    public Result<JournalMemory> Read()
    {
        try
        {
            var runs = connection.Query<(string Name, long Started)>(
                "SELECT CAST(name AS TEXT), CAST(started_ms AS INTEGER) FROM run ORDER BY id").ToArray();
            var memory = new JournalMemory
            {
                BeganAt = runs is [var first, ..] ? new Timestamp(first.Started) : null,
                LastRun = runs is [.., var last] ? last.Name : null,
            };
            return Place() is { } place ? Read(memory, place) : memory;
        }
        catch (SqliteException problem)
        {
            return JournalErrors.Of(problem, path);
        }
    }

    /// <summary>
    /// The newest save that counts; null: there is none. Behind a gap saves count again from a whole one on: what was lost may be a plan
    /// that the account's books already count.
    /// </summary>
    private long? Place()
    {
        for (var before = long.MaxValue; ;)
        {
            var saved = connection.ExecuteScalar<long?>(
                "SELECT max(id) FROM record WHERE kind = 'AccountSaved' AND id < @before", new { before });
            var gap = connection.ExecuteScalar<long?>(
                "SELECT max(id) FROM record WHERE kind = 'JournalGap' AND id < @saved", new { saved });
            if (saved is null || gap is null || HasWhole(gap.Value, saved.Value))
            {
                return saved;
            }

            before = gap.Value;
        }
    }

    /// <summary>
    /// A whole save stands behind the gap. One of the same run whose step has no beginning may have lost its plans to the gap.
    /// </summary>
    private bool HasWhole(long gap, long saved)
    {
        const string Sql = """
            SELECT EXISTS (SELECT 1 FROM record AS whole JOIN record AS gap ON gap.id = @gap
                WHERE whole.kind = 'AccountSaved' AND whole.id BETWEEN @gap AND @saved AND json_extract(whole.body, '$.isWhole')
                AND (whole.run <> gap.run OR EXISTS (SELECT 1 FROM record AS first
                    WHERE first.run = whole.run AND first.seq = whole.seq AND first.part = 0 AND first.id > @gap)))
            """;
        return connection.ExecuteScalar<bool>(Sql, new { gap, saved });
    }

    private Result<JournalMemory> Read(JournalMemory memory, long place)
    {
        var account = One<AccountSaved>(place);
        if (!account.IsOk)
        {
            return Result<JournalMemory>.Failed(account.Errors);
        }

        var plans = Plans(place, account.Value.State.Leads.Select(l => l.Follower).OfType<long>());
        var fills = Decoded<FillReport>("WHERE kind = 'FillReport'" + Counted, place);
        var paid = Decoded<FundingReport>("WHERE kind = 'FundingReport'" + Counted, place);
        Error[] errors = [.. plans.Errors, .. fills.Errors, .. paid.Errors];
        if (errors.Length > 0)
        {
            return Result<JournalMemory>.Failed(errors);
        }

        var executed = fills.Value.Select(f => f.At).Concat(paid.Value.Select(f => f.At)).Append(memory.BeganAt ?? default).Max();
        var since = executed.AddMs(-OverlapMs);
        return memory with
        {
            Account = account.Value.State,
            Plans = plans.Value,
            CountedUntil = fills.Value.Count == ExecutionsMax && fills.Value[^1].At is var oldest && oldest > since ? oldest : since,
            Executions = fills.Value.Where(f => f.At >= since).Select(f => f.ExecutionId).ToHashSet(),
            Fundings = paid.Value.Where(f => f.At >= since).Select(f => (f.Symbol, f.PositionIdx, f.At)).ToHashSet(),
        };
    }

    /// <summary>
    /// As they were saved before the account's newest save: one that came after it belongs to a step that a crash has torn.
    /// </summary>
    private Result<IReadOnlyList<SavedPlan>> Plans(long place, IEnumerable<long> named)
    {
        var from = Whole(place);
        const string Sql = """
            SELECT plan FROM plan_state WHERE is_finished = 0
            UNION SELECT plan FROM plan_state WHERE record > @Place
            UNION SELECT plan FROM (SELECT plan FROM plan_state WHERE is_finished = 1 ORDER BY plan DESC LIMIT @Limit)
            """;
        var numbers = connection.Query<long>(Sql, new { Place = place, Limit = FinishedMax }).Concat(named).ToHashSet();
        var plans = new SortedDictionary<long, SavedPlan>();
        while (numbers.Count > 0)
        {
            var number = numbers.Min();
            numbers.Remove(number);
            var save = connection.ExecuteScalar<long?>(
                "SELECT max(id) FROM record WHERE kind = 'PlanSaved' AND plan = @number AND id BETWEEN @from AND @place",
                new { number, from, place });
            if (save is not { } at)
            {
                continue; // its first save was torn, or it counts no more
            }

            var plan = One<PlanSaved>(at);
            if (!plan.IsOk)
            {
                return Result<IReadOnlyList<SavedPlan>>.Failed(plan.Errors);
            }

            plans[number] = plan.Value.Plan;
            if (plan.Value.Plan.Heir is { } heir && !plans.ContainsKey(heir))
            {
                numbers.Add(heir);
            }
        }

        return plans.Values.ToArray();
    }

    /// <summary>
    /// Where the newest whole save begins: it says every plan that counts, so what stands before it is over, or was not taken up. 0: there
    /// is none.
    /// </summary>
    private long Whole(long place)
    {
        const string Sql = """
            SELECT min(first.id) FROM record AS first JOIN record AS whole ON first.run = whole.run AND first.seq = whole.seq
            WHERE whole.id = (SELECT id FROM record WHERE kind = 'AccountSaved' AND id <= @place AND json_extract(body, '$.isWhole')
                ORDER BY id DESC LIMIT 1)
            """;
        return connection.ExecuteScalar<long?>(Sql, new { place }) ?? 0;
    }

    private Result<T> One<T>(long id)
        where T : class
    {
        var found = Decoded<T>("WHERE record.id = @Place", id);
        return !found.IsOk ? Result<T>.Failed(found.Errors)
            : found.Value is [var one] ? one
            : JournalErrors.Damaged(path, $"{id}", $"record {id} is no {typeof(T).Name}");
    }

    private Result<IReadOnlyList<T>> Decoded<T>(string where, long before)
        where T : class
    {
        var rows = JournalRows.Read(connection, path, where, new { Place = before, Limit = ExecutionsMax });
        if (!rows.IsOk)
        {
            return Result<IReadOnlyList<T>>.Failed(rows.Errors);
        }

        var values = new List<T>();
        foreach (var record in rows.Value)
        {
            var decoded = JournalCodec.Decode(record.Row);
            if (!decoded.IsOk)
            {
                return Result<IReadOnlyList<T>>.Failed([.. decoded.Errors.Select(e => e with { File = path })]);
            }

            if (decoded.Value is not T value)
            {
                var place = record.Row.Stamp;
                return JournalErrors.Damaged(path, record.Row.Kind, $"record {place.Seq}/{place.Part} is no {typeof(T).Name}");
            }

            values.Add(value);
        }

        return values;
    }
}
