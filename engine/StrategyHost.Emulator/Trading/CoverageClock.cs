using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Emulator.Trading;

/// <summary>
/// How long each position has stood without stops for all of its size, for the judges of a soak. A stop is: the Full stop-loss, a trailing
/// stop, Partial stop-losses, and closing conditional orders on the losing side.
/// </summary>
internal sealed class CoverageClock
{
    private readonly Dictionary<(long Uid, Symbol Symbol, PositionIdx Idx), Span> _spans = [];

    public long UncoveredMs((long Uid, Symbol Symbol, PositionIdx Idx) position, long nowMs) =>
        _spans.TryGetValue(position, out var span) ? span.TotalMs + (span.SinceMs is { } since ? nowMs - since : 0) : 0;

    /// <summary>Takes the positions and orders of a user as they are from now on.</summary>
    public void Update(long uid, IReadOnlyList<PositionState> positions, IReadOnlyList<OpenOrderState> orders, long nowMs)
    {
        foreach (var position in positions)
        {
            var key = (uid, position.Symbol, position.PositionIdx);
            var span = _spans.GetValueOrDefault(key);
            span = span.OpenedMs == position.OpenedAt.Ms ? span : new Span(position.OpenedAt.Ms, 0, null);
            var covered = Covered(position, orders) >= position.Size.Units;
            _spans[key] = (covered, span.SinceMs) switch
            {
                (true, { } since) => span with { TotalMs = span.TotalMs + nowMs - since, SinceMs = null },
                (false, null) => span with { SinceMs = nowMs },
                _ => span,
            };
        }

        bool IsOpen(Symbol symbol, PositionIdx idx) => positions.Any(p => (p.Symbol, p.PositionIdx) == (symbol, idx));
        foreach (var key in _spans.Keys.Where(k => k.Uid == uid && !IsOpen(k.Symbol, k.Idx)).ToArray())
        {
            _spans.Remove(key);
        }
    }

    private static long Covered(PositionState position, IReadOnlyList<OpenOrderState> orders)
    {
        if (position.StopLoss is not null || position.TrailingDistance is not null)
        {
            return position.Size.Units;
        }

        var losing = position.Side == PositionSide.Long ? TriggerDirection.Fall : TriggerDirection.Rise;
        return orders
            .Where(o => o.Symbol == position.Symbol && o.PositionIdx == position.PositionIdx && o.Status == OrderStatus.Untriggered
                && o.Side == position.Side.ClosingSide() && (o.ReduceOnly || o.CloseOnTrigger)
                && o.StopOrderType is StopOrderType.Stop or StopOrderType.PartialStopLoss && o.Trigger?.Direction == losing)
            .Sum(o => o.Quantity.Units - o.FilledQuantity.Units);
    }

    private readonly record struct Span(long OpenedMs, long TotalMs, long? SinceMs);
}
