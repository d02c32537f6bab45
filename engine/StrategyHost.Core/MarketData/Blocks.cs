using StrategyHost.Core.Domain;

namespace StrategyHost.Core.MarketData;

/// <summary>
/// Closed candles of one symbol and interval in columns, oldest first, prices and volumes in units of 1e-9. Immutable once filled; shared
/// by every reader. Turnover is in whole quote units (a double: it is shown, never traded on).
/// </summary>
public sealed class KlineBlock(Symbol symbol, Interval interval, long[] start, long[] open, long[] high, long[] low, long[] close,
    long[] volume, double[] turnover)
{
    public Symbol Symbol { get; } = symbol;
    public Interval Interval { get; } = interval;
    public int Count => Start.Length;

    /// <summary>Candle open times in ms; a candle ends at start + interval (exclusive).</summary>
    public long[] Start { get; } = start;
    public long[] Open { get; } = open;
    public long[] High { get; } = high;
    public long[] Low { get; } = low;
    public long[] Close { get; } = close;
    public long[] Volume { get; } = volume;
    public double[] Turnover { get; } = turnover;

    public Kline this[int index] =>
        new(Start[index], Open[index], High[index], Low[index], Close[index], Volume[index], Turnover[index]);
}

/// <summary>Public trades of one symbol in columns, in exchange order, prices and sizes in units of 1e-9.</summary>
public sealed class TradeBlock(Symbol symbol, long[] time, long[] price, long[] size, sbyte[] side)
{
    public Symbol Symbol { get; } = symbol;
    public int Count => Time.Length;

    /// <summary>Trade times in ms.</summary>
    public long[] Time { get; } = time;
    public long[] Price { get; } = price;
    public long[] Size { get; } = size;

    /// <summary>Taker side: +1 buy, −1 sell.</summary>
    public sbyte[] Side { get; } = side;
}

/// <summary>One candle by value.</summary>
public readonly record struct Kline(long Start, long Open, long High, long Low, long Close, long Volume, double Turnover);

/// <summary>One price level; size zero in an update deletes the level.</summary>
public readonly record struct BookLevel(long Price, long Size);

/// <summary>
/// A snapshot or delta of one symbol's order book. <see cref="UpdateId"/> is Bybit's <c>u</c>: a delta continues the book only when it is
/// the last one plus 1 (bybit-v5 §6.2); a snapshot replaces everything.
/// </summary>
public sealed record BookUpdate(Symbol Symbol, Timestamp Time, bool IsSnapshot, long UpdateId, BookLevel[] Bids, BookLevel[] Asks);

/// <summary>A funding settlement: rate as a fraction (0.0001 is 0.01 %), positive: longs pay.</summary>
public readonly record struct FundingRate(long Time, double Rate);
