using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Import;
using StrategyHost.Storage.Ticks;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Storage.Tests;

/// <summary>Recorded archives; the expected numbers are those of the data's own README.</summary>
public sealed class SharedDataTests
{
    [SharedTheory]
    [InlineData("BTCUSDT2024-07-18.csv.gz", "BTCUSDT", 10_701)]
    [InlineData("APEUSDT2024-10-18.csv.gz", "APEUSDT", 45_342)]
    public void Recorded_trades_have_the_stated_count(string file, string symbol, int count)
    {
        var read = TradeCsv.Read(SharedFolder.Path("data", "ticks", file));
        Assert.Null(read.Error);
        Assert.Equal((symbol, count, 0L), (read.Data!.Symbol.Name, read.Data.Count, read.Stats.Duplicates));
    }

    [SharedTheory]
    [InlineData("SOLUSDT-5m-20231101-20241230.csv.gz", 122_688, "5m")]
    [InlineData("BTCUSDT-1m-20250504-20250603.csv.gz", 43_199, "1m")]
    [InlineData("BTCUSDT-5m-20250403-20250702.csv.gz", 25_920, "5m")]
    public void Recorded_candles_have_the_stated_count_and_no_gap(string file, int count, string interval)
    {
        var tape = MarketTapeLoader.Load([SharedFolder.Path("data", "klines", file)]).Value;
        var klines = Assert.Single(tape.Symbols[0].Klines);
        Assert.Equal((count, interval), (klines.Count, klines.Interval.ToString()));
        Assert.Equal(0, SeriesCheck.Missing(klines));
    }

    [SharedFact]
    public void Recorded_book_has_no_gap_and_never_crosses()
    {
        var read = BookArchive.ReadAll(SharedFolder.Path("data", "ticks", "2024-07-18_BTCUSDT_ob200.data.gz"));
        Assert.Null(read.Error);
        Assert.Equal((1 + 4_697, 0L), (read.Data!.Count, read.Stats.Gaps));
        var book = new OrderBook(new Symbol("BTCUSDT"), 200);
        foreach (var update in read.Data)
        {
            Assert.True(book.Apply(update).IsApplied);
            Assert.True(book.BestBid!.Value.Price < book.BestAsk!.Value.Price);
            Assert.InRange(book.Bids.Count, 1, 200);
        }
    }

    [SharedFact]
    public void Benchmark_candles_have_the_stated_count() =>
        Assert.Equal(525_600, KlineCsv.Read(SharedFolder.Path("bench", "w1-klines.csv.gz"), new Symbol("BTCUSDT")).Strict().Value.Count);

    [SharedFact]
    public void Five_minute_candles_built_from_recorded_minutes_follow_the_aggregation_law()
    {
        var path = SharedFolder.Path("data", "klines", "BTCUSDT-1m-20250504-20250603.csv.gz");
        var minutes = KlineCsv.Read(path, new Symbol("BTCUSDT")).Strict().Value;
        var builder = new KlineBuilder(minutes.Symbol, new Interval(5));
        var built = new Dictionary<long, Kline>();
        for (var i = 0; i < minutes.Count; i++)
        {
            var (open, high, low) = (minutes.Open[i], minutes.High[i], minutes.Low[i]);
            builder.AddKline(new Kline(minutes.Start[i], open, high, low, minutes.Close[i], minutes.Volume[i], 0));
            while (builder.TryClose(minutes.Start[i] + 60_000, out var closed))
            {
                built.Add(closed.Start, closed);
            }
        }

        var groups = Enumerable.Range(0, minutes.Count).GroupBy(i => minutes.Start[i] / 300_000 * 300_000);
        foreach (var group in groups.Where(g => built.ContainsKey(g.Key)))
        {
            var (high, low) = (group.Max(i => minutes.High[i]), group.Min(i => minutes.Low[i]));
            var expected = new Kline(group.Key, minutes.Open[group.First()], high, low,
                minutes.Close[group.Last()], group.Sum(i => minutes.Volume[i]), 0);
            Assert.Equal(expected, built[group.Key]);
        }

        Assert.InRange(built.Count, 43_199 / 5, (43_199 / 5) + 1);
    }

    [SharedFact]
    public void Recorded_files_survive_import_unchanged()
    {
        using var folder = new TempFolder();
        string[] sources =
        [
            SharedFolder.Path("data", "ticks", "BTCUSDT2024-07-18.csv.gz"),
            SharedFolder.Path("data", "ticks", "2024-07-18_BTCUSDT_ob200.data.gz"),
        ];
        Assert.True(Importer.Import(sources, folder.Root).IsOk);
        var (expected, actual) = (MarketTapeLoader.Load(sources).Value, MarketTapeLoader.Load([folder.Root]).Value);
        Assert.Equal(Ticks.SampleSeries.Text(expected.Symbols[0]), Ticks.SampleSeries.Text(actual.Symbols[0]));
    }
}
