using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>The inside of an account's kernel, for saving and restoring it.</summary>
internal readonly record struct AccountParts(
    Dictionary<string, PlanOrder> Orders, List<TradePlan> Plans, Dictionary<(Symbol, PositionIdx), PositionLeg> Legs,
    List<TradePlan> Touched, Queue<ClientOrderId> Finished, FillDesk Fills, EntryTrails Trails)
{
    /// <summary>Every order that reports may still name, by number.</summary>
    public IEnumerable<PlanOrder> Known => Orders.Values.Concat(Fills.ForeignOrders).OrderBy(o => o.Number);
}
