using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Journal;
using StrategyHost.Reliability.Tests.World;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>Journals that are passed by, lie or forget.</summary>
internal static class DiskBugs
{
    public static IEnumerable<PlantedBug> All =>
    [
        new("sent_before_written", "a request is sent while its record is being written", "I-06", () => new Seams
        {
            WayOut = p => new Impatient(p),
        }),
        new("commit_said_early", "the journal says committed when it has only taken the record", "I-06", () => new Seams
        {
            Disk = d => new Hasty(d),
        }),
        new("journal_refusal_ignored", "an entry is sent although the disk would not take its record", "I-06", () => new Seams
        {
            WayOut = p => new Careless(p),
        }),
        new("sync_that_does_not", "what was said to be on disk is not: a crash takes the last records", "I-05 I-07 I-08 I-09 I-10 I-24", () => new Seams
        {
            Disk = d => new Forgetful(d),
        })
        {
            IsRare = true,
        },
        new("saves_written_last", "the state of a step is written after the requests of the step", "I-05 I-07 I-08 I-09 I-10 I-24", () => new Seams
        {
            Engine = o => new WrongEngine(new EngineKernel(o))
            {
                Sorts = effects => effects.OrderBy(e => e is SaveEffect),
            },
        }),
        new("saves_left_out", "plans are not saved at all", "I-07 I-08 I-09 I-10 I-24", () => new Seams
        {
            Engine = o => new WrongEngine(new EngineKernel(o with { SavesState = false })),
        }),
    ];

    private sealed class Impatient(WayParts parts) : IWayOut
    {
        public void Send(AccountEffect request, JournalStamp stamp)
        {
            parts.Disk.Append(stamp, request, _ => { });
            parts.Account.Send(request);
        }

        public void AskSnapshot() => parts.Account.AskSnapshot();

        public void Dispose()
        {
        }
    }

    private class OtherDisk(IDisk disk) : IDisk
    {
        public virtual IReadOnlyList<DiskRecord> Durable => disk.Durable;
        protected IDisk Real => disk;

        public virtual bool IsDurable(object what) => disk.IsDurable(what);

        public void Append(JournalStamp stamp, object what) => disk.Append(stamp, what);

        public virtual void Append(JournalStamp stamp, object what, Action<Error?> written) => disk.Append(stamp, what, written);

        public virtual void Crash() => disk.Crash();
    }

    private sealed class Hasty(IDisk disk) : OtherDisk(disk)
    {
        public override void Append(JournalStamp stamp, object what, Action<Error?> written)
        {
            Append(stamp, what);
            written(null);
        }
    }

    private sealed class Forgiving(IDisk disk) : OtherDisk(disk)
    {
        public override void Append(JournalStamp stamp, object what, Action<Error?> written) =>
            Real.Append(stamp, what, _ => written(null));
    }

    private sealed class Careless(WayParts parts) : IWayOut
    {
        private readonly JournaledAccount _way = new(parts.Account, new Forgiving(parts.Disk), parts.Listener, parts.Time)
        {
            Stuck = parts.Stuck,
        };

        public void Send(AccountEffect request, JournalStamp stamp) => _way.Send(request, stamp);

        public void AskSnapshot() => _way.AskSnapshot();

        public void Dispose() => _way.Dispose();
    }

    /// <summary>The last ten records before each crash were never there.</summary>
    private sealed class Forgetful(SimDisk disk) : OtherDisk(disk)
    {
        private const int Lost = 10;
        private readonly List<DiskRecord> _kept = [];
        private int _seen;

        /// <summary>Read once, by each start.</summary>
        public override IReadOnlyList<DiskRecord> Durable
        {
            get
            {
                _kept.AddRange(Real.Durable.Skip(_seen).SkipLast(Lost));
                _seen = Real.Durable.Count;
                return _kept;
            }
        }
    }
}
