using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>
/// One closed part of a position of one account, entry and exit averaged over its fills, money in quote currency. A position that is closed
/// in parts gives one record per closing order. No field of another account's ever stands here (rule 13).
/// </summary>
public sealed record TradeRecord
{
    public required AccountId Account { get; init; }

    /// <summary>
    /// Account, plan and number of the closing order: <c>main-12-57</c>. Unique in a data directory; empty in old records.
    /// </summary>
    public string TradeId { get; init; } = "";
    public required StrategyId Strategy { get; init; }
    public required Symbol Symbol { get; init; }
    public required PositionSide Side { get; init; }
    public string Tag { get; init; } = "";
    public string Tranche { get; init; } = "";
    public required Timestamp EntryTime { get; init; }
    public required decimal EntryPrice { get; init; }
    public required Timestamp ExitTime { get; init; }
    public required decimal ExitPrice { get; init; }
    public required Quantity Quantity { get; init; }

    /// <summary>Entry value in quote currency.</summary>
    public decimal Size => EntryPrice * Quantity.Value;

    /// <summary>Before fees and funding.</summary>
    public required decimal GrossPnl { get; init; }

    /// <summary>Entry's share and exit's fees; positive is a cost.</summary>
    public required decimal Fees { get; init; }

    /// <summary>Paid funding of this part; positive is a cost.</summary>
    public required decimal Funding { get; init; }
    public required decimal Slippage { get; init; }
    public decimal NetPnl => GrossPnl - Fees - Funding;

    /// <summary>Above zero after costs; exactly zero is neither won nor lost.</summary>
    public bool IsWin => NetPnl > 0;
    public decimal HoldSeconds => (ExitTime.Ms - EntryTime.Ms) / 1000m;

    /// <summary>Net profit as percent of the entry value.</summary>
    public decimal NetPnlPercent => EntryPrice == 0 ? 0 : NetPnl / (EntryPrice * Quantity.Value) * 100m;

    /// <summary>Net profit in units of the risk at entry (distance to the first stop × quantity); null without a stop.</summary>
    public decimal? R { get; init; }

    /// <summary>Worst and best price excursion against the entry during the trade, in quote currency of this quantity; both ≥ 0.</summary>
    public decimal Mae { get; init; }
    public decimal Mfe { get; init; }
    public required ExitReason ExitReason { get; init; }
    public string EntryReason { get; init; } = "";
    public string SignalId { get; init; } = "";
    public string ScriptSha256 { get; init; } = "";
}

/// <summary>One order from its creation to its end, as <c>orders.csv</c> shows it.</summary>
public sealed record OrderRecord
{
    public required long Seq { get; init; }
    public required Timestamp Time { get; init; }
    public required AccountId Account { get; init; }
    public required StrategyId Strategy { get; init; }
    public required string OrderLinkId { get; init; }
    public required Symbol Symbol { get; init; }
    public required Side Side { get; init; }

    /// <summary>market limit stop_market stop_limit trailing_stop.</summary>
    public required string Type { get; init; }
    public required Quantity Quantity { get; init; }
    public Price? Price { get; init; }
    public Price? TriggerPrice { get; init; }
    public required bool ReduceOnly { get; init; }

    /// <summary>entry stop trail target signal time emergency liquidation manual.</summary>
    public required string Role { get; init; }

    /// <summary>filled cancelled rejected open partial.</summary>
    public required string Status { get; init; }
    public required Quantity FilledQuantity { get; init; }
    public decimal? AveragePrice { get; init; }
    public decimal Fee { get; init; }
    public string Reason { get; init; } = "";
}
