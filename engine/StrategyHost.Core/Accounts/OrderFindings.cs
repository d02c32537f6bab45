using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>
/// Something about the open orders of an account that a person should look at. Code: <c>stale_entry</c>, <c>fragmented</c>, <c>dust</c>,
/// <c>double_reservation</c>. Subject: the order's id, or the account's name; one finding per code and subject.
/// </summary>
public sealed record OrderFinding(string Code, string Subject, string Text);

/// <summary>
/// Judges the open orders of one account (mission 004). Pure; asked by the kernel's watch and by the <c>orders</c> view.
/// 1. No rule looks at another account. 2. What only closes a position is never stale and holds nothing.
/// </summary>
public static class OrderFindings
{
    public const string StaleEntry = "stale_entry";
    public const string Fragmented = "fragmented";
    public const string Dust = "dust";
    public const string DoubleReservation = "double_reservation";

    /// <summary>An entry of this age is stale (mission 004: 60 minutes).</summary>
    public const long StaleMs = 3_600_000;

    /// <summary>Share of the balance that entries may hold, in percent (mission 004).</summary>
    public const decimal HeldPercentMax = 30m;

    /// <summary>A part that is filling just now is no dust.</summary>
    public const long DustMs = 60_000;

    /// <summary>Entries that wait for too long.</summary>
    public static IEnumerable<OrderFinding> Stale(IEnumerable<OpenOrder> orders, Timestamp now) =>
        from order in orders
        where !order.IsClosing && order.AgeMs(now) >= StaleMs
        select new OrderFinding(StaleEntry, order.Id,
            $"{Owner(order)}entry {order.Id}, {Text(order)}, waits for {order.AgeMs(now) / 60_000} min and holds {order.Held:0.##}");

    /// <summary>Too much of the balance is tied up in entries; a balance of zero or below with any of them is.</summary>
    public static OrderFinding? Fragmentation(AccountId account, decimal heldByEntries, decimal balance) =>
        heldByEntries <= 0 || heldByEntries <= balance * HeldPercentMax / 100m ? null : new OrderFinding(Fragmented, account.Name,
            $"entries hold {heldByEntries:0.##} of a balance of {balance:0.##}: more than {HeldPercentMax:0} %");

    /// <summary>
    /// Orders whose rest the exchange would not take as a new order: below the lot's minimum, or, for an entry, below the smallest value.
    /// </summary>
    /// <param name="orders">Of one account.</param>
    /// <param name="instrument">Null for symbols that are not known: they are not judged.</param>
    /// <param name="now">For their ages.</param>
    public static IEnumerable<OrderFinding> Leftovers(
        IEnumerable<OpenOrder> orders, Func<Symbol, Instrument?> instrument, Timestamp now)
    {
        foreach (var order in orders)
        {
            if (order.AgeMs(now) >= DustMs && instrument(order.Symbol) is { } filters
                && IsLeftover(order.Remaining, order.IsClosing ? null : order.Price, filters))
            {
                yield return new OrderFinding(
                    Dust, order.Id, $"{Owner(order)}order {order.Id}, {Text(order)}: less than the exchange takes");
            }
        }
    }

    /// <summary>The exchange would not take such a rest as a new order. Price: of an entry; null for what only closes.</summary>
    public static bool IsLeftover(Quantity remaining, decimal? price, Instrument filters) => !remaining.IsZero
        && (remaining < filters.MinQty || (price is { } entry && remaining.Value * entry < filters.MinNotional));

    /// <summary>
    /// Orders that reserve margin a second time beside a position: of its closing side and not reduce-only. The position holds the capital,
    /// its stops and targets hold none; such an order does, and would open the other side once the position is gone. Ours never are: a
    /// flip's entry is meant.
    /// </summary>
    public static IEnumerable<OrderFinding> Doubled(IEnumerable<OpenOrder> orders, IReadOnlyList<PositionReport> positions) =>
        from order in orders
        where !order.IsOurs && !order.IsClosing && order.Held > 0 && positions.Any(p => Closes(order, p))
        select new OrderFinding(DoubleReservation, order.Id,
            $"foreign order {order.Id}, {Text(order)}, holds {order.Held:0.##} beside the position that it would close: "
                + "it is not reduce-only");

    private static bool Closes(OpenOrder order, PositionReport position) => !position.Size.IsZero && position.Symbol == order.Symbol
        && position.PositionIdx == order.PositionIdx && position.Side.ClosingSide() == order.Side;

    private static string Owner(OpenOrder order) => order.IsOurs ? "" : "foreign ";

    private static string Text(OpenOrder order)
    {
        var price = order.Price is { } known ? $" at {known:0.#########}" : "";
        return $"{(order.Side == Side.Buy ? "buy" : "sell")} {order.Remaining} {order.Symbol}{price}";
    }
}
