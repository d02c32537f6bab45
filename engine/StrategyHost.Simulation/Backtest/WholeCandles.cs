using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// Leaves out built candles of which the data hold only a part: the first, where the data begin inside it, and those in which a recording
/// has a marked gap. A strategy would take them for whole ones. What is left out is said.
/// </summary>
internal sealed class WholeCandles(SymbolTape data)
{
    /// <summary>
    /// The first trade comes a little after a candle's start even where nothing is missing: 1 % of the candle, and a second at least.
    /// </summary>
    private const long LateMsMin = 1000;
    private const long LateShare = 100;
    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Warnings => _warnings;

    public KlineBlock OfTrades(KlineBlock built)
    {
        var begin = data.CoveredFromMs ?? data.Trades!.Time[0]; // candles were built from them
        return Of(built, begin, Math.Max(LateMsMin, built.Interval.Ms / LateShare));
    }

    public KlineBlock OfCandles(KlineBlock built, KlineBlock parts) => Of(built, parts.Start[0], 0);

    private KlineBlock Of(KlineBlock built, long beginMs, long lateMs)
    {
        var isPartial = built.Count > 0 && beginMs - built.Start[0] > lateMs;
        if (isPartial)
        {
            _warnings.Add($"{built.Symbol}: the {built.Interval} candle of {new Timestamp(built.Start[0])} was left out: "
                + $"the data begin inside it, at {new Timestamp(beginMs)}");
        }

        var kept = Enumerable.Range(isPartial ? 1 : 0, built.Count - (isPartial ? 1 : 0)).Where(i => !IsInGap(built, i)).ToArray();
        var inGaps = built.Count - (isPartial ? 1 : 0) - kept.Length;
        if (inGaps > 0)
        {
            _warnings.Add($"{built.Symbol}: {inGaps} {built.Interval} candles were left out: the recording has gaps in them");
        }

        return kept.Length == built.Count ? built : Pick(built, kept);
    }

    private bool IsInGap(KlineBlock built, int index)
    {
        var start = built.Start[index];
        return data.Gaps.Count > 0 && data.Gaps.Any(g => g.ToMs > start && g.FromMs < start + built.Interval.Ms);
    }

    private static KlineBlock Pick(KlineBlock block, int[] rows)
    {
        long[] Column(long[] column) => [.. rows.Select(r => column[r])];
        return new KlineBlock(
            block.Symbol, block.Interval, Column(block.Start), Column(block.Open), Column(block.High), Column(block.Low),
            Column(block.Close), Column(block.Volume), [.. rows.Select(r => block.Turnover[r])]);
    }
}
