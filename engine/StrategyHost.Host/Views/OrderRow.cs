using System.Text.Json.Serialization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Views;

/// <summary>
/// An order of <c>orders</c> and <c>verify</c>. A value that holds what the exchange said: a thousand of them leave no garbage when they
/// are written.
/// </summary>
[JsonConverter(typeof(OrderRowJson))]
internal readonly record struct OrderRow
{
    public required string OrderId { get; init; }
    public required string OrderLinkId { get; init; }
    public required string Symbol { get; init; }
    public required string Side { get; init; }
    public required string Type { get; init; }
    public required string Role { get; init; }

    /// <summary>How sure the role is: 1 by our own id, 0 where nothing tells (OrderClassifier).</summary>
    public required double Confidence { get; init; }
    public required Price? Price { get; init; }
    public required Price? TriggerPrice { get; init; }
    public required Quantity Quantity { get; init; }
    public required Quantity FilledQuantity { get; init; }
    public required string Status { get; init; }
    public required bool ReduceOnly { get; init; }
    public required long AgeMs { get; init; }

    /// <summary>Shown with at most 8 decimals.</summary>
    public required decimal HeldCapital { get; init; }
}
