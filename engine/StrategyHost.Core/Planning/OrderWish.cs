using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Planning;

/// <summary>An order that a plan wants; the account's kernel gives it its id.</summary>
public sealed record OrderWish(OrderRole Role, OrderRequest Request, string TypeName)
{
    public int Index { get; init; }
    public ExitReason? ExitReason { get; init; }
    public string Tag { get; init; } = "";
    public decimal ReferencePrice { get; init; }
    public Timestamp? ExpiresAt { get; init; }
    public string? Oco { get; init; }
    public string SignalId { get; init; } = "";
    public (StopTrail Trail, StopState State)? Trail { get; init; }
    public ProtectionSpec Spec { get; init; } = ProtectionSpec.Unsaid;
}

/// <summary>A closing order that a plan wants, at market unless a price or a trigger is given.</summary>
public sealed record ExitWish(Quantity Quantity, ExitReason Reason, string Tag)
{
    public string TypeName { get; init; } = "market";
    public Price? Price { get; init; }
    public TimeInForce TimeInForce { get; init; }
    public Trigger? Trigger { get; init; }
    public Timestamp? ExpiresAt { get; init; }
    public string? Oco { get; init; }
    public (StopTrail Trail, StopState State)? Trail { get; init; }

    /// <summary>What orders of unknown fate would close is left to them; a close for want of a stop does not wait for that.</summary>
    public bool TrustsDoubtful { get; init; } = true;

    /// <summary>The signal that asked for it; empty for closes of the host's own.</summary>
    public string SignalId { get; init; } = "";

    /// <summary>The reduce-only order of a plan for what is left to close.</summary>
    public OrderWish Order(TradePlan plan, Quantity rest)
    {
        var request = new OrderRequest
        {
            ClientOrderId = ClientOrderId.None,
            Symbol = plan.Symbol,
            Side = plan.Side.ClosingSide(),
            Type = Price is null ? OrderType.Market : OrderType.Limit,
            Quantity = rest,
            Price = Price,
            TimeInForce = TimeInForce,
            PositionIdx = plan.PositionIdx,
            Trigger = Trigger,
            ReduceOnly = true,
        };
        return new OrderWish(OrderRole.Exit, request, TypeName)
        {
            ExitReason = Reason,
            Tag = Tag,
            ExpiresAt = ExpiresAt,
            Oco = Oco,
            SignalId = SignalId,
            Trail = Trail,
        };
    }
}
