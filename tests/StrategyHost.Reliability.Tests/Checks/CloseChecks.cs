using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>
/// What the strategy has closed at market on main is closed on the mirror too, also where a crash kept the close from the mirror's disk or
/// its exchange did not take it: a part of I-13. Where main's own stop or target took the last of it the mirror may keep what it has, and
/// where a later plan of main's has gone on with its position.
/// </summary>
internal static class CloseChecks
{
    public static void Check(EngineKernel kernel, Func<AccountId, IReadOnlyList<DiskRecord>> durable)
    {
        var left = kernel.Mirror?.Plans.Where(p => p is { MirrorRatio: not null, Size.IsZero: false } && !kernel.Main.Plans.Any(m => m.Follower == p))
            .ToArray() ?? [];
        if (left.Length == 0)
        {
            return;
        }

        foreach (var plan in durable(AccountId.Main).Select(r => r.What).OfType<PlanSaved>().GroupBy(p => p.Plan.Number).Select(p => p.Last().Plan))
        {
            var isClosed = plan is { Position.Size.IsZero: true, KeepEntries: false, LeftBy.Length: > 0 }
                && plan.Orders.Any(o => o.SignalId == plan.LeftBy && !o.Order.Filled.IsZero);
            var entered = plan.Orders.Where(o => o.Role == OrderRole.Entry).Select(o => o.SignalId).ToHashSet(StringComparer.Ordinal);
            if (isClosed && Array.Find(left, f => Filled(f).Any() && Filled(f).All(e => entered.Contains(e.SignalId))) is { } kept)
            {
                throw new InvariantBroken("I-13", $"{kept.Symbol} {kept.Side}: signal {plan.LeftBy} closed main's plan {plan.Number}, and the "
                    + $"mirror keeps {kept.Size}");
            }
        }
    }

    private static IEnumerable<PlanOrder> Filled(TradePlan follower) => follower.Entries.Where(e => !e.Order.Filled.IsZero);
}
