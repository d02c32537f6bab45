using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Reliability.Tests.Checks;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>
/// What one account's disk remembers after a crash (reliability.md §5.5), read through the journal's own codec: the state after the last
/// whole step, the executions that it counts, and the orders that had not ended.
/// </summary>
internal sealed class Memory
{
    private const long OverlapMs = 300_000;

    public SavedAccount? Account { get; init; }
    public IReadOnlyList<SavedPlan> Plans { get; init; } = [];
    public IReadOnlySet<ExecutionId> Executions { get; init; } = new HashSet<ExecutionId>();

    /// <summary>Fundings that the state counts: they have no id.</summary>
    public IReadOnlySet<(Symbol, PositionIdx, Timestamp)> Fundings { get; init; } = new HashSet<(Symbol, PositionIdx, Timestamp)>();
    public Timestamp ExecutionsSince { get; init; }

    /// <summary>Orders of ours that were sent or may have been, and had not ended.</summary>
    public IEnumerable<SavedOrder> Open => Plans.SelectMany(p => p.Orders).DistinctBy(o => o.Order.Request.ClientOrderId)
        .Where(o => !o.IsHeld && !o.Order.Status.IsFinal() && !o.Order.Request.ClientOrderId.IsNone);

    public static Memory Read(IReadOnlyList<DiskRecord> records)
    {
        var fold = new SavedFold();
        var last = -1;
        for (var i = 0; i < records.Count; i++)
        {
            if (records[i].What is Lives)
            {
                fold.Break();
            }
            else if (records[i].What is SaveEffect save)
            {
                fold.Take(save);
                last = save is AccountSaved ? i : last;
            }
        }

        if (last < 0)
        {
            return new Memory();
        }

        var engine = fold.Engine;
        var read = new SavedEngine
        {
            Accounts = [.. engine.Accounts.Select(a => ((AccountSaved)Again(records[last].Stamp, new AccountSaved(a.Account, a))).State)],
            Plans = [.. engine.Plans.Select(p => ((PlanSaved)Again(records[last].Stamp, new PlanSaved(p.Account, p))).Plan)],
        };
        if (StateHash.Of(engine) != StateHash.Of(read))
        {
            throw new InvariantBroken("I-20", "a saved state is not what it was after it was written and read");
        }

        var counted = Counted(records);
        return new Memory
        {
            Account = read.Accounts[0],
            Plans = read.Plans,
            Executions = counted.OfType<FillReport>().Select(f => f.ExecutionId).ToHashSet(),
            Fundings = counted.OfType<FundingReport>().Select(f => (f.Symbol, f.PositionIdx, f.At)).ToHashSet(),
            ExecutionsSince = counted.OfType<FillReport>().Select(f => f.At).DefaultIfEmpty(new Timestamp(VirtualTime.StartMs)).Max().AddMs(-OverlapMs),
        };
    }

    /// <summary>
    /// What the next save counts: that of the same life. What a crash kept from its save is told again to the life after it, which may have
    /// saved before that what it took up.
    /// </summary>
    private static List<object> Counted(IReadOnlyList<DiskRecord> records)
    {
        var (counted, pending) = (new List<object>(), new List<object>());
        foreach (var what in records.Select(r => r.What))
        {
            if (what is AccountSaved)
            {
                counted.AddRange(pending);
            }

            if (what is AccountSaved or Lives)
            {
                pending.Clear();
            }
            else
            {
                pending.Add(what);
            }
        }

        return counted;
    }

    private static object Again(JournalStamp stamp, SaveEffect save)
    {
        var read = JournalCodec.Decode(JournalCodec.Encode(stamp, save));
        return read.IsOk ? read.Value : throw new InvariantBroken("I-20", read.Errors[0].Message);
    }
}

/// <summary>Marks on the disk where a life of the host began, as a run's row does.</summary>
internal sealed record Lives(int Number);
