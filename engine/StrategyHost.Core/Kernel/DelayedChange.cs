using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// A modification of main's entry on an entry of the mirror that still waits. Prices, trigger and protection only: how much it is to be is
/// main's when its time comes, and so is the trail of one that trails.
/// </summary>
internal static class DelayedChange
{
    /// <param name="ticket">What waits.</param>
    /// <param name="act">The modification, as main made it.</param>
    /// <param name="order">The part of main's entry that was changed, as it is now.</param>
    /// <param name="parts">All parts of main's entry.</param>
    public static EntryTicket Of(EntryTicket ticket, SignalAct act, PlanOrder order, List<PlanOrder> parts)
    {
        if (ticket.Trail is not null)
        {
            return ticket;
        }

        var isReversed = ticket.Side != order.Plan.Side;
        var last = FixedPoint.ToDecimal(act.Account.Market[ticket.Instrument.Symbol].Last);
        decimal? Turn(decimal? price) => isReversed ? MirrorPolicy.Turn(price, last) : price;
        var (old, change) = (ticket.Signal, act.Signal.Protection);
        var signal = old with
        {
            Price = old.Price is null ? null : Turn(act.Signal.Price) ?? old.Price,
            TriggerPrice = old.TriggerPrice is null ? null : Turn(act.Signal.TriggerPrice) ?? old.TriggerPrice,
        };
        var spec = isReversed ? MirrorPolicy.Reverse(change, order.ReferencePrice) : change;
        return ticket with
        {
            Signal = signal,
            Reference = signal.TriggerPrice ?? signal.Price ?? ticket.Reference,
            Prices = Prices(ticket.Prices, Turn(act.Signal.Price), parts.IndexOf(order), parts.Count),
            Spec = change.SaysAnything ? spec.Or(ticket.Spec) with { TriggerBy = ticket.Spec.TriggerBy } : ticket.Spec,
        };
    }

    /// <summary>The part's own price where both have as many parts, else that of all: which is which nobody can say then.</summary>
    private static IReadOnlyList<decimal?> Prices(IReadOnlyList<decimal?> prices, decimal? price, int part, int parts) => price is null
        ? prices
        : [.. prices.Select((p, i) => p is not null && (parts != prices.Count || i == part) ? price : p)];
}
