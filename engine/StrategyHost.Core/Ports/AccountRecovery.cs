using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Ports;

/// <summary>
/// What a host that has ended knew of an account, for the adapter of the next one (reliability §5.5). Before its first snapshot the adapter
/// tells what has happened since, so that a fill of meanwhile is a fill of its plan and no foreign growth: 1. every execution and funding
/// from <see cref="ExecutionsSince"/> on, also those that were told before: who hears them knows them by id; 2. of each order that was
/// acknowledged its present state, Cancelled with reason <c>not_found</c> where it is nowhere. An order that was never answered is
/// resolved like any other in doubt, which may end after the snapshot: it is found, or refused because it never arrived. Nothing is sent
/// again.
/// </summary>
public sealed record AccountRecovery
{
    public required Timestamp ExecutionsSince { get; init; }
    public IReadOnlyList<RecoveredOrder> Orders { get; init; } = [];
}

/// <summary>An order of ours that had not ended by what the host knew.</summary>
/// <param name="Request">As it was sent and amended.</param>
/// <param name="SentAt">The latest moment at which it may have been sent.</param>
/// <param name="IsAnswered">The exchange had told of it.</param>
/// <param name="Filled">What had filled.</param>
public sealed record RecoveredOrder(OrderRequest Request, Timestamp SentAt, bool IsAnswered, Quantity Filled)
{
    /// <summary>What is told where no row of the exchange tells it.</summary>
    public OrderReport Report(AccountId account, OrderStatus status, Timestamp at, string reason) => new()
    {
        Account = account,
        At = at,
        Symbol = Request.Symbol,
        OrderId = new ExchangeOrderId(""),
        ClientOrderId = Request.ClientOrderId,
        Status = status,
        Side = Request.Side,
        Type = Request.Type,
        Quantity = Request.Quantity,
        FilledQuantity = Filled,
        Price = Request.Price,
        TriggerPrice = Request.Trigger?.Price,
        PositionIdx = Request.PositionIdx,
        ReduceOnly = Request.ReduceOnly,
        Reason = reason,
    };
}
