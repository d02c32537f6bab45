using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Risk;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>
/// I-26: while a halt holds or a loss limit is reached, the kernel sends no entry of its scope, and nothing of it rests. What was said by
/// alerts is kept here beside the kernel's own memory, in the order of the effects: an entry that a step sends before it reaches a limit is
/// none after it.
/// </summary>
internal sealed class EntryWatch(Markers markers)
{
    private static readonly HashSet<string> Held = new([LossLatches.Drawdown, LossLatches.RollingLoss], StringComparer.Ordinal);
    private readonly HashSet<(AccountId, string)> _reached = [];

    /// <summary>An effect of a step at a moment.</summary>
    public void Look(Effect effect, EngineKernel kernel, Timestamp at)
    {
        switch (effect)
        {
            case Alert { Code: "resumed" } alert:
                _reached.RemoveWhere(r => r.Item1 == alert.Account && alert.Text.Contains(r.Item2, StringComparison.Ordinal));
                markers.Hit("halt.resumed");
                break;
            case Alert { Code: "halted" }:
                markers.Hit("halt.halted");
                break;
            case Alert alert when alert.Code.StartsWith("risk:", StringComparison.Ordinal):
                markers.Hit("limit." + alert.Code);
                if (Held.Contains(alert.Code))
                {
                    _reached.Add((alert.Account, alert.Code));
                }

                break;
            case SignalDecided { Outcome: "risk:halted" }:
                markers.Hit("halt.refused");
                break;
            case PlaceOrder { Request: { ReduceOnly: false } entry } placed
                when OrderTag.TryRead(entry.ClientOrderId.Value, out var tag) && tag.Role == OrderRole.Entry:
                Entry(placed.Account, entry, kernel.Accounts.First(a => a.Account == placed.Account), at);
                break;
        }
    }

    /// <summary>After a crash the limits are as they were saved: what had not been committed was never reached.</summary>
    public void Restarted(EngineKernel kernel, Timestamp at)
    {
        _reached.Clear();
        foreach (var account in kernel.Accounts)
        {
            _reached.UnionWith(account.Halts.Limits(at).Where(Held.Contains).Select(l => (account.Account, l)));
        }
    }

    /// <summary>When all is quiet nothing rests where a halt holds.</summary>
    public static void Quiescent(EngineKernel kernel, Timestamp at)
    {
        foreach (var account in kernel.Accounts)
        {
            foreach (var halt in account.Halts.Halts.Where(h => h.Holds(at)))
            {
                if (account.Halts.Resting(halt.Scope) is [var left, ..])
                {
                    throw new InvariantBroken("I-26", $"{account.Account} {left} rests although {halt.Scope} is halted");
                }
            }
        }
    }

    private void Entry(AccountId account, OrderRequest entry, AccountKernel kernel, Timestamp at)
    {
        var plan = kernel.Plans.FirstOrDefault(p => p.Entries.Any(e => e.Order.Id == entry.ClientOrderId));
        if (plan is not null && kernel.Halts.Of(plan.Strategy, plan.Symbol, at) is { } halt)
        {
            throw new InvariantBroken("I-26", $"{account} {entry.ClientOrderId} enters {plan.Symbol} although {halt.Scope} is halted");
        }

        if (_reached.FirstOrDefault(r => r.Item1 == account).Item2 is { } code)
        {
            throw new InvariantBroken("I-26", $"{account} {entry.ClientOrderId} enters although {code} is reached");
        }
    }
}
