using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Live;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Operating;

/// <summary>
/// <c>halt</c> and <c>resume</c> of a running session, for whoever takes a person's word: its own address, a chat. By an input of the
/// kernel, which is journaled; the answer comes when it is on disk and resting entries are gone, or after <see cref="Wait"/>.
/// </summary>
internal static class SessionHalts
{
    /// <summary>How long somebody who asked is kept waiting. The halt itself holds from its input on.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Ask <see cref="HaltRequest.ObjectionAsync"/> before.</summary>
    public static async Task<Document<HaltBlock>> HaltAsync(LiveSession session, HaltRequest asked, TimeProvider time)
    {
        var before = await session.Loop.AskAsync((kernel, now) => Accounts(kernel, asked).Select(a => Before(a, asked, now)).ToArray());
        foreach (var account in before)
        {
            session.Loop.Post(at => asked.Input(account.Account, at));
        }

        var started = time.GetTimestamp();
        var after = await LookAsync(session, asked, before);
        var kept = Task.WhenAll(before.Select(b => session.CommittedAsync(b.Account)));
        while ((after.Accounts.Any(a => a.Left.Count > 0) || !kept.IsCompleted) && time.GetElapsedTime(started) < Wait)
        {
            await Task.Delay(Look, time);
            after = await LookAsync(session, asked, before);
        }

        var errors = kept.IsCompletedSuccessfully ? await kept : null;
        return after with { Accounts = [.. after.Accounts.Select((a, i) => a with { IsKept = errors is not null && errors[i] is null })] };
    }

    public static IReadOnlyList<HaltRow> Rows(IEnumerable<Halt> halts) => [.. halts.Select(Row)];

    public static HaltRow Row(Halt halt) => new(
        halt.Scope.Strategy?.Name, halt.Scope.Symbol?.Name, halt.From.ToString(), halt.Until?.ToString(), halt.By);

    /// <summary>How an account stands, by its halts and limits.</summary>
    public static string State(IEnumerable<Halt> halts, IReadOnlyList<string> limits, Timestamp now)
    {
        var held = halts.Where(h => h.Holds(now)).ToArray();
        return held.Any(h => h.Scope == HaltScope.All) ? "halted"
            : limits.Count > 0 ? "limited"
            : held.Length > 0 ? "partly_halted"
            : "open";
    }

    private static IEnumerable<AccountKernel> Accounts(EngineKernel kernel, HaltRequest asked) =>
        kernel.Accounts.Where(a => asked.Account is null || a.Account == asked.Account);

    private static Known Before(AccountKernel account, HaltRequest asked, Timestamp now) =>
        new(account.Account, [.. account.Halts.Halts], account.Halts.Limits(now), account.Halts.Resting(asked.Scope));

    private static Task<Document<HaltBlock>> LookAsync(LiveSession session, HaltRequest asked, Known[] before) =>
        session.Loop.AskAsync((kernel, now) => new Document<HaltBlock>(
            "host", now.ToString(), [.. Accounts(kernel, asked).Zip(before, (a, b) => Block(a, b, asked, now))]));

    private static HaltBlock Block(AccountKernel account, Known before, HaltRequest asked, Timestamp now)
    {
        var (desk, isHalt) = (account.Halts, asked.Order == HaltOrder.Halt);
        var (limits, resting) = (desk.Limits(now), isHalt ? desk.Resting(asked.Scope) : []);
        return new HaltBlock
        {
            Account = account.Account.Name,
            State = State(desk.Halts, limits, now),
            Halts = Rows(desk.Halts),
            Lifted = isHalt ? [] : Rows(before.Halts.Where(h => asked.Scope.Contains(h.Scope))),
            Released = isHalt ? [] : [.. before.Limits.Except(limits)],
            Limits = limits,
            Cancelled = isHalt ? [.. before.Resting.Except(resting).Select(o => o.ToString())] : [],
            Left = [.. resting.Select(o => o.ToString())],
            IsKept = false,
        };
    }

    private sealed record Known(
        AccountId Account, IReadOnlyList<Halt> Halts, IReadOnlyList<string> Limits, IReadOnlyList<ClientOrderId> Resting);
}
