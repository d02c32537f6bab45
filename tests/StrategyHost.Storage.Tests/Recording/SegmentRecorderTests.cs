using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Storage.Recording;
using StrategyHost.Storage.Ticks;
using Xunit;

namespace StrategyHost.Storage.Tests.Recording;

public sealed class SegmentRecorderTests : IDisposable
{
    /// <summary>2023-11-14T22:00:00Z.</summary>
    private const long Hour = 1_699_999_200_000;
    private static readonly Symbol Btc = new("BTCUSDT");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recorded_news_are_read_back_by_the_loader_whatever_interrupted_the_recording() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), seed =>
        {
            var folder = Directory.CreateDirectory(_folder.Path(Guid.NewGuid().ToString())).FullName;
            using var market = new RecordedMarket(folder, seed);
            market.Run(steps: 150);
            var tape = MarketTapeLoader.Load([folder]).Value;
            foreach (var said in market.Symbols)
            {
                var read = tape.Symbols.Single(s => s.Symbol == said.Symbol);
                Assert.Equal(said.Trades, Trades(read));
                Assert.Equal(said.Klines, read.Klines.SelectMany(k => Enumerable.Range(0, k.Count).Select(i => k[i])));
                Assert.Equal(said.Tickers, Changes(read.Tickers));
                Assert.Equal(said.Book.Select(Text), WithoutRepeats(read.Book).Select(Text));
                Assert.All(said.Gaps.OrderBy(g => (g.Mark.ToMs, g.Mark.FromMs)).Zip(read.Gaps.OrderBy(g => (g.ToMs, g.FromMs))), AssertSame);
                Assert.Equal(said.Gaps.Count, read.Gaps.Count);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void Each_segment_can_be_read_alone() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var folder = Directory.CreateDirectory(_folder.Path(Guid.NewGuid().ToString())).FullName;
        using var market = new RecordedMarket(folder, seed);
        market.Run(steps: 80);
        foreach (var file in Directory.GetFiles(folder, "*.ticks"))
        {
            var tape = MarketTapeLoader.Load([file]).Value.Symbols[0];
            var book = new OrderBook(tape.Symbol, 5);
            Assert.All(tape.Book, update => Assert.Equal(BookOutcome.Applied, book.Apply(update).Outcome));
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public void Segment_ends_with_the_hour_and_the_next_begins_with_the_whole_book()
    {
        using var recorder = Open();
        recorder.Take(Book(Hour + 5, 1, isSnapshot: true, bid: 90));
        recorder.Take(Book(Hour + 3_599_999, 2, isSnapshot: false, bid: 91));
        recorder.Take(Trade(Hour + 3_600_000));
        recorder.Take(Book(Hour + 3_600_300, 3, isSnapshot: false, bid: 92));
        recorder.Stop(new Timestamp(Hour + 3_601_000));

        Assert.Equal(
            ["BTCUSDT-all-20231114T220000.ticks", "BTCUSDT-all-20231114T230000.ticks"],
            recorder.Segments.Select(s => Path.GetFileName(s.File)));
        Assert.Equal([2, 3], recorder.Segments.Select(s => s.Rows));
        var second = Read(recorder.Segments[1].File).Book;
        Assert.Equal([(Hour + 3_600_000, true, 2L), (Hour + 3_600_300, false, 3L)], second.Select(b => (b.Time.Ms, b.IsSnapshot, b.UpdateId)));
        Assert.Equal([91L, 90L], second[0].Bids.Select(b => b.Price));
    }

    [Fact]
    public void Book_that_stands_still_for_hours_is_no_overlap()
    {
        using var recorder = Open();
        recorder.Take(Book(Hour + 5, 1, isSnapshot: true, bid: 90));
        for (var hour = 0; hour < 3; hour++)
        {
            recorder.Take(Trade(Hour + 10 + (hour * 3_600_000L)));
        }

        recorder.Stop(new Timestamp(Hour + 10_000_000));
        Assert.Equal(3, Load().Book.Count);
    }

    [Fact]
    public void Segment_ends_by_the_clock_where_no_news_come()
    {
        using var recorder = Open();
        recorder.Take(Trade(Hour + 5));
        recorder.PassTime(new Timestamp(Hour + 3_599_999));
        Assert.Empty(recorder.Segments);
        recorder.PassTime(new Timestamp(Hour + 3_605_000));
        Assert.Single(recorder.Segments);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(200)]
    public void Killed_recorder_loses_only_what_was_not_handed_over(int tornBytes)
    {
        using (var killed = Open())
        {
            killed.Take(Trade(Hour + 5));
            killed.Take(Trade(Hour + 6));
            killed.PassTime(new Timestamp(Hour + 5_000));
            killed.Take(Trade(Hour + 5_001));
        }

        var part = Assert.Single(Directory.GetFiles(_folder.Root, "*.part"));
        using (var torn = new FileStream(part, FileMode.Append))
        {
            torn.Write(new byte[tornBytes]);
        }

        using var next = Open(Hour + 90_000);
        var saved = Assert.Single(next.Segments);
        Assert.True(saved is { IsSalvaged: true, Rows: 2, Gaps: 1 });
        Assert.Equal(new FileInfo(saved.File).Length, saved.Bytes);
        Assert.Empty(Directory.GetFiles(_folder.Root, "*.part"));
        Assert.Equal([new GapMark(Hour + 6, Hour + 90_000, GapReason.HostDown)], Load().Gaps);
    }

    [Fact]
    public void Unfinished_file_without_a_whole_block_is_removed()
    {
        var part = _folder.Write("BTCUSDT-all-20231114T220000.ticks.recording.part", [1, 2, 3]);
        using var recorder = Open();
        Assert.Empty(recorder.Segments);
        Assert.False(File.Exists(part));
    }

    [Fact]
    public void Unfinished_file_of_an_import_is_left_alone()
    {
        var part = _folder.Write("BTCUSDT-trades-20231114T220000.ticks.part", [1, 2, 3]);
        using var recorder = Open();
        Assert.True(File.Exists(part));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public void Full_disk_ends_the_recording_and_keeps_what_was_written(long room)
    {
        var options = new RecorderOptions { FlushMs = 1, OpenFile = path => new FullDisk(path, room) };
        using var recorder = SegmentRecorder.Open(_folder.Root, [Btc], options, new Timestamp(Hour)).Value;
        for (var i = 1; i < 1_000; i++)
        {
            recorder.Take(Trade(Hour + (10 * i)));
            recorder.PassTime(new Timestamp(Hour + (10 * i)));
        }

        Assert.Equal("unwritable", recorder.Error?.Rule);
        Assert.Contains("No space left", recorder.Error?.Message, StringComparison.Ordinal);
        recorder.Stop(new Timestamp(Hour + 20_000));
        recorder.Dispose();
        using var next = Open(Hour + 30_000);
        var rows = recorder.Segments.Concat(next.Segments).Sum(s => s.Rows);
        Assert.Equal(Math.Max(0, (room - 64) / (64 + 32)), rows); // whole blocks of one trade each
        Assert.Equal(rows, rows == 0 ? 0 : Load().Trades!.Count);
    }

    [Fact]
    public void Folder_belongs_to_one_recorder()
    {
        using var first = Open();
        Assert.Equal("held", SegmentRecorder.Open(_folder.Root, [Btc], new RecorderOptions(), new Timestamp(Hour)).Errors[0].Rule);
    }

    [Fact]
    public void Trades_older_than_those_recorded_are_left_out_and_counted()
    {
        using (var first = Open())
        {
            first.Take(Trade(Hour + 500));
            first.Stop(new Timestamp(Hour + 600));
        }

        using var second = Open(Hour + 700);
        second.Take(Trade(Hour + 499));
        second.Take(Trade(Hour + 800));
        second.Stop(new Timestamp(Hour + 900));
        Assert.Equal((1L, 1L), (second.Counts[0].LeftOut, second.Counts[0].Trades));
        Assert.Equal([Hour + 500, Hour + 800], Load().Trades!.Time);
    }

    [Fact]
    public void Funding_is_settled_at_the_rate_announced_last_before_the_stamp()
    {
        using var recorder = Open();
        recorder.Take(Ticker(Hour + 3_590_000, Hour + 3_600_000, 0.0001));
        recorder.Take(Ticker(Hour + 3_599_999, Hour + 3_600_000, 0.0002));
        recorder.Take(Ticker(Hour + 3_600_100, Hour + 7_200_000, 0.0003));
        recorder.Take(Ticker(Hour + 7_300_000, Hour + 10_800_000, 0.0004)); // an hour of silence: the rate may have moved
        recorder.Stop(new Timestamp(Hour + 7_400_000));
        Assert.Equal([new FundingRate(Hour + 3_600_000, 0.0002)], Load().Funding);
    }

    [Fact]
    public void News_that_were_dropped_on_the_way_are_a_gap()
    {
        using var recorder = Open();
        recorder.Take(Trade(Hour + 500));
        recorder.Lost();
        recorder.Take(Trade(Hour + 900));
        recorder.Stop(new Timestamp(Hour + 1_000));
        Assert.Equal([new GapMark(Hour + 500, Hour + 900, GapReason.Unknown)], Load().Gaps);
    }

    [Fact]
    public void Gap_that_is_open_at_the_end_ends_with_the_recording()
    {
        using var recorder = Open();
        recorder.Take(Trade(Hour + 500));
        recorder.Take(new LinkNews(Link.Public, null, LinkState.Down, new Timestamp(Hour + 600), "test"));
        recorder.Stop(new Timestamp(Hour + 1_000));
        Assert.Equal([new GapMark(Hour + 500, Hour + 1_000, GapReason.Disconnected)], Load().Gaps);
    }

    private SegmentRecorder Open(long nowMs = Hour) =>
        SegmentRecorder.Open(_folder.Root, [Btc], new RecorderOptions(), new Timestamp(nowMs)).Value;

    private SymbolTape Load() => MarketTapeLoader.Load([_folder.Root]).Value.Symbols.Single();

    private static SymbolTape Read(string file) => MarketTapeLoader.Load([file]).Value.Symbols.Single();

    private static TradesNews Trade(long ms) => new(new TradeBlock(Btc, [ms], [100], [1], [1])) { Symbol = Btc, At = new Timestamp(ms) };

    private static BookNews Book(long ms, long id, bool isSnapshot, long bid)
    {
        var update = new BookUpdate(Btc, new Timestamp(ms), isSnapshot, id, [new BookLevel(bid, 1)], [new BookLevel(100, 1)]);
        return new BookNews(update) { Symbol = Btc, At = update.Time };
    }

    private static TickerNews Ticker(long ms, long nextMs, double rate) => new()
    {
        Symbol = Btc,
        At = new Timestamp(ms),
        Mark = new Price(100),
        FundingRate = rate,
        NextFunding = new Timestamp(nextMs),
    };

    private static IEnumerable<(long, long, long, sbyte)> Trades(SymbolTape tape) => tape.Trades is not { } t
        ? [] : Enumerable.Range(0, t.Count).Select(i => (t.Time[i], t.Price[i], t.Size[i], t.Side[i]));

    // Each segment shows the ticker as it stands.
    private static IEnumerable<(long Time, long Mark, long Index)> Changes(TickerBlock? tickers)
    {
        (long, long)? shown = null;
        for (var i = 0; i < (tickers?.Count ?? 0); i++)
        {
            if (shown != (tickers!.Mark[i], tickers.Index[i]))
            {
                shown = (tickers.Mark[i], tickers.Index[i]);
                yield return (tickers.Time[i], tickers.Mark[i], tickers.Index[i]);
            }
        }
    }

    // Each segment shows the book as it stands, under the update id that it has.
    private static IEnumerable<BookUpdate> WithoutRepeats(IReadOnlyList<BookUpdate> book) =>
        book.Where((update, i) => i == 0 || !update.IsSnapshot || update.UpdateId != book[i - 1].UpdateId);

    private static string Text(BookUpdate update) =>
        $"{update.Time.Ms} {update.IsSnapshot} {update.UpdateId} {string.Join(',', update.Bids)} {string.Join(',', update.Asks)}";

    private static void AssertSame(((long FromMsMin, GapMark Mark) Said, GapMark Read) pair)
    {
        Assert.Equal((pair.Said.Mark.ToMs, pair.Said.Mark.Reason), (pair.Read.ToMs, pair.Read.Reason));
        Assert.InRange(pair.Read.FromMs, pair.Said.FromMsMin, pair.Said.Mark.FromMs);
    }

    /// <summary>A file on a disk with so much room, and a little more once something was cut off.</summary>
    private sealed class FullDisk(string path, long room) : FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0)
    {
        private long _room = room;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Position + buffer.Length > _room)
            {
                base.Write(buffer[..(int)Math.Max(0, _room - Position)]);
                throw new IOException("No space left on device");
            }

            base.Write(buffer);
        }

        public override void SetLength(long value)
        {
            base.SetLength(value);
            _room += 200;
        }
    }
}
