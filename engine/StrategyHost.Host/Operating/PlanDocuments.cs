using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;

namespace StrategyHost.Host.Operating;

/// <summary><c>rebalance</c> and <c>flatten</c>: what there is to do, and what became of it.</summary>
internal sealed record PlanBlock
{
    public required string Account { get; init; }

    /// <summary>False: a dry run, nothing was sent.</summary>
    public required bool Applied { get; init; }

    /// <summary>Applied, and a fresh picture of the account shows that nothing is left. A dry run: there is nothing to do.</summary>
    public required bool Done { get; init; }
    public required IReadOnlyList<ActionRow> Actions { get; init; }

    /// <summary>What was still to do when the waiting ended.</summary>
    public IReadOnlyList<ActionRow> Left { get; init; } = [];

    /// <summary>What the exchange refused meanwhile, in its words.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];
}

/// <summary>
/// Action: <c>set_stop</c>, <c>place</c>, <c>amend</c>, <c>cancel</c>, <c>close</c>. Prices and quantities are decimal texts.
/// </summary>
internal sealed record ActionRow
{
    public required string Action { get; init; }
    public required string Symbol { get; init; }
    public string? Side { get; init; }
    public string? OrderId { get; init; }
    public string? OrderLinkId { get; init; }
    public string? Quantity { get; init; }
    public string? Price { get; init; }
    public string? TriggerPrice { get; init; }
    public required string Why { get; init; }

    public static ActionRow Of(OrderAction action) => action switch
    {
        SetStop set => new ActionRow
        {
            Action = "set_stop",
            Symbol = set.Symbol.Name,
            TriggerPrice = set.Stop.ToString(),
            Why = set.Why,
        },
        PlaceProtection place => Wanted("place", place, place.Wanted),
        AmendProtection amend => Wanted("amend", amend, amend.Wanted) with { OrderId = amend.Present.OrderId.ToString() },
        CancelResting cancel => new ActionRow
        {
            Action = "cancel",
            Symbol = cancel.Symbol.Name,
            Side = cancel.Present.Side.Text(),
            OrderId = cancel.Present.OrderId.ToString(),
            OrderLinkId = cancel.Present.ClientOrderId.ToString(),
            Quantity = cancel.Present.Quantity.ToString(),
            Price = cancel.Present.Price?.ToString(),
            TriggerPrice = cancel.Present.TriggerPrice?.ToString(),
            Why = cancel.Why,
        },
        CloseAtMarket close => new ActionRow
        {
            Action = "close",
            Symbol = close.Symbol.Name,
            Side = close.Side.ClosingSide().Text(),
            Quantity = close.Quantity.ToString(),
            Why = close.Why,
        },
        _ => throw new System.Diagnostics.UnreachableException(action.ToString()),
    };

    private static ActionRow Wanted(string name, OrderAction action, DesiredOrder wanted) => new()
    {
        Action = name,
        Symbol = action.Symbol.Name,
        Side = wanted.Side.Text(),
        OrderLinkId = wanted.Id.IsNone ? null : wanted.Id.Value,
        Quantity = wanted.Quantity.ToString(),
        Price = wanted.Price?.ToString(),
        TriggerPrice = wanted.Trigger?.Price.ToString(),
        Why = action.Why,
    };
}
