using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Host.Live;

/// <summary>
/// The closed candles that strategies were given, warm-up included: what a version that takes over later is warmed up with. The newest of
/// each series, as many as a script's own history has. The loop's thread only.
/// </summary>
internal sealed class CandleMemory
{
    /// <summary>Candles of a series; some more are there until the oldest are dropped together.</summary>
    public const int CandlesMax = 10_000;

    private const int Slack = 1_000;
    private readonly Dictionary<(Symbol Symbol, Interval Interval), List<Kline>> _series = [];

    public void Add(KlineBlock block)
    {
        var candles = Series((block.Symbol, block.Interval));
        for (var i = 0; i < block.Count; i++)
        {
            candles.Add(block[i]);
        }

        Trim(candles);
    }

    public void Add(Symbol symbol, Interval interval, Kline kline)
    {
        var candles = Series((symbol, interval));
        candles.Add(kline);
        Trim(candles);
    }

    public int Count(Symbol symbol, Interval interval) => _series.GetValueOrDefault((symbol, interval))?.Count ?? 0;

    /// <summary>Puts candles before those that are there; gives how many.</summary>
    public int AddBefore(KlineBlock block)
    {
        var candles = Series((block.Symbol, block.Interval));
        var first = candles.Count == 0 ? long.MaxValue : candles[0].Start;
        Kline[] older = [.. Enumerable.Range(0, block.Count).Select(i => block[i]).TakeWhile(k => k.Start < first)];
        candles.InsertRange(0, older);
        return older.Length;
    }

    /// <summary>Candles of a series that began after a moment and before another, both in ms, oldest first.</summary>
    public KlineBlock Between(Symbol symbol, Interval interval, long after = long.MinValue, long before = long.MaxValue)
    {
        var candles = _series.GetValueOrDefault((symbol, interval)) ?? [];
        var from = candles.FindLastIndex(c => c.Start <= after) + 1;
        return KlineBlocks.Of(symbol, interval, [.. candles.Skip(from).TakeWhile(c => c.Start < before)]);
    }

    private List<Kline> Series((Symbol, Interval) key)
    {
        if (!_series.TryGetValue(key, out var candles))
        {
            _series.Add(key, candles = []);
        }

        return candles;
    }

    private static void Trim(List<Kline> candles)
    {
        if (candles.Count > CandlesMax + Slack)
        {
            candles.RemoveRange(0, candles.Count - CandlesMax);
        }
    }
}
