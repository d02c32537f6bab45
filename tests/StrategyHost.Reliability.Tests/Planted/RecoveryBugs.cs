using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>Starts that take up the life before wrongly.</summary>
internal static class RecoveryBugs
{
    public static IEnumerable<PlantedBug> All => new PlantedBug[]
    {
        new("executions_while_dead_ignored", "recovery does not ask what was executed while the host was dead", "I-08 I-09 I-10", DeadTimeIgnored),
        new("second_newest_save", "recovery takes the newest save but one", "I-05 I-07 I-08 I-09 I-10 I-13 I-24 I-20", SecondNewest),
        new("mirror_link_lost", "recovery forgets which plan of the mirror follows which of main's", "I-13 I-19", () => new Seams
        {
            Restore = (engine, saved) => engine.Kernel.Restore(saved with { Accounts = [.. saved.Accounts.Select(a => a with { Leads = [] })] }),
        })
        {
            Fits = o => o.Mirror is not null && o.Rates[FaultKind.Crash] > 0,
        },
        new("counters_begin_anew", "plans are numbered from one again, under the same installation", "I-05 I-19", () => new Seams
        {
            Engine = o => new WrongEngine(new EngineKernel(o with { Installation = "0000" })),
            Restore = (engine, saved) => engine.Kernel.Restore(saved with
            {
                Accounts = [.. saved.Accounts.Select(a => a with { PlanNumber = 0, OrderNumber = 0 })],
            }),
        }),
        new("executions_told_again", "recovery counts executions again that the saved state has counted", "I-08 I-09 I-10 I-19", ToldAgain),
        new("doubts_not_asked", "orders that were never answered are not asked for after a restart", "I-07 I-24 I-05 I-08 I-09", () => new Seams
        {
            Resume = (line, memory) => line.Resume(new Memory
            {
                Account = memory.Account,
                Executions = memory.Executions,
                Fundings = memory.Fundings,
                ExecutionsSince = memory.ExecutionsSince,
            }),
        }),
        new("funding_counted_again", "recovery books funding again that the saved state has booked", "I-08 I-10", () => new Seams
        {
            Resume = (line, memory) =>
            {
                line.Resume(memory);
                line.Book.Fundings = new HashSet<(Symbol, PositionIdx, Timestamp)>();
            },
        })
        {
            IsRare = true,
        },
        new("entries_before_recovery", "entries are allowed before the account is recovered", "I-18", () => WrongEngine.Hearing(input =>
            input is ReadinessChanged { Source: "recovery" } ? [] : [input])),
        new("trades_told_behind_their_save", "a step tells of closed trades behind its saves", "I-08", () => new Seams
        {
            Engine = o => new WrongEngine(new EngineKernel(o))
            {
                Sorts = effects => effects.OrderBy(e => e is TradeClosed or OrderClosed),
            },
        }),
        new("nothing_restored", "the state is read and not taken up", "I-07 I-09 I-19", () => new Seams
        {
            Restore = (_, _) => [],
        }),
    }.Select(b => b with
    {
        Fits = o => b.Fits(o) && o.Rates[FaultKind.Crash] > 0,
    });

    private static Seams DeadTimeIgnored()
    {
        VirtualTime? clock = null;
        return new Seams
        {
            Adapter = (line, time) =>
            {
                clock = time;
                return line;
            },
            Resume = (line, memory) =>
            {
                line.Resume(memory);
                line.Reads.SinceMs = clock!.NowMs; // the line was made before
            },
        };
    }

    private static Seams SecondNewest() => new()
    {
        Memory = records =>
        {
            var newest = Memory.Read(records);
            int[] saves = [.. records.Select((r, i) => (r, i)).Where(x => x.r.What is AccountSaved).Select(x => x.i)];
            if (saves.Length < 2)
            {
                return newest;
            }

            var older = Memory.Read([.. records.Take(saves[^2] + 1)]);
            return new Memory
            {
                Account = older.Account,
                Plans = older.Plans,
                Executions = newest.Executions,
                Fundings = newest.Fundings,
                ExecutionsSince = newest.ExecutionsSince,
            };
        },
    };

    private static Seams ToldAgain() => new()
    {
        Restore = (engine, saved) => engine.Kernel.Restore(saved with
        {
            Accounts = [.. saved.Accounts.Select(a => a with { Executions = [] })],
            Plans = [.. saved.Plans.Select(p => p with
            {
                Executions = [],
                Orders = [.. p.Orders.Select(o => o with { Executions = [] })],
            })],
        }),
        Resume = (line, memory) => line.Resume(new Memory
        {
            Account = memory.Account,
            Plans = memory.Plans,
            Fundings = memory.Fundings,
            ExecutionsSince = memory.ExecutionsSince,
        }),
    };
}
