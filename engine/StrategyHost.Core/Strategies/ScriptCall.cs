using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Core.Strategies;

/// <summary>What a script is called with. Closed hierarchy; every value is copied across the border.</summary>
public abstract record ScriptCall
{
    private protected ScriptCall() { }

    /// <summary><c>ctx.now</c> of the first row; rows of runs carry their own time.</summary>
    public required Timestamp At { get; init; }
}

/// <summary>
/// Closed candles <c>[From, To)</c> of a block, each put into history and then given to <c>on_kline</c>, until one returns a signal.
/// <see cref="Stops"/>, where given, holds <c>ctx.position.stop_price</c> of the block's symbol for row From + i at index i.
/// With <see cref="Callback"/> false the candles only enter history.
/// </summary>
public sealed record KlineRun(KlineBlock Block, int From, int To) : ScriptCall
{
    public double[]? Stops { get; init; }
    public bool Warming { get; init; }
    public bool Late { get; init; }
    public bool Callback { get; init; } = true;

    /// <summary>The candles are in history already: only deliver them.</summary>
    public bool InHistory { get; init; }
}

/// <summary>Trades <c>[From, To)</c> of a block for <c>on_trade</c>; stops as in <see cref="KlineRun"/>.</summary>
public sealed record TradeRun(TradeBlock Block, int From, int To) : ScriptCall
{
    public double[]? Stops { get; init; }
}

/// <summary>An open candle for <c>on_kline</c> with <c>confirm</c> false; it does not enter history.</summary>
public sealed record KlineUpdateCall(Symbol Symbol, Interval Interval, Kline Kline) : ScriptCall;

/// <summary><c>on_orderbook</c>: best first.</summary>
public sealed record OrderBookCall(Symbol Symbol, IReadOnlyList<BookLevel> Bids, IReadOnlyList<BookLevel> Asks) : ScriptCall;

/// <summary><c>on_ticker</c>; its values are those of the symbol's <see cref="ScriptMarket"/>.</summary>
public sealed record TickerCall(Symbol Symbol, double Volume24h, double Turnover24h, double OpenInterest) : ScriptCall;

/// <summary><c>on_fill</c>.</summary>
public sealed record FillCall(ScriptFill Fill) : ScriptCall
{
    /// <summary>The side of the position that it opened or closed: <c>ctx.position</c> shows that leg.</summary>
    public PositionSide Leg { get; init; }
}

/// <summary><c>on_order</c>: a change of an own order, or a refused signal (then <see cref="Code"/> is set).</summary>
public sealed record OrderCall(ScriptOrder Order, string? Code, string? Text) : ScriptCall;

/// <summary><c>on_timer</c>.</summary>
public sealed record TimerCall : ScriptCall;

/// <summary><c>on_start</c>.</summary>
public sealed record StartCall : ScriptCall;

/// <summary><c>on_stop</c>.</summary>
public sealed record StopCall : ScriptCall;

/// <summary>
/// What <c>ctx</c> shows of the leading account. Immutable; the kernel makes a new one only when something in it changed. What moves with
/// the price alone (profit, equity) is computed by the prelude: unrealised = (mark − entry) × size × side, equity = wallet + Σ
/// unrealised.
/// </summary>
public sealed record ScriptView
{
    public static readonly ScriptView Empty = new();
    public double WalletBalance { get; init; }

    /// <summary>Wallet balance less held capital.</summary>
    public double Available { get; init; }

    /// <summary>
    /// The first of a symbol is what <c>ctx.position</c> and <c>ctx.positions</c> show; a size of zero there says that the leg is flat.
    /// </summary>
    public IReadOnlyList<ScriptPosition> Positions { get; init; } = [];
    public IReadOnlyList<ScriptOrder> Orders { get; init; } = [];

    /// <summary>
    /// One per symbol, at the event. Rows of a run overlay <c>last</c> of their symbol, and mark and index where
    /// <see cref="ScriptMarket.MarkFollowsLast"/> says so.
    /// </summary>
    public IReadOnlyList<ScriptMarket> Markets { get; init; } = [];
}

/// <summary>One open position as a script sees it. NaN: none.</summary>
public sealed record ScriptPosition
{
    public required Symbol Symbol { get; init; }
    public required PositionSide Side { get; init; }
    public required double Size { get; init; }
    public required double EntryPrice { get; init; }
    public double StopPrice { get; init; } = double.NaN;
    public double TrailPercent { get; init; } = double.NaN;
    public required Timestamp OpenedAt { get; init; }
    public IReadOnlyList<ScriptTranche> Tranches { get; init; } = [];
}

public sealed record ScriptTranche(string Name, double Size, double EntryPrice, double StopPrice);

/// <summary>Prices and funding of one symbol. NaN: not known (null for the script).</summary>
public sealed record ScriptMarket
{
    public required Symbol Symbol { get; init; }
    public double Last { get; init; } = double.NaN;
    public double Mark { get; init; } = double.NaN;
    public double Index { get; init; } = double.NaN;
    public double Bid { get; init; } = double.NaN;
    public double Ask { get; init; } = double.NaN;
    public double BidSize { get; init; } = double.NaN;
    public double AskSize { get; init; } = double.NaN;
    public double FundingRate { get; init; } = double.NaN;
    public double NextFundingTimeMs { get; init; } = double.NaN;
    public bool MarkFollowsLast { get; init; } = true;
}

/// <summary>
/// An own order. Statuses: pending open partial cancelling unknown, and the final filled cancelled rejected refused expired.
/// </summary>
public sealed record ScriptOrder
{
    public required string Id { get; init; }
    public string Tag { get; init; } = "";
    public required Symbol Symbol { get; init; }

    /// <summary>entry stop trail target signal time emergency liquidation manual.</summary>
    public required string Role { get; init; }
    public required Side Side { get; init; }

    /// <summary>The signal's type: market limit stop_market stop_limit trailing_stop.</summary>
    public required string Type { get; init; }
    public double Price { get; init; } = double.NaN;
    public double StopPrice { get; init; } = double.NaN;
    public double Quantity { get; init; }
    public double Filled { get; init; }
    public required string Status { get; init; }
    public Timestamp CreatedAt { get; init; }
    public Timestamp? ExpiresAt { get; init; }
}

/// <summary>One own execution.</summary>
public sealed record ScriptFill
{
    public required Symbol Symbol { get; init; }
    public required Side Side { get; init; }
    public required double Price { get; init; }
    public required double Quantity { get; init; }
    public required double Fee { get; init; }
    public required double FeeRate { get; init; }
    public required bool IsMaker { get; init; }
    public required string OrderId { get; init; }
    public string Tag { get; init; } = "";
    public string Tranche { get; init; } = "";
    public required string Role { get; init; }
    public required string ExecutionId { get; init; }
    public required Timestamp Time { get; init; }
    public double RealisedPnl { get; init; }
}
