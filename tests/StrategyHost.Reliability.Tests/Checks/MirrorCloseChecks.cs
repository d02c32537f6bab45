using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>
/// What main still has and never closed, the mirror has not closed in the name of a signal: a part of I-13. What it had of entries that main
/// never got it may close. Without this the drift would say that the mirror left by an exit of its own.
/// </summary>
internal static class MirrorCloseChecks
{
    public static void Check(EngineKernel kernel, Func<AccountId, IReadOnlyList<DiskRecord>> durable)
    {
        var suspects = kernel.Main.Plans.Where(p => !p.Size.IsZero && !p.Exits.Exists(IsBySignal) && Closed(p) > 0).ToArray();
        if (suspects.Length == 0)
        {
            return;
        }

        var main = durable(AccountId.Main).Select(r => r.What).ToList();
        var filled = main.OfType<FillReport>().Select(f => f.ClientOrderId).ToHashSet();
        var got = main.OfType<PlaceOrder>().Where(o => filled.Contains(o.Request.ClientOrderId)).Select(o => o.SignalId)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var plan in suspects)
        {
            var never = plan.Follower!.Entries.Where(e => !got.Contains(e.SignalId)).Sum(e => e.Order.Filled.Units); // it closed something
            if (Closed(plan) > never)
            {
                throw new InvariantBroken("I-13", $"{plan.Symbol} {plan.Follower.Side}: the mirror closed {new Quantity(Closed(plan))} of "
                    + $"plan {plan.Follower.Number}, {new Quantity(never)} of which main never had, and main's plan {plan.Number} was never closed");
            }
        }
    }

    private static bool IsBySignal(PlanOrder exit) => exit is { Role: OrderRole.Exit, ExitReason: ExitReason.Signal };

    /// <summary>Since main's plan began: before that the mirror's may have followed another.</summary>
    private static long Closed(TradePlan plan) => plan.Follower?.Exits.Where(e => IsBySignal(e) && e.Order.CreatedAt >= plan.Origin.At)
        .Sum(e => e.Order.Filled.Units) ?? 0;
}
