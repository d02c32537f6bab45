using StrategyHost.Core.Domain;

namespace StrategyHost.Core.MarketData;

/// <summary>Makes blocks of candles that come one by one, as they do live.</summary>
public static class KlineBlocks
{
    public static KlineBlock Of(Symbol symbol, Interval interval, IReadOnlyList<Kline> klines) => new(
        symbol, interval, [.. klines.Select(k => k.Start)], [.. klines.Select(k => k.Open)], [.. klines.Select(k => k.High)],
        [.. klines.Select(k => k.Low)], [.. klines.Select(k => k.Close)], [.. klines.Select(k => k.Volume)],
        [.. klines.Select(k => k.Turnover)]);
}
