using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Import;

namespace StrategyHost.Storage.Ticks;

/// <summary>Counts gaps, duplicates and disorder of series that are already in memory: a segment says nothing about them itself.</summary>
internal static class SeriesCheck
{
    public static ReadStats Count(SymbolTape tape)
    {
        var total = new Tally { Rows = tape.Events + tape.Funding.Length };
        if (tape.Trades is { } trades)
        {
            total = total.Add(trades.Time, step => step > TradeCsv.GapMs, countEqual: false);
        }

        foreach (var klines in tape.Klines)
        {
            total = total.Add(klines.Start, step => step > klines.Interval.Ms, countEqual: true);
            total.MissingCandles += Missing(klines);
        }

        var lastId = -1L;
        var lastTime = long.MinValue;
        foreach (var update in tape.Book)
        {
            total.Gaps += !update.IsSnapshot && update.UpdateId != lastId + 1 ? 1 : 0;
            total.Disorder += update.Time.Ms < lastTime ? 1 : 0;
            lastId = update.UpdateId;
            lastTime = update.Time.Ms;
        }

        return new ReadStats
        {
            Rows = total.Rows,
            Gaps = total.Gaps + tape.Gaps.Count,
            MissingCandles = total.MissingCandles,
            Duplicates = total.Duplicates,
            Disorder = total.Disorder,
        };
    }

    public static long Missing(KlineBlock klines) => klines.Count == 0
        ? 0
        : ((klines.Start[^1] - klines.Start[0]) / klines.Interval.Ms) + 1 - klines.Count;

    private struct Tally
    {
        public long Rows;
        public long Gaps;
        public long MissingCandles;
        public long Duplicates;
        public long Disorder;

        public readonly Tally Add(long[] time, Func<long, bool> isGap, bool countEqual)
        {
            var next = this;
            for (var i = 1; i < time.Length; i++)
            {
                var step = time[i] - time[i - 1];
                next.Gaps += isGap(step) ? 1 : 0;
                next.Disorder += step < 0 ? 1 : 0;
                next.Duplicates += countEqual && step == 0 ? 1 : 0;
            }

            return next;
        }
    }
}
