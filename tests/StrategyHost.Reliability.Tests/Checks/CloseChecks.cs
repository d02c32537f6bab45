using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>
/// What the strategy has closed at market on main is closed on the mirror too, also where a crash kept the close from the mirror's disk: a
/// part of I-13. Where main's own stop or target took the last of it the mirror may keep what it has.
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

        var journal = durable(AccountId.Main);
        PlaceOrder[] asked = [.. journal.Select(r => r.What).OfType<PlaceOrder>().Where(o => o.SignalId.Length > 0)];
        var heard = Heard(durable(AccountId.Mirror));
        foreach (var close in asked.Where(o => o.Request is { ReduceOnly: true, Type: OrderType.Market, Trigger: null } && !heard.Contains(o.SignalId)))
        {
            var plan = PlanOf(close);
            var entered = asked.Where(o => PlanOf(o) == plan && !o.Request.ReduceOnly).Select(o => o.SignalId).ToHashSet(StringComparer.Ordinal);
            var kept = Array.Find(left, p => p.Entries.Exists(e => entered.Contains(e.SignalId)));
            var last = journal.Select(r => r.What).OfType<TradeClosed>()
                .LastOrDefault(t => t.Trade.TradeId.StartsWith($"main-{plan}-", StringComparison.Ordinal));
            if (kept is not null && last?.Trade.ExitReason == ExitReason.Signal && kernel.Main.Plans.All(p => p.Number != plan)
                && ClosesAll(journal, close))
            {
                throw new InvariantBroken("I-13", $"{kept.Symbol} {kept.Side}: signal {close.SignalId} closed main's plan {plan}, and the mirror "
                    + $"keeps {kept.Size}");
            }
        }
    }

    /// <summary>
    /// Signals that the mirror's disk has taken, as a restart sees them: in whole steps. What became of its order then is another matter.
    /// </summary>
    private static HashSet<string> Heard(IReadOnlyList<DiskRecord> journal)
    {
        var (heard, step) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var what in journal.Select(r => r.What))
        {
            switch (what)
            {
                case PlanSaved save:
                    step.AddRange(save.Plan.Orders.Select(o => o.SignalId));
                    break;
                case AccountSaved:
                    heard.UnionWith(step);
                    step.Clear();
                    break;
                case Lives:
                    step.Clear();
                    break;
            }
        }

        return heard;
    }

    /// <summary>
    /// With it nothing of the plan was left open, as the save in front of it says. A part may have been too small for the mirror, which then
    /// has not missed it.
    /// </summary>
    private static bool ClosesAll(IReadOnlyList<DiskRecord> journal, PlaceOrder close)
    {
        var plan = journal.Select(r => r.What).TakeWhile(w => !ReferenceEquals(w, close)).OfType<PlanSaved>()
            .LastOrDefault(s => s.Plan.Number == PlanOf(close))?.Plan;
        var exiting = plan?.Orders.Where(o => plan.Exits.Contains(o.Number)
            && o.Order is { Request: { Type: OrderType.Market, Trigger: null }, Status: var status } && !status.IsFinal())
            .Sum(o => o.Order.Request.Quantity.Units - o.Order.Filled.Units);
        return exiting >= plan?.Position.Size.Units;
    }

    private static long PlanOf(PlaceOrder order) => OrderTag.TryRead(order.Request.ClientOrderId.Value, out var tag) ? tag.Plan : 0;
}
