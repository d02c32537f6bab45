using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Exchange;

/// <summary>How orders meet recorded market data (contracts §6; the limits of each are in <c>engine/docs/fills.md</c>).</summary>
public enum FillModel
{
    /// <summary>Candles in three instants: open, range, close.</summary>
    Bar,

    /// <summary>Trades; a resting limit fills when one prints at its price.</summary>
    Touch,

    /// <summary>Trades; a resting limit fills when one prints through it, or at it for what is left after the queue ahead.</summary>
    Cross,

    /// <summary>As <see cref="Cross"/>, and takers walk down the recorded depth.</summary>
    Book,
}

/// <summary>What a simulated exchange assumes. Fixed for its life.</summary>
public sealed record ExchangeOptions
{
    public FillModel Fill { get; init; } = FillModel.Bar;

    /// <summary>Bar model: a limit entry fills when the bar reaches it, not only when it trades through (<c>--limit touch</c>).</summary>
    public bool LimitTouch { get; init; }

    /// <summary>Cost of taking, in ticks of the instrument; added to <see cref="SlippageBp"/>. Never makes a price better.</summary>
    public decimal SlippageTicks { get; init; }

    /// <summary>Cost of taking, in hundredths of a percent of the price.</summary>
    public decimal SlippageBp { get; init; }

    /// <summary>Printed with the report; the matching itself draws no random number.</summary>
    public long Seed { get; init; } = 1;
    public ExchangeSwitches Switches { get; init; } = new();
}

/// <summary>An account at its creation.</summary>
public sealed record AccountOptions
{
    public required AccountId Account { get; init; }

    /// <summary>Wallet balance in quote currency.</summary>
    public required decimal Balance { get; init; }
    public PositionMode PositionMode { get; init; } = PositionMode.OneWay;
    public MarginMode MarginMode { get; init; } = MarginMode.Isolated;

    /// <summary>Leverage of every symbol until it is set otherwise; at least 1.</summary>
    public decimal Leverage { get; init; } = 5m;
}

/// <summary>
/// Prices strictly inside (<see cref="Low"/>, <see cref="High"/>) before <see cref="UntilMs"/> change nothing but the last price and what
/// follows from it. Empty where Low ≥ High. In units of 1e-9.
/// </summary>
public readonly record struct PriceWindow(long Low, long High, long UntilMs)
{
    public static readonly PriceWindow Empty = new(long.MaxValue, long.MinValue, long.MinValue);
    public static readonly PriceWindow Everything = new(long.MinValue, long.MaxValue, long.MaxValue);
    public bool IsEmpty => Low >= High;
    public bool Holds(long price) => price > Low && price < High;
}

/// <summary>Which orders a cancel-all means (Bybit V5 cancel-all, orderFilter and stopOrderType, read 2026-07-24).</summary>
public enum CancelFilter
{
    /// <summary>Everything, take-profit, stop-loss and trailing stops of positions included.</summary>
    Everything,

    /// <summary>Orders without trigger, or past it (<c>Order</c>).</summary>
    Active,

    /// <summary>Conditional orders and the stops of positions (<c>StopOrder</c>).</summary>
    Conditional,

    /// <summary>Conditional orders of the user only (<c>StopOrder</c> with <c>stopOrderType=Stop</c>).</summary>
    UserConditional,
}

/// <summary>Displayed depth of one symbol, best first. The caller owns it and may change it between calls.</summary>
public interface IDepth
{
    IReadOnlyList<BookLevel> Bids { get; }
    IReadOnlyList<BookLevel> Asks { get; }
}
