using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Ticks;

/// <summary>Blocks of one series, in order of time, as one block; and the part of a block between two times.</summary>
internal static class Join
{
    public static TradeBlock Trades(IReadOnlyList<TradeBlock> parts) => parts.Count == 1
        ? parts[0]
        : new TradeBlock(parts[0].Symbol, All(parts, p => p.Time), All(parts, p => p.Price), All(parts, p => p.Size),
            All(parts, p => p.Side));

    public static KlineBlock Klines(IReadOnlyList<KlineBlock> parts) => parts.Count == 1
        ? parts[0]
        : new KlineBlock(parts[0].Symbol, parts[0].Interval, All(parts, p => p.Start), All(parts, p => p.Open), All(parts, p => p.High),
            All(parts, p => p.Low), All(parts, p => p.Close), All(parts, p => p.Volume), All(parts, p => p.Turnover));

    public static TickerBlock Tickers(IReadOnlyList<TickerBlock> parts) => parts.Count == 1
        ? parts[0]
        : new TickerBlock(parts[0].Symbol, All(parts, p => p.Time), All(parts, p => p.Mark), All(parts, p => p.Index));

    /// <summary>Rows with from ≤ time &lt; to.</summary>
    public static Range Rows(long[] time, long fromMs, long toMs) => FirstAtOrAfter(time, fromMs)..FirstAtOrAfter(time, toMs);

    public static TradeBlock Slice(TradeBlock block, Range rows) => IsAll(rows, block.Count)
        ? block
        : new TradeBlock(block.Symbol, block.Time[rows], block.Price[rows], block.Size[rows], block.Side[rows]);

    public static KlineBlock Slice(KlineBlock block, Range rows) => IsAll(rows, block.Count)
        ? block
        : new KlineBlock(block.Symbol, block.Interval, block.Start[rows], block.Open[rows], block.High[rows], block.Low[rows],
            block.Close[rows], block.Volume[rows], block.Turnover[rows]);

    public static TickerBlock Slice(TickerBlock block, Range rows) => IsAll(rows, block.Count)
        ? block
        : new TickerBlock(block.Symbol, block.Time[rows], block.Mark[rows], block.Index[rows]);

    private static bool IsAll(Range rows, int count) => rows.Start.Value == 0 && rows.End.Value == count;

    private static int FirstAtOrAfter(long[] time, long at)
    {
        var low = 0;
        var high = time.Length;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            (low, high) = time[middle] < at ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static T[] All<TBlock, T>(IReadOnlyList<TBlock> parts, Func<TBlock, T[]> column)
    {
        var result = new T[parts.Sum(p => column(p).Length)];
        var at = 0;
        foreach (var part in parts)
        {
            var source = column(part);
            source.CopyTo(result, at);
            at += source.Length;
        }

        return result;
    }
}
