using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Orders;

/// <summary>What an open order is for, whoever made it.</summary>
public enum ObservedRole { External, Entry, Exit, Stop, Target, Trail }

/// <summary>
/// A role, how sure it is (0 to 1), and by what. Below <see cref="OrderClassifier.Threshold"/> an order is shown and never touched.
/// </summary>
public readonly record struct OrderClass(ObservedRole Role, double Confidence, string Evidence)
{
    public bool IsSure => Confidence >= OrderClassifier.Threshold;
}

/// <summary>Where a part stands in an id.</summary>
public enum IdMatch { Contains, StartsWith, EndsWith }

/// <summary>An id that other programs give their orders: a part of it, in any case, and the role that it stands for.</summary>
public readonly record struct IdPattern(string Part, ObservedRole Role, IdMatch Match = IdMatch.Contains)
{
    public bool Fits(string id) => Match switch
    {
        IdMatch.Contains => id.Contains(Part, StringComparison.OrdinalIgnoreCase),
        IdMatch.StartsWith => id.StartsWith(Part, StringComparison.OrdinalIgnoreCase),
        IdMatch.EndsWith => id.EndsWith(Part, StringComparison.OrdinalIgnoreCase),
    };

    public string Text => Match switch
    {
        IdMatch.Contains => $"id contains {Part}",
        IdMatch.StartsWith => $"id starts with {Part}",
        IdMatch.EndsWith => $"id ends with {Part}",
    };
}

/// <summary>
/// Gives any open order a role. The first kind of evidence that speaks decides: our own id with its check character, the exchange's mark of
/// a position's stops, an id pattern of another program, then structure (closing side, reduce-only, on which side of the entry it waits).
/// Pure; called by whoever shows, verifies or heals.
/// </summary>
public sealed class OrderClassifier(IReadOnlyList<IdPattern> patterns)
{
    public const double Threshold = 0.7;

    /// <summary>Ids that the mission's earlier programs gave (documents 000 to 003); a user may add more.</summary>
    public static readonly IReadOnlyList<IdPattern> KnownPatterns =
    [
        new("_SL", ObservedRole.Stop), new("SL_", ObservedRole.Stop), new("STOP", ObservedRole.Stop),
        new("_TP", ObservedRole.Target), new("TP1", ObservedRole.Target), new("TP2", ObservedRole.Target), new("TP3", ObservedRole.Target),
        new("TP_", ObservedRole.Target), new("TRAIL", ObservedRole.Trail), new("LIMIT_ENTRY", ObservedRole.Entry),
    ];

    /// <param name="order">An order that has not ended.</param>
    /// <param name="position">The position of its symbol and leg; null: there is none.</param>
    public OrderClass Classify(OrderReport order, PositionReport? position)
    {
        var id = order.ClientOrderId.Value ?? "";
        if (OrderTag.TryRead(id, out var tag))
        {
            return new OrderClass(Role(tag.Role), 1, "own id");
        }

        if (Role(order.StopOrderType) is { } marked)
        {
            return new OrderClass(marked, 0.95, "stopOrderType");
        }

        foreach (var pattern in patterns)
        {
            if (pattern.Fits(id))
            {
                return new OrderClass(pattern.Role, 0.8, pattern.Text);
            }
        }

        return Structure(order, position);
    }

    private static OrderClass Structure(OrderReport order, PositionReport? position)
    {
        if (position is null || position.Side.ClosingSide() != order.Side)
        {
            return order is { ReduceOnly: false, TriggerPrice: null } && position is null
                ? new OrderClass(ObservedRole.Entry, 0.5, "it would open a position")
                : new OrderClass(ObservedRole.External, 0, "nothing tells");
        }

        if ((order.TriggerPrice ?? order.Price) is not { } price)
        {
            return new OrderClass(ObservedRole.Exit, order.ReduceOnly ? 0.8 : 0.5, "it closes at market");
        }

        var isBetter = (price.Value - position.AveragePrice) * position.Side.Sign() > 0;
        var role = order.TriggerPrice is null || isBetter ? ObservedRole.Target : ObservedRole.Stop;
        return new OrderClass(role, order.ReduceOnly ? 0.8 : 0.5, isBetter ? "it closes beyond the entry" : "it closes behind the entry");
    }

    private static ObservedRole Role(OrderRole role) => role switch
    {
        OrderRole.Entry => ObservedRole.Entry,
        OrderRole.Exit => ObservedRole.Exit,
        OrderRole.Target => ObservedRole.Target,
        OrderRole.Stop => ObservedRole.Stop,
    };

    private static ObservedRole? Role(StopOrderType type) => type switch
    {
        StopOrderType.StopLoss or StopOrderType.PartialStopLoss => ObservedRole.Stop,
        StopOrderType.TakeProfit or StopOrderType.PartialTakeProfit => ObservedRole.Target,
        StopOrderType.TrailingStop => ObservedRole.Trail,
        _ => null,
    };
}
