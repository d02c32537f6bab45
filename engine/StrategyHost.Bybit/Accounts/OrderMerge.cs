using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// Whether a report of an order is news after another one (bybit-v5 §3.10 and §6.3). Reports arrive late, twice and out of order, by two
/// ways. Pure. 1. The state never goes back. 2. The filled quantity never falls. 3. Filled beats every other end. 4. Within one state the
/// later update wins.
/// </summary>
internal static class OrderMerge
{
    public static bool IsNews(OrderReport known, OrderReport next)
    {
        if (next.FilledQuantity != known.FilledQuantity)
        {
            return next.FilledQuantity > known.FilledQuantity && (Rank(next.Status) >= Rank(known.Status) || known.Status.IsFinal());
        }

        if (Rank(next.Status) != Rank(known.Status))
        {
            return Rank(next.Status) > Rank(known.Status);
        }

        return !known.Status.IsFinal() && next.At >= known.At && next != known;
    }

    /// <summary>What is told: an end with more fills keeps the end that was told before unless it is Filled.</summary>
    public static OrderReport Merged(OrderReport known, OrderReport next) =>
        Rank(next.Status) >= Rank(known.Status) ? next : next with { Status = known.Status, Reason = known.Reason };

    private static int Rank(OrderStatus status) => status switch
    {
        OrderStatus.Pending or OrderStatus.Unknown => 0,
        OrderStatus.Untriggered => 1,
        OrderStatus.Triggered => 2,
        OrderStatus.New => 3,
        OrderStatus.PartiallyFilled => 4,
        OrderStatus.Cancelled or OrderStatus.Rejected or OrderStatus.Deactivated => 5,
        OrderStatus.Filled => 6,
    };
}
