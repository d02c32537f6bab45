using System.Diagnostics;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Storage.Journal;
using Xunit;
using Xunit.Abstractions;

namespace StrategyHost.Storage.Tests.Journal;

/// <summary>What a start finds in an account's file.</summary>
public sealed class JournalMemoryTests(ITestOutputHelper output) : IDisposable
{
    private static readonly Symbol Btc = new("BTCUSDT");
    private readonly TempFolder _folder = new();
    private long _seq;

    private string Db => JournalFile.PathOf(_folder.Root, "main");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void New_file_remembers_nothing()
    {
        Write();
        var memory = Read();
        Assert.Null(memory.Account);
        Assert.Empty(memory.Plans);
        Assert.Equal(Rows.Run.Name, memory.LastRun);
        Assert.Equal(Rows.Run.StartedAt, memory.BeganAt);
    }

    [Fact]
    public void Newest_whole_save_counts_and_a_torn_one_does_not()
    {
        Write([Plan(1, 10), Plan(2, 20), Account(2)], [Plan(1, 11), Plan(2, 20, isFinished: true), Account(3)], [Plan(1, 12), Plan(3, 30)]);
        var memory = Read();
        Assert.Equal(3, memory.Account!.PlanNumber);
        Assert.Equal([(1, 11, false), (2, 20, true)], memory.Plans.Select(p => (p.Number, (int)p.FreshPrice.Value, p.IsFinished)));
    }

    [Fact]
    public void Plan_whose_end_was_torn_is_still_open()
    {
        Write([Plan(1, 10), Account(1)], [Plan(1, 11, isFinished: true)]);
        Assert.False(Assert.Single(Read().Plans).IsFinished);
    }

    [Fact]
    public void Only_the_newest_finished_plans_are_kept_and_those_that_are_named()
    {
        Write([.. Enumerable.Range(1, 300).Select(i => (object[])[Plan(i, 1, isFinished: i > 1), Account(i)])]);
        Assert.Equal([1, .. Enumerable.Range(45, 256)], Read().Plans.Select(p => (int)p.Number));
        var named = Account(300);
        Write([named with { State = named.State with { Leads = [new SavedLead { Leader = 5, Follower = 7 }, new SavedLead { Leader = 6, Follower = 999 }] } }]);
        Assert.Equal([1, 7, .. Enumerable.Range(45, 256)], Read().Plans.Select(p => (int)p.Number));
    }

    [Fact]
    public void Plan_that_a_whole_save_leaves_out_counts_no_more()
    {
        Write([Plan(1, 10), Plan(2, 10), Account(2)], [Plan(2, 11), Account(2) with { IsWhole = true }], [Plan(3, 30), Account(3)]);
        Assert.Equal([2, 3], Read().Plans.Select(p => (int)p.Number));
    }

    [Fact]
    public void Executions_count_up_to_the_newest_save()
    {
        var start = Rows.Run.StartedAt.Ms;
        Write(
            [Fill(start + 50), Account(1)], [Funding(start + 400_000), Fill(start + 350_000), Account(2)],
            [Funding(start + 900_000), Fill(start + 900_000)]);
        var memory = Read();
        Assert.Equal(new Timestamp(start + 100_000), memory.CountedUntil);
        Assert.Equal(new ExecutionId($"E{start + 350_000}"), Assert.Single(memory.Executions));
        Assert.Equal(new Timestamp(start + 400_000), Assert.Single(memory.Fundings).At);
    }

    /// <summary>The run after the kill saves what it took up before it is told of the torn step's reports again.</summary>
    [Fact]
    public void Reports_of_a_torn_step_do_not_count_although_the_next_run_has_saved()
    {
        var start = Rows.Run.StartedAt.Ms;
        Write([Fill(start + 10), Funding(start + 10), Account(1)], [Fill(start + 20), Funding(start + 20)]);
        Write(Rows.Run with { Name = "next", StartedAt = new Timestamp(start + 30) }, [Account(1) with { IsWhole = true }]);
        var memory = Read();
        Assert.Equal(new ExecutionId($"E{start + 10}"), Assert.Single(memory.Executions));
        Assert.Equal(new Timestamp(start + 10), Assert.Single(memory.Fundings).At);
        Write(Rows.Run with { Name = "third", StartedAt = new Timestamp(start + 40) }, [Fill(start + 20), Funding(start + 20), Account(1)]);
        memory = Read();
        Assert.Equal(2, memory.Executions.Count);
        Assert.Equal([new Timestamp(start + 10), new Timestamp(start + 20)], memory.Fundings.Select(f => f.At).Order());
    }

