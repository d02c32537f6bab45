using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// The candles that are not closed yet, for strategies with <c>kline_updates</c>: at most one update a second of each, as Bybit's stream
/// sends them at most that often, and none of a candle that is never delivered because a part of it is missing.
/// </summary>
internal sealed class FormingCandles
{
    private const long EveryMs = 1000;
    private readonly Forming[] _candles;

    public FormingCandles(EngineKernel kernel, IReadOnlyList<SymbolFeed> feeds) =>
        _candles = [.. feeds.SelectMany(f => f.Candles)
            .Where(b => b.Count > 0 && kernel.Lanes.Any(l => l.FollowsUpdates(b.Symbol, b.Interval)))
            .Select(b => new Forming(new KlineBuilder(b.Symbol, b.Interval), b.Start[0]))];

    /// <summary>Every trade of this symbol is needed one by one.</summary>
    public bool Follow(Symbol symbol) => Array.Exists(_candles, c => c.Builder.Symbol == symbol);

    public void Add(TradeBlock block, int row)
    {
        foreach (var candle in _candles)
        {
            if (candle.Builder.Symbol == block.Symbol)
            {
                while (candle.Builder.TryClose(block.Time[row], out _))
                {
                }

                candle.Builder.AddTrade(block.Time[row], block.Price[row], block.Size[row]);
            }
        }
    }

    /// <summary>The updates that the trade just added brings.</summary>
    public IEnumerable<KlineChanged> Changed(Symbol symbol, Timestamp at)
    {
        foreach (var candle in _candles)
        {
            var isDue = candle.Builder.Symbol == symbol && at.Ms >= candle.NextMs;
            if (isDue && candle.Builder.Current is { } kline && kline.Start >= candle.FirstStart)
            {
                candle.NextMs = at.Ms + EveryMs;
                yield return new KlineChanged(symbol, candle.Builder.Interval, kline) { At = at };
            }
        }
    }

    private sealed class Forming(KlineBuilder builder, long firstStart)
    {
        public KlineBuilder Builder { get; } = builder;

        /// <summary>Start of the first whole candle.</summary>
        public long FirstStart { get; } = firstStart;
        public long NextMs { get; set; }
    }
}
