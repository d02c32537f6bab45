using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Signals;

public enum SignalAction { Buy, Sell, Close, Modify, Cancel, Hold }

/// <summary>The signal field <c>type</c>.</summary>
public enum SignalType { Market, Limit, StopMarket, StopLimit, TrailingStop }

public enum SizeKind { Quantity, QuoteValue, EquityPercent, RiskPercent }

/// <summary>How much an entry buys or sells; exactly one of the four quantity fields.</summary>
public readonly record struct SizeSpec(SizeKind Kind, decimal Value);

public enum AccountScope { Both, Main, Mirror }

/// <summary>Per-trade mirror settings; null leaves the configuration's value.</summary>
public sealed record MirrorOverride(decimal? Proportion, long? DelayMs, bool? Reverse);

/// <summary>
/// A signal that has passed the parser: every field has the right type and a finite, in-range value. Prices are as the script gave them
/// (rounded by named rules when orders are planned). Meaning of each field: contracts §2.1.
/// </summary>
public sealed record Signal
{
    public required SignalAction Action { get; init; }
    public required Symbol Symbol { get; init; }
    public PositionSide? PositionSide { get; init; }
    public SizeSpec? Size { get; init; }

    /// <summary>Percent of the position that an exit closes; null: all, or <see cref="Size"/> of kind quantity.</summary>
    public decimal? Share { get; init; }
    public bool AllowClip { get; init; }
    public SignalType Type { get; init; }
    public decimal? Price { get; init; }

    /// <summary>The trigger of stop entries and exits. The protective meaning of stop_price is in <see cref="Protection"/>.</summary>
    public decimal? TriggerPrice { get; init; }
    public ProtectionSpec Protection { get; init; } = ProtectionSpec.Unsaid;
    public TriggerBy TriggerBy { get; init; }
    public TimeInForce TimeInForce { get; init; }
    public bool ReduceOnly { get; init; }
    public long? ExpiresInMs { get; init; }
    public int? ExpiresCandles { get; init; }
    public long? CloseAfterMs { get; init; }
    public int? CloseAfterCandles { get; init; }
    public Timestamp? CloseAt { get; init; }
    public string? Oco { get; init; }
    public string? Group { get; init; }
    public bool GroupExit { get; init; } = true;
    public string? Tranche { get; init; }
    public bool ScaleIn { get; init; }
    public bool Flip { get; init; }
    public bool KeepEntries { get; init; }
    public AccountScope? Accounts { get; init; }
    public MirrorOverride? Mirror { get; init; }

    /// <summary>For cancel and modify: an order id, a tag, <c>entries</c> or <c>all</c>.</summary>
    public string? Order { get; init; }
    public string Tag { get; init; } = "";
    public string Reason { get; init; } = "";
}
