using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;
using StrategyHost.Host.Views;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Operating;

/// <summary>
/// <c>halt</c> and <c>resume</c> while no host runs: kept in the data directory, where the next start finds it before it enters anything.
/// A halt of an account or a symbol also cancels the entries of this host that rest at a real exchange; those of one strategy cannot be
/// told.
/// </summary>
internal sealed class StoppedHalts(string directory, HostOptions options, Func<string, string?> environment, TimeProvider time)
{
    public async Task<Result<Document<HaltBlock>>> RunAsync(HaltRequest asked, CancellationToken cancellation)
    {
        var kept = Run(asked); // first: the exchange may not answer
        if (!kept.IsOk || asked.Order != HaltOrder.Halt || options.EffectiveMode is HostMode.Simulated or HostMode.Paper)
        {
            return kept;
        }

        return kept.Value with { Accounts = await CancelAsync(kept.Value.Accounts, asked, cancellation) };
    }

    /// <summary>The halts of an account while no host runs: those of its journal, and what was asked for since.</summary>
    public static IReadOnlyList<Halt> Of(string directory, AccountId account, Timestamp now)
    {
        var halts = new List<Halt>();
        if (JournalReader.Open(JournalFile.PathOf(directory, account.Name)) is { IsOk: true, Value: var opened })
        {
            using var reader = opened;
            halts.AddRange(reader.Memory() is { IsOk: true, Value.Account.Halts: var kept } ? kept : []);
        }

        foreach (var waiting in new PendingHalts(directory).Of(account))
        {
            Apply(halts, waiting.Asked, now);
        }

        halts.RemoveAll(h => h.IsOver(now));
        return halts;
    }

    /// <summary>Each account by itself: a key of the other, or its silence, is no matter of this one.</summary>
    private Task<HaltBlock[]> CancelAsync(IReadOnlyList<HaltBlock> blocks, HaltRequest asked, CancellationToken cancellation) =>
        Task.WhenAll(blocks.Select(b => asked.Scope.Strategy is { } strategy
            ? Task.FromResult(b with { Problem = $"which are of {strategy} only its host knows; the next start cancels them" })
            : CancelAsync(b, asked.Scope.Symbol, cancellation)));

    private async Task<HaltBlock> CancelAsync(HaltBlock block, Symbol? symbol, CancellationToken cancellation)
    {
        var opened = BybitConnection.Open(options, environment, needsKeys: true, time, new AccountId(block.Account));
        if (!opened.IsOk)
        {
            return block with { Problem = opened.Errors[0].Message };
        }

        using var connection = opened.Value;
        var locks = new List<FileStream>();
        try
        {
            var errors = await connection.CheckClockAsync(cancellation)
                ?? await AccountChecks.CheckAsync(options, connection, locks, cancellation);
            if (errors.Count > 0)
            {
                return block with { Problem = errors[0].Message };
            }

            var (account, client) = connection.Clients[0]; // the only one
            return await CancelAsync(block, DirectAccount.Of(account, client, connection, time), symbol, cancellation);
        }
        finally
        {
            locks.ForEach(l => l.Dispose());
        }
    }

    private static async Task<HaltBlock> CancelAsync(
        HaltBlock block, DirectAccount direct, Symbol? symbol, CancellationToken cancellation)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var left = await direct.CarryOutAsync(
            picture =>
            {
                OrderAction[] cancels = [.. Flattening.Cancels(picture, o => IsEntry(o) && (symbol is null || o.Symbol == symbol))];
                seen.UnionWith(Ids(cancels));
                return cancels;
            }, cancellation);
        string[] rest = [.. Ids(left ?? [])];
        return block with
        {
            Cancelled = [.. seen.Except(rest).Order(StringComparer.Ordinal)],
            Left = rest,
            Problem = left is null ? "the exchange does not answer" : null,
        };
    }

    /// <summary>Of this program, whichever run and installation sent it.</summary>
    private static bool IsEntry(OrderReport order) =>
        !order.ReduceOnly && OrderTag.TryRead(order.ClientOrderId.Value ?? "", out var tag) && tag.Role == OrderRole.Entry;

    private static IEnumerable<string> Ids(IEnumerable<OrderAction> actions) =>
        actions.OfType<CancelResting>().Select(c => c.Present.ClientOrderId.ToString());

    private Result<Document<HaltBlock>> Run(HaltRequest asked)
    {
        var now = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds());
        string[] strategies = [.. options.Strategies.Select(s => Path.GetFileNameWithoutExtension(s.File))];
        var problem = !Directory.Exists(directory)
            ? "no host runs on this data directory, and none ever did; start it with: strategyhost run"
            : asked.Objection(options.Mirror.Enabled, strategies, [], now);
        if (problem is not null)
        {
            return new Error { Field = "--data", Value = directory, Rule = "refused", Message = problem };
        }

        var held = HostDirectory.Hold(directory, fresh: false, time.GetUtcNow());
        if (!held.IsOk)
        {
            return Result<Document<HaltBlock>>.Failed(held.Errors);
        }

        using var hold = held.Value;
        return Keep(asked, now);
    }

    private Result<Document<HaltBlock>> Keep(HaltRequest asked, Timestamp now)
    {
        var pending = new PendingHalts(directory);
        AccountId[] all = options.Mirror.Enabled ? [AccountId.Main, AccountId.Mirror] : [AccountId.Main];
        AccountId[] accounts = [.. all.Where(a => asked.Account is null || a == asked.Account)];
        var before = accounts.Select(a => Of(directory, a, now)).ToArray();
        try
        {
            if (pending.Problem is { } unread)
            {
                return unread;
            }

            pending.Add(asked, accounts, now);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new Error { File = directory, Rule = "unusable_directory", Message = $"it cannot be kept: {problem.Message}" };
        }

        return new Document<HaltBlock>(
            PendingHalts.FileName, now.ToString(), [.. accounts.Zip(before, (a, b) => Block(a, b, asked, now))]);
    }

    private HaltBlock Block(AccountId account, IReadOnlyList<Halt> before, HaltRequest asked, Timestamp now)
    {
        var halts = Of(directory, account, now);
        return new HaltBlock
        {
            Account = account.Name,
            State = SessionHalts.State(halts, [], now),
            Halts = SessionHalts.Rows(halts),
            Lifted = asked.Order == HaltOrder.Halt ? [] : SessionHalts.Rows(before.Where(h => asked.Scope.Contains(h.Scope))),
            IsKept = true,
        };
    }

    private static void Apply(List<Halt> halts, HaltRequest asked, Timestamp now)
    {
        halts.RemoveAll(h => asked.Order == HaltOrder.Halt ? h.Scope == asked.Scope : asked.Scope.Contains(h.Scope));
        if (asked.Order == HaltOrder.Halt)
        {
            halts.Add(new Halt(asked.Scope, now, asked.Until, asked.By, IsOn: false));
        }
        else if (asked.Until is { } until)
        {
            halts.Add(new Halt(asked.Scope, until, null, asked.By, IsOn: false));
        }
    }
}
