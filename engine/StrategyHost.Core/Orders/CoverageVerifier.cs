using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Orders;

/// <summary>Whether a position's whole size has a stop.</summary>
public enum CoverageState { Covered, Partial, Uncovered, Unknown }

/// <summary>Something wrong with a position's orders: stable code, what is wrong, what to do.</summary>
public sealed record CoverageProblem(string Code, string Text, string Action);

/// <summary>One position and what protects it. Sizes in base units.</summary>
public sealed record PositionCoverage
{
    public required PositionReport Position { get; init; }
    public required CoverageState State { get; init; }
    public required Quantity StopCovered { get; init; }
    public required Quantity TargetCovered { get; init; }

    /// <summary>Conditional orders of the symbol that count against the exchange's limit; a position's Full stops do not.</summary>
    public required int ConditionalUsed { get; init; }

    /// <summary>Those of them with an id of ours.</summary>
    public required int ConditionalOwn { get; init; }
    public required IReadOnlyList<OrderReport> Stops { get; init; }
    public required IReadOnlyList<OrderReport> Targets { get; init; }
    public required IReadOnlyList<CoverageProblem> Problems { get; init; }
}

/// <summary>
/// Judges the coverage of an account as the exchange shows it, whoever placed the orders. It says unknown rather than guess: with an
/// order of unknown state on the symbol, or with a stop that is not surely one, coverage is not claimed. What an order is called counts
/// for nothing unless it would close the position: the other side of a reduce-only order only waits for another position, and without a
/// trigger it waits for a better price (bybit-v5 §7.3). Pure.
/// </summary>
public sealed class CoverageVerifier(OrderClassifier classifier)
{
    /// <summary>Conditional orders per symbol (bybit-v5 §7: 10 for linear contracts).</summary>
    public const int ConditionalMax = 10;

    public IReadOnlyList<PositionCoverage> Verify(IReadOnlyList<PositionReport> positions, IReadOnlyList<OrderReport> orders) =>
        [.. positions.Select(p => Verify(p, [.. orders.Where(o => o.Symbol == p.Symbol && IsOfLeg(o, p))], orders))];

    /// <summary>Orders that can only close, on symbols that have nothing to close.</summary>
    public static IReadOnlyList<OrderReport> Orphans(IReadOnlyList<PositionReport> positions, IReadOnlyList<OrderReport> orders) =>
        [.. orders.Where(o => o.ReduceOnly && !positions.Any(p => p.Symbol == o.Symbol && IsOfLeg(o, p) && Closes(o, p)))];

    private PositionCoverage Verify(PositionReport position, OrderReport[] own, IReadOnlyList<OrderReport> all)
    {
        var classes = own.Select(o => (Order: o, Class: classifier.Classify(o, position))).ToArray();
        OrderReport[] stops =
        [
            .. classes.Where(c => c.Class is { IsSure: true, Role: ObservedRole.Stop or ObservedRole.Trail })
                .Select(c => c.Order).Where(o => Protects(o, position)),
        ];
        OrderReport[] targets =
        [
            .. classes.Where(c => c.Class is { IsSure: true, Role: ObservedRole.Target }).Select(c => c.Order)
                .Where(o => Closes(o, position)),
        ];
        var covered = position.StopLoss is not null || Array.Exists(stops, IsFull)
            ? position.Size : Quantity.Min(position.Size, Sum(stops));
        OrderReport[] conditional = [.. all.Where(o => o.Symbol == position.Symbol && IsConditional(o))];
        OrderReport[] unclear = [.. classes.Where(c => !c.Class.IsSure && c.Order.Status != OrderStatus.Unknown).Select(c => c.Order)];
        var isUnsure = classes.Any(c => c.Class is { IsSure: false, Role: ObservedRole.Stop or ObservedRole.Trail });
        var state = covered >= position.Size ? CoverageState.Covered
            : own.Any(o => o.Status == OrderStatus.Unknown) || isUnsure ? CoverageState.Unknown
            : covered.IsZero ? CoverageState.Uncovered : CoverageState.Partial;
        return new PositionCoverage
        {
            Position = position,
            State = state,
            StopCovered = covered,
            TargetCovered = Quantity.Min(position.Size, position.TakeProfit is not null ? position.Size : Sum(targets)),
            ConditionalUsed = conditional.Length,
            ConditionalOwn = conditional.Count(o => OrderTag.TryRead(o.ClientOrderId.Value ?? "", out _)),
            Stops = stops,
            Targets = targets,
            Problems = [.. Problems(position, covered, state), .. Limits(position, targets, conditional.Length), .. Unclear(unclear)],
        };
    }

    private static IEnumerable<CoverageProblem> Problems(PositionReport position, Quantity covered, CoverageState state)
    {
        if (state == CoverageState.Uncovered)
        {
            yield return new CoverageProblem("no_stop", $"{position.Size} {position.Symbol} has no stop",
                "set a stop on the position now, or close it");
        }
        else if (state == CoverageState.Partial)
        {
            yield return new CoverageProblem("stop_too_small", $"stops cover {covered} of {position.Size}",
                $"add a stop for {position.Size - covered}, or set one on the whole position");
        }
        else if (state == CoverageState.Unknown)
        {
            yield return new CoverageProblem("unknown", "an order's state or purpose is not known, so coverage is not claimed",
                "look at the orders of the symbol and verify again");
        }
    }

    private static IEnumerable<CoverageProblem> Limits(PositionReport position, OrderReport[] targets, int used)
    {
        if (Sum(targets) > position.Size)
        {
            yield return new CoverageProblem("targets_exceed_position", $"targets close {Sum(targets)} of {position.Size}",
                "reduce or cancel targets: the rest would wait for a later position");
        }

        if (used >= ConditionalMax)
        {
            yield return new CoverageProblem("conditional_limit", $"{used} of {ConditionalMax} conditional orders are in use",
                "cancel one, or no further stop can be placed");
        }
    }

    /// <summary>Orders that nobody can name: they are shown and never touched.</summary>
    private static IEnumerable<CoverageProblem> Unclear(OrderReport[] orders)
    {
        if (orders.Length > 0)
        {
            yield return new CoverageProblem("unclassified",
                $"what {orders.Length} of its orders are for is not known: {string.Join(", ", orders.Select(Flattening.Id))}",
                "look at them, and name their ids in order-ids.json if they are meant to protect");
        }
    }

    /// <summary>The exchange's own stop of the whole position: it follows the size by itself.</summary>
    private static bool IsFull(OrderReport order) => order.StopOrderType is StopOrderType.StopLoss or StopOrderType.TrailingStop;

    /// <summary>The order counts against the limit of conditional orders.</summary>
    public static bool IsConditional(OrderReport order) => order.TriggerPrice is not null && !IsOfPosition(order);

    private static bool IsOfPosition(OrderReport order) =>
        order.StopOrderType is StopOrderType.StopLoss or StopOrderType.TakeProfit or StopOrderType.TrailingStop;

    private static bool Closes(OrderReport order, PositionReport position) => order.Side == position.Side.ClosingSide();

    private static bool Protects(OrderReport order, PositionReport position) =>
        Closes(order, position) && (order.TriggerPrice is not null || IsOfPosition(order));

    private static bool IsOfLeg(OrderReport order, PositionReport position) =>
        order.PositionIdx == position.PositionIdx || order.PositionIdx == PositionIdx.OneWay;

    private static Quantity Sum(IEnumerable<OrderReport> orders) =>
        new(orders.Sum(o => Math.Max(o.Quantity.Units - o.FilledQuantity.Units, 0)));
}
