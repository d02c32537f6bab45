using StrategyHost.Core.Domain;

namespace StrategyHost.Core.MarketData;

/// <summary>Makes blocks of candles that come one by one, as they do live.</summary>
public static class KlineBlocks
{
    public static KlineBlock Of(Symbol symbol, Interval interval, IReadOnlyList<Kline> klines) => new(
        symbol, interval, [.. klines.Select(k => k.Start)], [.. klines.Select(k => k.Open)], [.. klines.Select(k => k.High)],
        [.. klines.Select(k => k.Low)], [.. klines.Select(k => k.Close)], [.. klines.Select(k => k.Volume)],
        [.. klines.Select(k => k.Turnover)]);

    /// <summary>The newest candles, at most as many as there are.</summary>
    public static KlineBlock Last(this KlineBlock block, int count)
    {
        var from = Math.Max(0, block.Count - count);
        return from == 0 ? block : new KlineBlock(
            block.Symbol, block.Interval, block.Start[from..], block.Open[from..], block.High[from..], block.Low[from..],
            block.Close[from..], block.Volume[from..], block.Turnover[from..]);
    }
}
