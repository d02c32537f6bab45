using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Operating;
using StrategyHost.Host.Performance;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.Projections;

namespace StrategyHost.Host.Views;

/// <summary>
/// The documents while no host runs, as the journals know the accounts: what the exchange reported last, and which strategy a position
/// belongs to. An account's tables are brought up first; where they cannot be written they are made in memory.
/// </summary>
internal sealed class JournalViews(string directory, HostOptions options)
{
    /// <summary>The journal is what these documents come from.</summary>
    public const string Source = "journal";

    /// <summary>What <c>status</c> says of the accounts.</summary>
    public string State { get; init; } = "stopped";

    private const int Rows = 10_000;

    /// <summary>The blocks of all accounts; null: the directory has no journal of theirs, or one in which nothing was reported.</summary>
    public Result<IReadOnlyList<object>>? Read(ViewArguments arguments, Timestamp now)
    {
        AccountId[] accounts = options.Mirror.Enabled ? [AccountId.Main, AccountId.Mirror] : [AccountId.Main];
        var blocks = new List<object>();
        foreach (var account in accounts)
        {
            if (!File.Exists(JournalFile.PathOf(directory, account.Name)))
            {
                return null;
            }

            var opened = Open(account, now);
            if (!opened.IsOk)
            {
                return Result<IReadOnlyList<object>>.Failed(opened.Errors);
            }

            using var projection = opened.Value;
            if (projection.Tables.Seen() is not { WalletBalance: not null } seen)
            {
                return null;
            }

            blocks.Add(Block(projection, seen, arguments, now));
        }

        return Result<IReadOnlyList<object>>.Ok(blocks);
    }

    private Result<AccountProjection> Open(AccountId account, Timestamp now)
    {
        var journal = JournalReader.Open(JournalFile.PathOf(directory, account.Name));
        if (!journal.IsOk)
        {
            return Result<AccountProjection>.Failed(journal.Errors);
        }

        using var reader = journal.Value;
        var opened = AccountProjection.Open(directory, account);
        var projection = opened.IsOk ? opened.Value : AccountProjection.InMemory(account);
        var error = TakeAll(projection, reader) ?? projection.Purge(now, options.RetentionHours);
        if (error is null)
        {
            return projection;
        }

        projection.Dispose();
        return error;
    }

    private static Error? TakeAll(AccountProjection projection, JournalReader journal)
    {
        while (true)
        {
            var taken = projection.Take(journal, Rows);
            if (!taken.IsOk || taken.Value == 0)
            {
                return taken.IsOk ? null : taken.Errors[0];
            }
        }
    }

    private object Block(AccountProjection projection, SeenAccount seen, ViewArguments arguments, Timestamp now)
    {
        var wallet = seen.WalletBalance!.Value; // without it there is no block
        var observed = new ObservedAccount(projection.Account);
        observed.Replace(seen.UpdatedAt, wallet, seen.Positions, seen.Orders.Select(o => o.Order with { At = o.Since }));
        var account = projection.Account == AccountId.Main ? options.Main : options.Mirror.Account;
        var plans = projection.Tables.Positions();
        var shown = new AccountView
        {
            Observed = observed,
            Now = now,
            Leverage = account.Leverage,
            OrderIds = options.OrderIds,
            Origin = position => plans.FirstOrDefault(p => p.Symbol == position.Symbol && p.Leg == position.PositionIdx) is { } plan
                ? new PositionOrigin(plan.Strategy.Name, plan.OpenedAt) : null,
        };
        return arguments.View switch
        {
            View.Positions => shown.Positions(),
            View.Orders => shown.Orders(),
            View.Verify => shown.Verify(isConnected: false),
            View.Status => Status(shown, wallet, Money(projection, seen, now), projection) with
            {
                Halts = SessionHalts.Rows(StoppedHalts.Of(directory, projection.Account, now)),
            },
            View.Performance => Book(projection).Look(b => PerformanceBlocks.Of(Money(projection, seen, now), b, arguments.By)),
        };
    }

    private static PerformanceBoard Book(AccountProjection projection)
    {
        var board = new PerformanceBoard(projection.Account);
        board.Follow(projection);
        return board;
    }

    /// <summary>The sums as they were saved last.</summary>
    private static AccountMoneyView Money(AccountProjection projection, SeenAccount seen, Timestamp now) => new(
        projection.Account, projection.Tables.Money(), projection.Tables.Money()?.Balance ?? seen.WalletBalance,
        seen.Positions.Count == 0 ? seen.WalletBalance : null, now);

    /// <summary>What positions are worth now nobody here knows: equity is said of a flat account only.</summary>
    private StatusBlock Status(AccountView shown, decimal wallet, AccountMoneyView money, AccountProjection projection) => new()
    {
        Account = shown.Observed.Account.Name,
        Health = shown.Health(isConnected: false, []),
        State = State,
        WalletBalance = AccountView.Text(wallet),
        Equity = shown.Observed.Positions.Count == 0 ? AccountView.Text(wallet) : null,
        Available = shown.Observed.Positions.Count == 0 && shown.Observed.Orders.Count == 0 ? AccountView.Text(wallet) : null,
        Strategies = [],
        Summary = Book(projection).Look(b => shown.Summary(money.MaxDrawdownPercent, b)),
    };
}
