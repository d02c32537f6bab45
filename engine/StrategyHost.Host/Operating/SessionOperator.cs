using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Live;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Operating;

/// <summary>A person's order as the host's own address takes it: <c>POST</c> carries it out, <c>GET</c> shows the plan.</summary>
internal sealed record OrderRequested(OperatorOrder Order, AccountId? Account, FlattenScope Scope, bool Apply)
{
    /// <summary>The query of the host's address; empty where nothing is narrowed.</summary>
    public string Query
    {
        get
        {
            var parts = new (string Name, string? Value)[]
            {
                ("account", Account?.Name), ("strategy", Scope.Strategy?.Name), ("symbol", Scope.Symbol?.Name),
            };
            return "?" + string.Join('&', parts.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        }
    }

    /// <summary>Reads what <see cref="Query"/> wrote.</summary>
    public static OrderRequested Read(OperatorOrder order, bool apply, Func<string, string?> query) => new(
        order,
        query("account") is { Length: > 0 } account ? new AccountId(account) : null,
        new FlattenScope(
            query("strategy") is { Length: > 0 } strategy ? new StrategyId(strategy) : null,
            query("symbol") is { Length: > 0 } symbol ? new Symbol(symbol) : null),
        apply);
}

/// <summary>
/// Carries a person's orders out in a running session: by inputs of its kernel, and looks at it between two steps until it is done. The
/// session's own protection goes on meanwhile.
/// </summary>
internal static class SessionOperator
{
    /// <summary>How long somebody who asked is kept waiting; the kernel goes on trying to flatten after that.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static async Task<Document<PlanBlock>> RunAsync(LiveSession session, OrderRequested asked, TimeProvider time)
    {
        var planned = await LookAsync(session, asked, Plan);
        var started = time.GetTimestamp();
        if (asked.Apply)
        {
            foreach (var account in planned.Accounts.Select(b => new AccountId(b.Account)))
            {
                session.Loop.Post(at => asked.Order == OperatorOrder.Flatten
                    ? new FlattenAsked(account, asked.Scope) { At = at } : new RebalanceAsked(account) { At = at });
            }
        }

        var now = asked.Apply ? await LookAsync(session, asked, Left) : planned;
        while (asked.Apply && now.Accounts.Any(a => !a.Done) && time.GetElapsedTime(started) < Wait)
        {
            await Task.Delay(Look, time);
            now = await LookAsync(session, asked, Left);
        }

        return now with { Accounts = [.. now.Accounts.Zip(planned.Accounts, (n, p) => n with { Actions = p.Actions })] };
    }

    private static Task<Document<PlanBlock>> LookAsync(
        LiveSession session, OrderRequested asked, Func<AccountKernel, OrderRequested, PlanBlock> look) =>
        session.Loop.AskAsync((kernel, now) => new Document<PlanBlock>(
            "host", now.ToString(),
            [.. kernel.Accounts.Where(a => asked.Account is null || a.Account == asked.Account).Select(a => look(a, asked))]));

    private static PlanBlock Plan(AccountKernel account, OrderRequested asked)
    {
        var actions = asked.Order == OperatorOrder.Flatten ? account.Operator.Plan(asked.Scope) : Rebalance(account);
        return new PlanBlock
        {
            Account = account.Account.Name,
            Applied = false,
            Done = actions.Count == 0,
            Actions = [.. actions.Select(ActionRow.Of)],
        };
    }

    private static PlanBlock Left(AccountKernel account, OrderRequested asked)
    {
        var left = asked.Order == OperatorOrder.Flatten ? account.Operator.Left() : Rebalance(account);
        return new PlanBlock
        {
            Account = account.Account.Name,
            Applied = true,
            Done = asked.Order == OperatorOrder.Flatten ? account.Operator.IsFlat : left.Count == 0,
            Actions = [],
            Left = [.. left.Select(ActionRow.Of)],
        };
    }

    private static IReadOnlyList<OrderAction> Rebalance(AccountKernel account) =>
        Rebalancer.Plan(DesiredProtection.Picture(account), DesiredProtection.Of(account));
}
