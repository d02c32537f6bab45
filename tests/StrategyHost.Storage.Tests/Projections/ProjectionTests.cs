using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.Projections;
using StrategyHost.Storage.Tests.Journal;
using Xunit;

namespace StrategyHost.Storage.Tests.Projections;

/// <summary>The tables of an account are the fold of its journal, and nothing more.</summary>
public sealed class ProjectionTests : IDisposable
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(25).WithEndSize(1_000_000);
    private readonly TempFolder _folder = new();

    private string View => AccountProjection.PathOf(_folder.Root, AccountId.Main);

    public void Dispose() => _folder.Dispose();

    /// <summary>Stops, kills, deletions and damage between any two records change nothing of the result.</summary>
    [Fact]
    public void Tables_built_in_any_pieces_are_the_fold_of_the_records()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            using var folder = new TempFolder();
            var history = new AnyHistory(seed).Make();
            var random = new Random(seed);
            var path = AccountProjection.PathOf(folder.Root, AccountId.Main);
            for (var from = 0; from < history.Count;)
            {
                var to = Math.Min(history.Count, from + 1 + random.Next(history.Count));
                Append(folder.Root, history[from..to]);
                from = to;
                if (random.Next(4) == 0 && File.Exists(path))
                {
                    Spoil(path, random);
                }

                for (var openings = random.Next(3); openings > 0; openings--)
                {
                    Take(folder.Root, random.Next(1, 20), random.Next(1, 9));
                }
            }

            AssertSame(ViewModel.Of(history), folder.Root, 7);
            File.Delete(path);
            AssertSame(ViewModel.Of(history), folder.Root, 1000);
        }).Check(Runs);
    }

    /// <summary>The kernel tells of a trade before the save that counts it: a trade is lost or doubled by no crash.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Trade_of_a_step_that_a_crash_cut_off_counts_once(int written)
    {
        var history = new AnyHistory(7).Make().Select(r => r.What).ToArray();
        object[] step =
        [
            history.OfType<TradeClosed>().First(t => t.Trade.Account == AccountId.Main),
            history.OfType<AccountSaved>().First(),
        ];
        List<(JournalRun Run, JournalStamp Stamp, object What)> records = [];
        void Run(string name, int count) => records.AddRange(
            step.Take(count).Select((w, i) => (Rows.NewRun(name), new JournalStamp(1, i, new Timestamp(AnyHistory.StartMs)), w)));
        Run("first", written);
        if (written < step.Length)
        {
            Run("second", step.Length); // it was not saved: the exchange tells it again
        }

        Append(_folder.Root, records);
        Take(_folder.Root, 1, int.MaxValue); // one record at a time: what waits is kept between them
        using var projection = AccountProjection.Open(_folder.Root, AccountId.Main).Value;
        Assert.Single(projection.Tables.LastTrades(10));
        Assert.Equal(1, Assert.Single(projection.Tables.Performance()).Trades);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is no database, and it is longer than a header of SQLite, which has a hundred bytes and says how large pages are")]
    [InlineData(null)]
    public void File_that_is_damaged_is_made_anew_and_that_is_said(string? content)
    {
        var history = new AnyHistory(7).Make();
        Append(_folder.Root, history);
        AssertSame(ViewModel.Of(history), _folder.Root, 1000);
        if (content is not null)
        {
            File.WriteAllText(View, content);
            File.Delete(View + "-wal");
        }
        else
        {
            using var file = new FileStream(View, FileMode.Open);
            file.SetLength(file.Length / 2);
        }

        using (var opened = AccountProjection.Open(_folder.Root, AccountId.Main).Value)
        {
            Assert.Equal(content != "", opened.Anew is not null); // an empty file is a new one
            Assert.Equal(0, opened.TakenTo);
        }

        AssertSame(ViewModel.Of(history), _folder.Root, 1000);
    }

    [Fact]
    public void File_of_another_version_or_account_is_made_anew()
    {
        var history = new AnyHistory(8).Make();
        Append(_folder.Root, history);
        AssertSame(ViewModel.Of(history), _folder.Root, 1000);
        Rows.Execute(View, "PRAGMA user_version = 99");
        Assert.NotNull(Anew());
        AssertSame(ViewModel.Of(history), _folder.Root, 1000);
        Rows.Execute(View, "UPDATE source SET account = 'mirror'");
        Assert.NotNull(Anew());
        Assert.Null(Anew());
    }

    [Fact]
    public void Journal_that_was_begun_anew_is_taken_from_its_beginning()
    {
        Append(_folder.Root, new AnyHistory(9).Make());
        Take(_folder.Root, 1000, 1);
        File.Delete(JournalFile.PathOf(_folder.Root, "main"));
        var history = new AnyHistory(10).Make().Select(r => r with { Run = Rows.NewRun("another " + r.Run.Name) }).ToList();
        Append(_folder.Root, history);
        AssertSame(ViewModel.Of(history), _folder.Root, 1000);
    }

    [Fact]
    public void Damaged_journal_leaves_the_tables_as_they_were()
    {
        var history = new AnyHistory(11).Make();
        Append(_folder.Root, history[..10]);
        Take(_folder.Root, 1000, 1);
        Append(_folder.Root, history[10..]);
        Rows.Execute(JournalFile.PathOf(_folder.Root, "main"), "DROP TRIGGER record_stays; UPDATE record SET at_ms = at_ms + 1 WHERE id = 12");
        using var projection = AccountProjection.Open(_folder.Root, AccountId.Main).Value;
        using var journal = JournalReader.Open(JournalFile.PathOf(_folder.Root, "main")).Value;
        Assert.Equal("journal_damaged", Assert.Single(projection.Take(journal).Errors).Rule);
        Assert.Equal(10, projection.TakenTo);
        Assert.Null(AnyRecord.Difference(ViewModel.Of(history[..10]), ViewModel.Of(projection)));
    }

    [Fact]
    public void Purge_forgets_what_ended_long_ago_but_never_an_order_of_a_plan_that_is_not_over()
    {
        const int Hours = 24;
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            using var folder = new TempFolder();
            var history = new AnyHistory(seed).Make();
            Append(folder.Root, history);
            Take(folder.Root, 1000, 1);
            using var projection = AccountProjection.Open(folder.Root, AccountId.Main).Value;
            var before = ViewModel.Of(projection);
            var now = new Timestamp(AnyHistory.StartMs + (new Random(seed).Next(100) * 3_600_000L));
            Assert.Null(projection.Purge(now, Hours));
            var after = ViewModel.Of(projection);
            var open = OpenPlans(history);
            Assert.Equal(
                before.Orders.Where(o => o.EndedAt is null || o.EndedAt.Value.Ms >= now.Ms - (Hours * 3_600_000L)
                    || (o.Plan is { } plan && open.Contains(plan))).Select(o => o.Id),
                after.Orders.Select(o => o.Id));
            Assert.Null(AnyRecord.Difference(before with { Orders = [] }, after with { Orders = [] }));
            using var journal = JournalReader.Open(JournalFile.PathOf(folder.Root, "main")).Value;
            Assert.Equal(history.Count, journal.After(0, int.MaxValue).Value.Count);
        }).Check(Runs);
    }

    /// <summary>A run begins with a save of all that it goes on from, plans that are over among it.</summary>
    [Fact]
    public void Start_brings_no_purged_order_of_a_plan_that_is_over_back()
    {
        const long Day = 86_400_000;
        var history = new AnyHistory(7).Make().Select(r => r.What).ToArray();
        var plan = history.OfType<PlanSaved>().First(p => p.Account == AccountId.Main && p.Plan.Orders.Count > 1).Plan;
        var ended = plan.Orders.Select(o => o with { Order = o.Order with { Status = OrderStatus.Filled } }).ToArray();
        object[] over =
        [
            new PlanSaved(AccountId.Main, plan with { IsFinished = true, Orders = ended }), history.OfType<AccountSaved>().First(),
        ];
        Append(_folder.Root, Run("first", 1, AnyHistory.StartMs, [new PlanSaved(AccountId.Main, plan), over[1]]));
        Append(_folder.Root, Run("first", 2, AnyHistory.StartMs + 1, over));
        Take(_folder.Root, 1000, int.MaxValue);
        Assert.Equal(ended.Length, Orders().Count);
        Append(_folder.Root, Run("second", 1, AnyHistory.StartMs + Day, over)); // not old enough: all stays as it ended
        Take(_folder.Root, 1000, int.MaxValue);
        Assert.All(Orders(), o => Assert.InRange(o.EndedAt!.Value.Ms - AnyHistory.StartMs, 0, 1));

        using (var projection = AccountProjection.Open(_folder.Root, AccountId.Main).Value)
        {
            Assert.Null(projection.Purge(new Timestamp(AnyHistory.StartMs + (3 * Day)), 48));
        }

        Assert.Empty(Orders());
        Append(_folder.Root, Run("third", 1, AnyHistory.StartMs + (3 * Day), over));
        Take(_folder.Root, 1, int.MaxValue);
        Assert.Empty(Orders());

        IReadOnlyList<OrderView> Orders()
        {
            using var projection = AccountProjection.Open(_folder.Root, AccountId.Main).Value;
            return projection.Tables.OrdersOf(plan.Number);
        }

        static (JournalRun Run, JournalStamp Stamp, object What)[] Run(string name, long step, long at, object[] what) =>
            [.. what.Select((w, i) => (Rows.NewRun(name), new JournalStamp(step, i, new Timestamp(at)), w))];
    }

    /// <summary>Plans whose last save that counts does not say that they are finished.</summary>
    private static HashSet<long> OpenPlans(List<(JournalRun Run, JournalStamp Stamp, object What)> history)
    {
        var fold = new Core.Kernel.Saved.SavedFold();
        foreach (var run in history.GroupBy(r => r.Run.Name))
        {
            fold.Break();
            run.Select(r => r.What).OfType<Effect>().ToList().ForEach(fold.Take);
        }

        return [.. fold.Engine.Plans.Where(p => !p.IsFinished).Select(p => p.Number)];
    }

    private string? Anew()
    {
        using var opened = AccountProjection.Open(_folder.Root, AccountId.Main).Value;
        return opened.Anew;
    }

    private static void AssertSame(ViewModel expected, string folder, int limit)
    {
        Take(folder, limit, int.MaxValue);
        using var projection = AccountProjection.Open(folder, AccountId.Main).Value;
        Assert.Null(AnyRecord.Difference(expected, ViewModel.Of(projection)));
    }

    private static void Take(string folder, int limit, int times)
    {
        using var projection = AccountProjection.Open(folder, AccountId.Main).Value;
        using var journal = JournalReader.Open(JournalFile.PathOf(folder, "main")).Value;
        for (var taken = 1; taken > 0 && times > 0; times--)
        {
            taken = projection.Take(journal, limit).Value;
        }
    }

    private static void Append(string folder, IReadOnlyList<(JournalRun Run, JournalStamp Stamp, object What)> records)
    {
        using var file = JournalFile.Open(JournalFile.PathOf(folder, "main"), "main", isSynced: false).Value;
        foreach (var run in records.GroupBy(r => r.Run.Name))
        {
            Assert.Null(file.Begin(run.First().Run));
            Assert.Null(file.Append([.. run.Select(r => JournalCodec.Encode(r.Stamp, r.What))]));
        }
    }

    private static void Spoil(string path, Random random)
    {
        if (random.Next(2) == 0)
        {
            File.Delete(path);
            File.Delete(path + "-wal");
            File.Delete(path + "-shm");
        }
        else
        {
            File.WriteAllBytes(path, [.. File.ReadAllBytes(path).Take(random.Next(5000))]);
        }
    }
}