    /// <summary>The lost step opened plan 2, whose fee the account's books count from then on: without the plan it would count again.</summary>
    [Fact]
    public void Behind_a_gap_saves_count_again_from_a_whole_one_on()
    {
        var start = Rows.Run.StartedAt.Ms;
        Write([Plan(1, 10), Fill(start + 1), Account(1)], [new JournalGap(3)], [Plan(1, 11), Fill(start + 2), Account(2)]);
        var memory = Read();
        Assert.Equal((1, 10m), (memory.Account!.PlanNumber, Assert.Single(memory.Plans).FreshPrice.Value));
        Assert.Equal(new ExecutionId($"E{start + 1}"), Assert.Single(memory.Executions));
        Write([Plan(1, 12), Plan(2, 12), Account(2) with { IsWhole = true }], [Plan(2, 13), Account(3)]);
        memory = Read();
        Assert.Equal((3, 2), (memory.Account!.PlanNumber, memory.Plans.Count));
        Assert.Equal(2, memory.Executions.Count);
    }

    /// <summary>The gap has taken the beginning of its step: which plans it said nobody knows.</summary>
    [Fact]
    public void Whole_save_that_a_gap_has_torn_does_not_count()
    {
        Write([Plan(1, 10), Account(1)], [new JournalGap(3), Account(2) with { IsWhole = true }], [Plan(3, 1), Account(3)]);
        Assert.Equal(1, Read().Account!.PlanNumber);
    }

    [Fact]
    public void Next_run_saves_whole_and_needs_nothing_from_before_the_gap()
    {
        Write([Plan(1, 10), Account(1)], [new JournalGap(3)], [Account(2)], [new JournalGap(1)], [Account(3)]);
        Assert.Equal(1, Read().Account!.PlanNumber);
        Write(Rows.Run with { Name = "next" }, [Account(4) with { IsWhole = true }], [Plan(5, 1), Account(5)]);
        var memory = Read();
        Assert.Equal((5, 5), (memory.Account!.PlanNumber, Assert.Single(memory.Plans).Number));
    }

    [Fact]
    public void Gap_before_every_save_leaves_nothing_to_remember()
    {
        Write([new JournalGap(9)], [Plan(1, 10), Account(1)]);
        Assert.Null(Read().Account);
    }

    [Fact]
    public void Save_that_was_changed_is_damage_and_not_another_plan()
    {
        Write([Plan(1, 10), Account(1)]);
        Rows.Execute(Db, "DROP TRIGGER record_stays; UPDATE record SET body = replace(body, '10', '11') WHERE kind = 'PlanSaved'");
        using var reader = JournalReader.Open(Db).Value;
        Assert.Equal("journal_damaged", Assert.Single(reader.Memory().Errors).Rule);
    }

    [Fact]
    public void Without_an_execution_all_since_the_first_run_may_be_missing()
    {
        Write([Plan(1, 10), Account(1)]);
        Assert.Equal(Rows.Run.StartedAt.AddMs(-300_000), Read().CountedUntil);
    }

    [Fact]
    public void File_of_another_account_is_refused_and_stays_as_it_is()
    {
        using var file = JournalFile.Open(Db, "main", isSynced: true).Value;
        Assert.Null(file.Claim("bybit 1"));
        Assert.Null(file.Claim("bybit 1"));
        Assert.Equal("journal_other_account", file.Claim("bybit 2")!.Rule);
        Assert.Null(file.Claim("bybit 1"));
    }

