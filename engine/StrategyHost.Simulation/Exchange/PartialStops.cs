using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>The limit on Partial take-profits and stop-losses, those that entries carry included (bybit-v5 §4.3 and §4.6).</summary>
internal static class PartialStops
{
    public static Refusal CheckCount(Desk desk, PositionIdx idx, AttachedProtection protection, ExchangeSwitches switches)
    {
        if (protection.Mode != TpslMode.Partial)
        {
            return CheckMix(desk, idx, switches);
        }

        if (!switches.AllowFullWithPartial && desk.Position(idx).HasStops)
        {
            return new Refusal(110060, "Full and Partial stops cannot be mixed");
        }

        var stops = Count(desk, idx, StopOrderType.PartialStopLoss, p => p.StopLoss is not null);
        var targets = Count(desk, idx, StopOrderType.PartialTakeProfit, p => p.TakeProfit is not null);
        var isFull = (protection.StopLoss is not null && stops >= switches.PartialLimit)
            || (protection.TakeProfit is not null && targets >= switches.PartialLimit);
        return isFull
            ? new Refusal(110061, $"Not allowed to have more than {switches.PartialLimit} TP/SLs under Partial tpSlMode")
            : Refusal.None;
    }

    /// <summary>What of the position has no Partial stop (or target) yet; the smaller of the two when both are asked for.</summary>
    public static long Uncovered(ExchangePosition position, bool stops, bool targets)
    {
        var stopped = 0L;
        var targeted = 0L;
        foreach (var order in position.Desk.Orders.Where(o => o.PositionIdx == position.Idx))
        {
            stopped += order.StopOrderType == StopOrderType.PartialStopLoss ? order.Remaining : 0;
            targeted += order.StopOrderType == StopOrderType.PartialTakeProfit ? order.Remaining : 0;
        }

        return position.Size - Math.Max(stops ? stopped : 0, targets ? targeted : 0);
    }

    private static Refusal CheckMix(Desk desk, PositionIdx idx, ExchangeSwitches switches) =>
        !switches.AllowFullWithPartial && desk.Orders.Exists(o => o.IsPartialTpsl && o.PositionIdx == idx)
            ? new Refusal(110060, "Full and Partial stops cannot be mixed")
            : Refusal.None;

    private static int Count(Desk desk, PositionIdx idx, StopOrderType kind, Func<AttachedProtection, bool> carries) =>
        desk.Orders.Count(o => o.PositionIdx == idx
            && (o.StopOrderType == kind || (o.Protection is { Mode: TpslMode.Partial } p && !o.IsProtectionApplied && carries(p))));
}
