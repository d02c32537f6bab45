using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>
/// One order of one account that has not ended, as it is tracked: whoever made it. Money in quote currency. Built by the kernel from its
/// own orders (from the moment of their sending) and by views from what the exchange shows.
/// </summary>
public sealed record OpenOrder
{
    public required AccountId Account { get; init; }

    /// <summary>Our id where there is one, else the exchange's.</summary>
    public required string Id { get; init; }
    public required Symbol Symbol { get; init; }
    public PositionIdx PositionIdx { get; init; }
    public required Side Side { get; init; }

    /// <summary>market limit stop_market stop_limit.</summary>
    public required string Type { get; init; }

    /// <summary>Limit price, else trigger, else the market's; null: none of them is known.</summary>
    public required decimal? Price { get; init; }

    /// <summary>What may still fill.</summary>
    public required Quantity Remaining { get; init; }

    /// <summary>When it was sent, or first seen.</summary>
    public required Timestamp Since { get; init; }
    public required bool IsOurs { get; init; }

    /// <summary>It can only reduce a position: it reserves nothing, its position holds the capital once.</summary>
    public required bool IsClosing { get; init; }

    /// <summary>Margin that is reserved for it.</summary>
    public required decimal Held { get; init; }

    public long AgeMs(Timestamp now) => Math.Max(0, now.Ms - Since.Ms);

    /// <summary>An order as the exchange shows it.</summary>
    public static OpenOrder Of(OrderReport order, OrderSight sight)
    {
        return new OpenOrder
        {
            Account = order.Account,
            Id = order.ClientOrderId.IsNone ? order.OrderId.ToString() : order.ClientOrderId.Value,
            Symbol = order.Symbol,
            PositionIdx = order.PositionIdx,
            Side = order.Side,
            Type = TypeOf(order.Type, order.TriggerPrice is not null),
            Price = PriceOf(order, sight.Mark)?.Value,
            Remaining = RemainingOf(order),
            Since = sight.Since,
            IsOurs = sight.IsOurs,
            IsClosing = Closes(order),
            Held = HeldBy(order, sight.Mark, sight.Leverage),
        };
    }

    /// <summary><see cref="Held"/> of an order as the exchange shows it, for sums over many.</summary>
    public static decimal HeldBy(OrderReport order, Price? mark, decimal leverage) =>
        Closes(order) || PriceOf(order, mark) is not { } price ? 0m : RemainingOf(order).Notional(price) / leverage;

    private static Price? PriceOf(OrderReport order, Price? mark) => order.Price ?? order.TriggerPrice ?? mark;

    private static Quantity RemainingOf(OrderReport order) =>
        order.Quantity > order.FilledQuantity ? order.Quantity - order.FilledQuantity : Quantity.Zero;

    public static string TypeOf(OrderType type, bool isConditional) => (isConditional, type) switch
    {
        (false, OrderType.Limit) => "limit",
        (false, _) => "market",
        (true, OrderType.Limit) => "stop_limit",
        _ => "stop_market",
    };

    /// <summary>Reduce-only, one of a position's own stops, or of the closing side of a leg in hedge mode.</summary>
    private static bool Closes(OrderReport order) => order.ReduceOnly
        || order.StopOrderType is not (StopOrderType.None or StopOrderType.Stop)
        || (order.PositionIdx, order.Side) is (PositionIdx.HedgeLong, Side.Sell) or (PositionIdx.HedgeShort, Side.Buy);
}

/// <summary>What has to be known beside an order's report to track it. Mark: null where none is known.</summary>
public readonly record struct OrderSight(Timestamp Since, bool IsOurs, Price? Mark, decimal Leverage);

/// <summary>The open orders of ONE account in numbers: how many of which type, what they hold, how old the oldest is.</summary>
public sealed record OrderStatistics(
    AccountId Account, int Open, IReadOnlyDictionary<string, int> ByType, decimal HeldCapital, long? OldestAgeMs)
{
    /// <summary>Throws on an order of another account: mixing them is a bug, not an input (rule 13).</summary>
    public static OrderStatistics Of(AccountId account, IReadOnlyList<OpenOrder> orders, Timestamp now)
    {
        var (types, held, oldest) = (new SortedDictionary<string, int>(StringComparer.Ordinal), 0m, -1L);
        foreach (var order in orders)
        {
            if (order.Account != account)
            {
                throw new ArgumentException($"an order of account {order.Account} among those of {account}", nameof(orders));
            }

            types[order.Type] = types.GetValueOrDefault(order.Type) + 1;
            held += order.Held;
            oldest = Math.Max(oldest, order.AgeMs(now));
        }

        return new OrderStatistics(account, orders.Count, types, held, oldest < 0 ? null : oldest);
    }
}
