using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Ticks;
using Interval = StrategyHost.Core.MarketData.Interval;

namespace StrategyHost.Storage.Tests.Ticks;

/// <summary>Small tapes with every kind of series, and a comparison of tapes by content.</summary>
internal static class SampleSeries
{
    private static readonly Symbol Btc = new("BTCUSDT");

    /// <summary>Any longs as columns of each kind; times rise, as the importers guarantee.</summary>
    public static Arbitrary<SymbolTape> Any { get; } = Arb.From(
        from numbers in ArbMap.Default.GeneratorFor<long[]>()
        from bits in Gen.Choose(0, 63)
        select Of(numbers, bits));

    public static SymbolTape Of(long[] numbers, int bits = 63)
    {
        long At(int i) => numbers[i % numbers.Length];
        var n = numbers.Length;
        long[] time = [.. Enumerable.Range(0, n).Select(i => 1_700_000_000_000 + (i * 60_000L))];
        long[] Column(int shift) => [.. Enumerable.Range(shift, n).Select(At)];
        BookLevel[] Levels(int i, int count) => [.. Enumerable.Range(i, count).Select(k => new BookLevel(At(k), At(k + 1)))];
        double[] turnover = [.. numbers.Select(x => x / 7.0)];
        BookUpdate Book(long t, int i) => new(Btc, new Timestamp(t), i == 0, At(i), Levels(i, i % 4), Levels(i, i % 3));
        return new SymbolTape
        {
            Symbol = Btc,
            Trades = (bits & 1) == 0 || n == 0
                ? null
                : new TradeBlock(Btc, time, Column(0), Column(1), [.. numbers.Select(x => (sbyte)(x < 0 ? -1 : 1))]),
            Klines = (bits & 2) == 0 || n == 0
                ? []
                : [new KlineBlock(Btc, new Interval(1), time, Column(1), Column(2), Column(3), Column(4), Column(5), turnover)],
            Book = (bits & 4) == 0 ? [] : [.. time.Select(Book)],
            Tickers = (bits & 8) == 0 || n == 0 ? null : new TickerBlock(Btc, time, Column(2), Column(4)),
            Funding = (bits & 16) == 0 ? [] : [.. time.Select((t, i) => new FundingRate(t, At(i) / 1e30))],
            Gaps = (bits & 32) == 0 ? [] : [.. time.Select((t, i) => new GapMark(t, t + i, (GapReason)(i % 4)))],
        };
    }

    public static void Write(string path, SymbolTape tape, bool isSynthetic = false)
    {
        using var writer = new TickSegmentWriter(path, tape.Symbol, isSynthetic);
        TapeWriter.Write(writer, tape);
        writer.Complete();
    }

    /// <summary>Everything that a tape holds, as text: two tapes are the same when these are.</summary>
    public static string Text(SymbolTape tape)
    {
        static string Row<T>(IEnumerable<T> values) => string.Join(',', values) + "\n";
        return tape.Symbol + "\n"
            + (tape.Trades is { } t ? Row(t.Time) + Row(t.Price) + Row(t.Size) + Row(t.Side) : "-\n")
            + string.Concat(tape.Klines.Select(k => k.Interval + Row(k.Start) + Row(k.Open) + Row(k.High) + Row(k.Low) + Row(k.Close)
                + Row(k.Volume) + Row(k.Turnover.Select(BitConverter.DoubleToInt64Bits))))
            + string.Concat(tape.Book.Select(b => $"{b.Time.Ms} {b.IsSnapshot} {b.UpdateId} {Row(b.Bids)}{Row(b.Asks)}"))
            + (tape.Tickers is { } m ? Row(m.Time) + Row(m.Mark) + Row(m.Index) : "-\n")
            + Row(tape.Funding.Select(f => $"{f.Time} {BitConverter.DoubleToInt64Bits(f.Rate)}"))
            + Row(tape.Gaps);
    }
}
