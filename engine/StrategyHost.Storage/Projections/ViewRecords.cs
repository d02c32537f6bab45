using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Storage.Projections;

/// <summary>The open position of one plan with its protection as the plan wants it.</summary>
public sealed record PlanPositionView
{
    public required long Plan { get; init; }
    public required StrategyId Strategy { get; init; }
    public required Symbol Symbol { get; init; }
    public required PositionIdx Leg { get; init; }
    public required PositionSide Side { get; init; }
    public required string Tag { get; init; }
    public required string Tranche { get; init; }
    public required string SignalId { get; init; }
    public required Quantity Size { get; init; }
    public required decimal AveragePrice { get; init; }
    public required Timestamp OpenedAt { get; init; }
    public required PlanPhase Phase { get; init; }

    /// <summary>Where the stop should stand, and what moved it there; null: there is none.</summary>
    public required Price? Stop { get; init; }
    public required StopSource? StopSource { get; init; }

    /// <summary>The stop that was last asked of the exchange.</summary>
    public required Price? SentStop { get; init; }
    public required IReadOnlyList<TargetView> Targets { get; init; }
}

/// <summary>A rung of a plan's targets. OrderId: of the order that stands for it; null: none does.</summary>
public sealed record TargetView(int Rung, Price Price, decimal SharePercent, Quantity Filled, string? OrderId);

/// <summary>An order of a plan and what it belongs to.</summary>
public sealed record OrderView
{
    /// <summary>Our id; of an order that the exchange made itself, the exchange's.</summary>
    public required string Id { get; init; }
    public required string? ExchangeId { get; init; }
    public required long? Plan { get; init; }

    /// <summary>Ordinal among the orders of the account.</summary>
    public required long Number { get; init; }
    public required OrderRole Role { get; init; }

    /// <summary>The finer role of one that has ended: <c>entry stop trail target signal time emergency liquidation manual</c>.</summary>
    public required string? ClosedAs { get; init; }

    /// <summary>The plan's first entry, for every other order of the plan.</summary>
    public required string? ParentId { get; init; }
    public required string? SignalId { get; init; }
    public required string? Oco { get; init; }
    public required StrategyId Strategy { get; init; }
    public required Symbol Symbol { get; init; }
    public required Side Side { get; init; }

    /// <summary>market limit stop_market stop_limit trailing_stop.</summary>
    public required string Type { get; init; }
    public required Quantity Quantity { get; init; }
    public required Quantity Filled { get; init; }
    public required Price? Price { get; init; }
    public required Price? TriggerPrice { get; init; }
    public required bool ReduceOnly { get; init; }

    /// <summary>open partial filled cancelled rejected.</summary>
    public required string Status { get; init; }
    public required Timestamp CreatedAt { get; init; }
    public required Timestamp ChangedAt { get; init; }

    /// <summary>Null: it is open.</summary>
    public required Timestamp? EndedAt { get; init; }
}

/// <summary>Sums of the trades of one strategy and symbol that closed on one UTC day (yyyy-MM-dd), in quote currency.</summary>
public sealed record PerformanceView
{
    public required StrategyId Strategy { get; init; }
    public required Symbol Symbol { get; init; }
    public required string Day { get; init; }
    public required long Trades { get; init; }

    /// <summary>Trades with a net profit above and below zero.</summary>
    public required long Wins { get; init; }
    public required long Losses { get; init; }
    public required decimal GrossPnl { get; init; }
    public required decimal Fees { get; init; }
    public required decimal Funding { get; init; }
    public required decimal Slippage { get; init; }
    public required decimal NetPnl { get; init; }
}

/// <summary>The account as its exchange last reported it to the journal: positions that are open, orders that have not ended.</summary>
/// <param name="UpdatedAt">Time of the newest report.</param>
/// <param name="WalletBalance">Null: not reported yet.</param>
/// <param name="Positions">Whoever opened them.</param>
/// <param name="Orders">Whoever made them, with the time at which each was first seen.</param>
public sealed record SeenAccount(
    Timestamp UpdatedAt, decimal? WalletBalance, IReadOnlyList<PositionReport> Positions, IReadOnlyList<SeenOrder> Orders);

/// <summary>An open order and when it was first seen.</summary>
public sealed record SeenOrder(OrderReport Order, Timestamp Since);
