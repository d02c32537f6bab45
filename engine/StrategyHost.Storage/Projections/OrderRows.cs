using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Orders;

namespace StrategyHost.Storage.Projections;

/// <summary>Writes orders and what they belong to. What was once known of an order stays; the end is the first that was told.</summary>
internal static class OrderRows
{
    private const string Sql = """
        INSERT INTO order_relation (id, exchange_id, plan, number, role, closed_as, parent_id, signal_id, oco, strategy, symbol, side, type,
            quantity, filled, price, trigger_price, reduce_only, status, created_ms, changed_ms, ended_ms)
        VALUES (@Id, @ExchangeId, @Plan, @Number, @Role, @ClosedAs, @ParentId, @SignalId, @Oco, @Strategy, @Symbol, @Side, @Type,
            @Quantity, @Filled, @Price, @TriggerPrice, @ReduceOnly, @Status, @CreatedMs, @ChangedMs, @EndedMs)
        ON CONFLICT (id) DO UPDATE SET exchange_id = COALESCE(excluded.exchange_id, exchange_id),
            plan = COALESCE(excluded.plan, plan), number = excluded.number, closed_as = COALESCE(excluded.closed_as, closed_as),
            parent_id = COALESCE(excluded.parent_id, parent_id), signal_id = COALESCE(excluded.signal_id, signal_id),
            oco = COALESCE(excluded.oco, oco), quantity = excluded.quantity, filled = excluded.filled, price = excluded.price,
            trigger_price = excluded.trigger_price, status = excluded.status, changed_ms = excluded.changed_ms,
            ended_ms = COALESCE(ended_ms, excluded.ended_ms)
        """;

    /// <summary>The id by which an order is known; empty: it has none yet.</summary>
    public static string IdOf(SavedOrder order) =>
        order.Order.Request.ClientOrderId.IsNone ? order.ExchangeId.Value ?? "" : order.Order.Request.ClientOrderId.Value;

    /// <summary>The order is there.</summary>
    public static bool IsKnown(SqliteConnection connection, SavedOrder order) => connection.QuerySingle<bool>(
        "SELECT EXISTS (SELECT 1 FROM order_relation WHERE id = @id)", new { id = IdOf(order) });

    /// <summary>An order as its plan was saved with it.</summary>
    public static void Write(SqliteConnection connection, SavedPlan plan, SavedOrder saved, string? parent, Timestamp at)
    {
        var (state, request) = (saved.Order, saved.Order.Request);
        var id = IdOf(saved);
        if (id.Length == 0)
        {
            return;
        }

        connection.Execute(Sql, new
        {
            Id = id,
            ExchangeId = ViewText.Some(saved.ExchangeId.Value),
            Plan = plan.Number,
            saved.Number,
            Role = saved.Role.ToString(),
            ClosedAs = (string?)null,
            ParentId = ViewText.Some(parent),
            SignalId = ViewText.Some(saved.SignalId),
            Oco = ViewText.Some(saved.Oco),
            Strategy = plan.Strategy.Name,
            Symbol = request.Symbol.Name,
            Side = request.Side.ToString(),
            Type = saved.TypeName,
            Quantity = request.Quantity.ToString(),
            Filled = state.Filled.ToString(),
            Price = ViewText.Of(request.Price),
            TriggerPrice = ViewText.Of(request.Trigger?.Price),
            request.ReduceOnly,
            Status = StatusOf(state.Status),
            CreatedMs = state.CreatedAt.Ms,
            ChangedMs = at.Ms,
            EndedMs = state.Status.IsFinal() ? at.Ms : (long?)null,
        });
    }

    /// <summary>An order that has ended. The plan is told by our id; a saved plan that came before has said more.</summary>
    public static void Write(SqliteConnection connection, OrderRecord order, Timestamp at)
    {
        var isOurs = OrderTag.TryRead(order.OrderLinkId, out var tag);
        connection.Execute(Sql, new
        {
            Id = order.OrderLinkId,
            ExchangeId = isOurs ? null : ViewText.Some(order.OrderLinkId),
            Plan = isOurs ? tag.Plan : (long?)null,
            Number = order.Seq,
            Role = (isOurs ? tag.Role : RoleOf(order.Role)).ToString(),
            ClosedAs = order.Role,
            ParentId = (string?)null,
            SignalId = (string?)null,
            Oco = (string?)null,
            Strategy = order.Strategy.Name,
            Symbol = order.Symbol.Name,
            Side = order.Side.ToString(),
            order.Type,
            Quantity = order.Quantity.ToString(),
            Filled = order.FilledQuantity.ToString(),
            Price = ViewText.Of(order.Price),
            TriggerPrice = ViewText.Of(order.TriggerPrice),
            order.ReduceOnly,
            order.Status,
            CreatedMs = order.Time.Ms,
            ChangedMs = at.Ms,
            EndedMs = at.Ms,
        });
    }

    private static OrderRole RoleOf(string role) => role switch
    {
        "entry" => OrderRole.Entry,
        "target" => OrderRole.Target,
        "stop" or "trail" or "liquidation" => OrderRole.Stop,
        _ => OrderRole.Exit,
    };

    private static string StatusOf(OrderStatus status) => status switch
    {
        OrderStatus.Filled => "filled",
        OrderStatus.Cancelled or OrderStatus.Deactivated => "cancelled",
        OrderStatus.Rejected => "rejected",
        OrderStatus.PartiallyFilled => "partial",
        OrderStatus.Pending or OrderStatus.Untriggered or OrderStatus.Triggered or OrderStatus.New or OrderStatus.Unknown => "open",
    };
}