    /// <summary>
    /// A million by STRATEGYHOST_ROWS=1000000; the time that it took is written out and, for the few of an ordinary run, not judged.
    /// </summary>
    [Fact]
    public void Memory_is_read_by_index_however_many_records_there_are()
    {
        var rows = int.Parse(Environment.GetEnvironmentVariable("STRATEGYHOST_ROWS") ?? "20000", System.Globalization.CultureInfo.InvariantCulture);
        Write([.. Enumerable.Range(1, rows / 4).Select(i => (object[])[Fill(i), Plan(i, 1, isFinished: i % 100 != 0 || i < rows / 5), Fill(i), Account(i)])]);
        Read();
        var began = Stopwatch.GetTimestamp();
        var memory = Read();
        output.WriteLine($"{rows} records, {memory.Plans.Count} plans: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F1} ms");
        Assert.Equal(rows / 4, memory.Account!.PlanNumber);
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Db};Pooling=False");
        connection.Open();
        Assert.All(
            (string[])
            [
                "SELECT max(id) FROM record WHERE kind = 'AccountSaved'",
                "SELECT max(id) FROM record WHERE kind = 'PlanSaved' AND plan = 1 AND id < 99",
                "SELECT body FROM record WHERE kind = 'FillReport' AND record.id < 99 ORDER BY record.id DESC LIMIT 5",
                "SELECT run FROM record WHERE kind = 'AccountSaved' AND record.id > 99 ORDER BY record.id LIMIT 1",
                "SELECT max(id) FROM record WHERE kind = 'JournalGap' AND id < 99",
                "SELECT plan FROM plan_state WHERE is_finished = 0",
            ],
            sql => Assert.Contains("USING", Explain(connection, sql), StringComparison.Ordinal));
    }

    private static string Explain(Microsoft.Data.Sqlite.SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        using var reader = command.ExecuteReader();
        reader.Read();
        return reader.GetString(3);
    }

    private JournalMemory Read()
    {
        using var reader = JournalReader.Open(Db).Value;
        var memory = reader.Memory();
        Assert.True(memory.IsOk, string.Join('\n', memory.IsOk ? [] : memory.Errors));
        return memory.Value;
    }

    private void Write(params object[][] steps) => Write(Rows.Run, steps);

    private void Write(JournalRun run, params object[][] steps)
    {
        using var file = JournalFile.Open(Db, "main", isSynced: false).Value;
        Assert.Null(file.Begin(run));
        foreach (var chunk in steps.Chunk(500))
        {
            Assert.Null(file.Append([.. chunk.SelectMany(Step)]));
        }
    }

    /// <summary>A plan that a start does not remember is a position that nobody knows: better no memory than another one.</summary>
    [Fact]
    public void One_damaged_byte_is_an_error_or_changes_nothing_that_is_remembered()
    {
        Write([.. Enumerable.Range(1, 40).Select(i => (object[])[Plan(i, i, isFinished: i % 3 == 0), Fill(Rows.Run.StartedAt.Ms + i), Account(i)])]);
        var (bytes, expected, chance) = (File.ReadAllBytes(Db), Said(Read()), new Random(20261121));
        var others = new List<string>();
        for (var i = 0; i < 400; i++)
        {
            var at = chance.Next(bytes.Length);
            using var folder = new TempFolder();
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= (byte)chance.Next(1, 256);
            var path = folder.Write("journal-main.db", damaged);
            var opened = JournalFile.Open(path, "main", isSynced: true);
            if (!opened.IsOk)
            {
                continue;
            }

            opened.Value.Dispose();
            using var reader = JournalReader.Open(path).Value;
            if (reader.Memory() is { IsOk: true, Value: var memory } && Said(memory) != expected)
            {
                others.Add($"byte {at} of {bytes.Length}: {Said(memory)}");
            }
        }

        Assert.True(others.Count == 0, $"instead of {expected}\n" + string.Join('\n', others));
    }

    private static string Said(JournalMemory memory) => memory.Account?.PlanNumber + ": " + string.Join(
        ", ", memory.Plans.Select(p => $"{p.Number} {p.FreshPrice} {p.IsFinished}")) + " " + memory.Executions.Count;

    private IEnumerable<JournalRow> Step(object[] parts)
    {
        _seq++;
        return parts.Select((p, i) => JournalCodec.Encode(Rows.Stamp(_seq, i), p));
    }

    private static PlanSaved Plan(long number, decimal price, bool isFinished = false) => new(AccountId.Main, new SavedPlan
    {
        Account = AccountId.Main,
        Number = number,
        IsFinished = isFinished,
        Strategy = new StrategyId("sma"),
        Symbol = Btc,
        Side = PositionSide.Long,
        PositionIdx = PositionIdx.OneWay,
        Origin = new PlanOrigin("sma-1", "abc", "", "", "", default),
        Spec = ProtectionSpec.Unsaid,
        Position = new PlanPosition(),
        Generations = [],
        FreshPrice = Price.Of(price),
    });

    private static AccountSaved Account(long plans) => new(AccountId.Main, new SavedAccount
    {
        Account = AccountId.Main,
        PlanNumber = plans,
        OrderNumber = plans,
        Books = new BooksState(1, 1, 0, 0, 0, 0),
        Losses = new StrategyHost.Core.Risk.LatchState(0, 0, 0, 0, 0, false),
    });

    private static FillReport Fill(long at) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(at),
        Symbol = Btc,
        ExecutionId = new ExecutionId($"E{at}"),
        OrderId = new ExchangeOrderId("1"),
        ClientOrderId = ClientOrderId.None,
        Side = Side.Buy,
        Price = Price.Of(1),
        Quantity = Quantity.Of(1),
        Fee = 0,
        FeeRate = 0,
        IsMaker = false,
    };

    private static FundingReport Funding(long at) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(at),
        Symbol = Btc,
        Amount = 1,
        Rate = 0,
    };
}
