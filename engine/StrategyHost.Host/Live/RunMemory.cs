using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Journal;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Live;

/// <summary>
/// What the runs before have left in the journals of a data directory, made ready for a start: the state that the kernel takes up, and what
/// each account's exchange is asked for. Never changes.
/// </summary>
internal sealed class RunMemory
{
    private RunMemory(IReadOnlyDictionary<AccountId, AccountMemory> accounts) => Accounts = accounts;

    public IReadOnlyDictionary<AccountId, AccountMemory> Accounts { get; }

    /// <summary>For the kernel.</summary>
    public SavedEngine Saved => new()
    {
        Accounts = [.. Accounts.Values.Select(a => a.Journal.Account).OfType<SavedAccount>()],
        Plans = [.. Accounts.Values.SelectMany(a => a.Journal.Plans)],
    };

    /// <summary>For the venue: accounts that something is known of.</summary>
    public IReadOnlyDictionary<AccountId, AccountRecovery> Recoveries =>
        Accounts.Values.Where(a => a.Recovery is not null).ToDictionary(a => a.Account, a => a.Recovery!); // it was just asked

    /// <summary>Reads the journals back.</summary>
    public static RunMemory Read(RunJournal journal, IEnumerable<AccountId> accounts, Timestamp now)
    {
        var read = new Dictionary<AccountId, AccountMemory>();
        foreach (var account in accounts)
        {
            var memory = journal.Memory(account);
            read.Add(account, AccountMemory.Of(account, memory.IsOk ? memory.Value : new JournalMemory(), now) with
            {
                Lost = memory.IsOk ? null : memory.Errors[0],
            });
        }

        return new RunMemory(read);
    }
}

/// <summary>One account's part of it.</summary>
internal sealed record AccountMemory
{
    /// <summary>
    /// An order may have left so long after it was made: it waits up to 30 s for its turn, and is sent again for up to 60 s.
    /// </summary>
    private const long SentLateMs = 90_000;

    public required AccountId Account { get; init; }
    public required JournalMemory Journal { get; init; }

    /// <summary>Why its journal could not be read back; the account enters nothing then.</summary>
    public Error? Lost { get; init; }

    /// <summary>What its exchange is asked; null: nothing was known.</summary>
    public AccountRecovery? Recovery { get; init; }

    /// <summary>Every order of ours that the state names, by its id.</summary>
    public required IReadOnlyDictionary<ClientOrderId, SavedOrder> Orders { get; init; }

    /// <summary>Plans that go on.</summary>
    public int PlansOpen => Journal.Plans.Count(p => !p.IsFinished);

    public static AccountMemory Of(AccountId account, JournalMemory journal, Timestamp now)
    {
        var orders = journal.Plans.SelectMany(p => p.Orders).Where(o => !o.Order.Request.ClientOrderId.IsNone)
            .DistinctBy(o => o.Order.Request.ClientOrderId).ToDictionary(o => o.Order.Request.ClientOrderId);
        return new AccountMemory
        {
            Account = account,
            Journal = journal,
            Orders = orders,
            Recovery = journal.Account is null ? null : new AccountRecovery
            {
                ExecutionsSince = journal.CountedUntil,
                Orders = [.. orders.Values.Where(IsSent).OrderBy(o => o.Number).Select(o => Recovered(o, now))],
            },
        };
    }

    private static bool IsSent(SavedOrder order) => !order.IsHeld && !order.Order.Status.IsFinal();

    private static RecoveredOrder Recovered(SavedOrder order, Timestamp now)
    {
        var made = Math.Max(order.Order.CreatedAt.Ms, order.TrailMovedAt.Ms);
        return new RecoveredOrder(
            order.Order.Request,
            new Timestamp(Math.Min(now.Ms, made + SentLateMs)),
            order.Order.Status is not (OrderStatus.Pending or OrderStatus.Unknown),
            order.Order.Filled);
    }
}
