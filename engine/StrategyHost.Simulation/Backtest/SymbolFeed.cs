using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// One symbol's market data as a replay needs them. Either bars or trades drive the market; further candles only enter history or are
/// delivered when they close.
/// </summary>
internal sealed record SymbolFeed
{
    public required Symbol Symbol { get; init; }

    /// <summary>The driving candles of a bar replay.</summary>
    public KlineBlock? Bars { get; init; }

    /// <summary>The driving trades of a tick replay.</summary>
    public TradeBlock? Trades { get; init; }
    public IReadOnlyList<BookUpdate> Books { get; init; } = [];

    /// <summary>Recorded mark and index prices of a tick replay; null: both equal last.</summary>
    public TickerBlock? Tickers { get; init; }

    /// <summary>Candles that strategies want besides the driving ones, longest interval first.</summary>
    public IReadOnlyList<KlineBlock> Candles { get; init; } = [];

    /// <summary>Recorded funding; empty: the default rate each interval.</summary>
    public IReadOnlyList<FundingRate> Funding { get; init; } = [];

    /// <summary>What the report should say of these data.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Time of the first event; a candle counts with its start.</summary>
    public long FromMs => Math.Min(
        Bars?.Start[0] ?? Trades?.Time[0] ?? long.MaxValue, Books.Count > 0 ? Books[0].Time.Ms : long.MaxValue);

    /// <summary>Time of the last event; a candle counts with its end.</summary>
    public long ToMs => Math.Max(
        Bars is { } bars ? bars.Start[^1] + bars.Interval.Ms : Trades?.Time[^1] ?? 0, Books.Count > 0 ? Books[^1].Time.Ms : 0);

    /// <summary>All candles: the further ones, longest first, then the driving ones.</summary>
    public IEnumerable<KlineBlock> AllCandles => Bars is null ? Candles : Candles.Append(Bars);
}

/// <summary>Walks the candles of one block as they close.</summary>
internal sealed class CandleCursor(KlineBlock block)
{
    public KlineBlock Block { get; } = block;
    public int Next { get; set; }
    public bool IsDone => Next >= Block.Count;

    /// <summary>When the next candle ends (exclusive); far away at the end of the block.</summary>
    public long EndMs => IsDone ? long.MaxValue : Block.Start[Next] + Block.Interval.Ms;

    /// <summary>The earliest end of several; far away when all are done.</summary>
    public static long FirstEnd(CandleCursor[] cursors)
    {
        var first = long.MaxValue;
        foreach (var cursor in cursors)
        {
            first = Math.Min(first, cursor.EndMs);
        }

        return first;
    }
}
