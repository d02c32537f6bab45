using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Storage.Recording;

/// <summary>
/// The recording of one symbol, a segment after the other. Throws IOException for trouble with the disk.
/// 1. Each series is in order of time, over all segments: older trades and tickers are left out and counted, an older book update, whose
/// place in the sequence is certain, takes the time of the one before it. 2. The book of each segment begins with a snapshot. 3. A file is
/// opened by the first row that goes into it.
/// </summary>
internal sealed class SymbolRecorder
{
    private readonly string _folder;
    private readonly RecorderOptions _options;
    private readonly RowBuffers _rows;
    private readonly GapLog _gaps = new();
    private readonly FundingWatch _funding = new();
    private readonly OrderBook _book;
    private readonly LastRows _before;
    private readonly Dictionary<Interval, long> _lastKline = [];
    private OpenSegment? _open;
    private (long Mark, long Index) _shown;
    private long _lastTradeMs;
    private long _lastTickerMs;
    private long _lastBookMs;
    private long _finishedBytes;
    private long _endMs = long.MinValue;

    public SymbolRecorder(string folder, Symbol symbol, RecorderOptions options)
    {
        (_folder, _options, _rows, _book) = (folder, options, new RowBuffers(symbol), new OrderBook(symbol, options.BookDepth));
        _before = LastRows.Of(folder, symbol);
        (_lastTradeMs, _lastTickerMs) = (_before.Trades, _before.Tickers);
        // Later than what is there already: two recordings of one quiet book must not look like one file twice.
        _lastBookMs = _before.Book == long.MinValue ? long.MinValue : _before.Book + 1;
        Counts = new RecordedCounts(symbol);
        if (_before.KnownToMs is { } known)
        {
            _gaps.Since(known, GapReason.HostDown);
        }
    }

    public RecordedCounts Counts { get; private set; }

    private Symbol Symbol => _book.Symbol;

    public void Take(MarketNews news)
    {
        switch (news)
        {
            case TradesNews { Trades.Count: > 0 } trades:
                Take(trades.Trades);
                break;
            case BookNews { Update: var update }:
                Take(update);
                break;
            case TickerNews ticker:
                Take(ticker);
                break;
            case KlineNews { IsClosed: true } kline:
                Take(kline);
                break;
            case GapNews gap:
                Miss(gap);
                break;
        }

        if (_rows.IsFull)
        {
            Flush();
        }
    }

    public void LinkDown()
    {
        _gaps.LinkDown();
        _book.Invalidate();
    }

    public void LinkUp() => _gaps.LinkUp();

    /// <summary>News were lost on the way here: nothing is known until the next rows.</summary>
    public void Lost()
    {
        if (_gaps.LastRowMs is { } last)
        {
            _gaps.Since(last, GapReason.Unknown);
        }

        _book.Invalidate();
    }

    /// <summary>Hands all that waits to the operating system.</summary>
    public void Flush()
    {
        if (_open is not { } open)
        {
            return;
        }

        ShowBook(open, _gaps.LastRowMs ?? open.BeginMs);
        _rows.WriteTo(open.Writer);
        var gaps = _gaps.Take();
        open.Writer.Add(gaps);
        open.Gaps += gaps.Count;
        open.Writer.Flush();
        Counts = Counts with { Gaps = Counts.Gaps + gaps.Count, Bytes = _finishedBytes + open.Writer.Length };
    }

    /// <summary>Ends the segment when its time is over; null: it is not, or there is none.</summary>
    public RecordedSegment? RotateIfDue(long nowMs) => _open is not null && nowMs >= _endMs ? Complete() : null;

    /// <summary>Ends the recording.</summary>
    public RecordedSegment? Stop(long nowMs)
    {
        _gaps.End(nowMs);
        return Complete();
    }

    /// <summary>After a failed write: completes what is on the disk, or leaves it to be salvaged.</summary>
    public RecordedSegment? GiveUp()
    {
        if (_open is not { } open)
        {
            return null;
        }

        _open = null;
        try
        {
            if (open.Writer.Length <= SegmentFormat.HeaderBytes)
            {
                open.Writer.Dispose(); // not one block: the file goes
                return null;
            }

            open.Writer.DropTornBlock();
            open.Writer.Complete();
            return Salvage.Describe(open.Path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            open.Writer.Abandon();
            return null;
        }
    }

    /// <summary>Leaves the segment as it is on the disk, as a process that is killed does.</summary>
    public void Abandon()
    {
        _open?.Writer.Abandon();
        _open = null;
    }

    /// <summary>The row's time that decides which segment it belongs to; null: news that are no row.</summary>
    public static long? RowMs(MarketNews news) => news switch
    {
        TradesNews { Trades.Count: > 0 } trades => trades.Trades.Time[0],
        BookNews book => book.Update.Time.Ms,
        TickerNews ticker => ticker.At.Ms,
        KlineNews { IsClosed: true } kline => kline.Kline.Start + kline.Interval.Ms - 1,
        _ => null,
    };

    private void Take(TradeBlock trades)
    {
        var old = trades.Time.TakeWhile(t => t < _lastTradeMs).Count();
        Counts = Counts with { LeftOut = Counts.LeftOut + old };
        if (old == trades.Count)
        {
            return;
        }

        var fresh = Join.Slice(trades, old..trades.Count);
        Open(fresh.Time[0]).Row(fresh.Time[0], fresh.Time[^1], fresh.Count);
        _rows.Add(fresh);
        _lastTradeMs = fresh.Time[^1];
        _gaps.Row(GapKind.Trades, fresh.Time[0]); // the first one ends a gap
        _gaps.Row(GapKind.Trades, fresh.Time[^1]);
        Counts = Counts with { Trades = Counts.Trades + fresh.Count };
    }

    private void Take(BookUpdate update)
    {
        var at = Math.Max(update.Time.Ms, _lastBookMs);
        var open = Open(at);
        if (!update.IsSnapshot)
        {
            ShowBook(open, at);
        }

        var outcome = _book.Apply(update).Outcome;
        if (outcome is BookOutcome.Gap or BookOutcome.Crossed)
        {
            _gaps.Missing(GapKind.Book, _lastBookMs);
        }

        if (outcome != BookOutcome.Applied)
        {
            return;
        }

        open.IsBookShown = true;
        open.Row(at, at, 1);
        open.Writer.Add(at == update.Time.Ms ? update : update with { Time = new Timestamp(at) });
        _lastBookMs = at;
        _gaps.Row(GapKind.Book, at);
        Counts = Counts with { BookUpdates = Counts.BookUpdates + 1 };
    }

    private void Take(TickerNews news)
    {
        var at = news.At.Ms;
        if (at < _lastTickerMs)
        {
            Counts = Counts with { LeftOut = Counts.LeftOut + 1 };
            return;
        }

        var open = Open(at);
        if (_funding.Take(news) is { } settled && settled.Time > _before.Funding)
        {
            _rows.Add(settled);
            open.Row(at, at, 1);
        }

        (long Mark, long Index) now = (news.Mark?.Units ?? 0, news.Index?.Units ?? 0);
        if (now != _shown || !open.IsTickerShown)
        {
            _rows.Add(at, now.Mark, now.Index);
            open.Row(at, at, 1);
            open.IsTickerShown = true;
            (_shown, _lastTickerMs) = (now, at);
            Counts = Counts with { Tickers = Counts.Tickers + 1 };
        }

        _gaps.Row(GapKind.Ticker, at);
    }

    private void Take(KlineNews news)
    {
        if (news.Kline.Start <= _lastKline.GetValueOrDefault(news.Interval, _before.Klines(news.Interval.Minutes)))
        {
            return;
        }

        var start = news.Kline.Start;
        Open(start).Row(start, start + news.Interval.Ms, 1);
        _rows.Add(news.Interval, news.Kline);
        _lastKline[news.Interval] = start;
        _gaps.Row(GapKind.Klines, start + news.Interval.Ms);
        Counts = Counts with { Klines = Counts.Klines + 1 };
    }

    private void Miss(GapNews gap)
    {
        _gaps.Missing(gap.Kind, gap.From.Ms);
        if (gap.Kind == GapKind.Book)
        {
            _book.Invalidate();
        }
    }

    // The book as it stood when the segment began, before the first change in it: not later than that, not earlier than the last before.
    private void ShowBook(OpenSegment open, long beforeMs)
    {
        if (!open.IsBookShown && _book.IsValid)
        {
            var at = Math.Max(_lastBookMs, Math.Min(open.BeginMs, beforeMs));
            open.Writer.Add(new BookUpdate(Symbol, new Timestamp(at), true, _book.UpdateId, [.. _book.Bids], [.. _book.Asks]));
            open.IsBookShown = true;
            open.Row(at, at, 1);
            _lastBookMs = at;
        }
    }

    private OpenSegment Open(long rowMs)
    {
        if (_open is { } open)
        {
            return open;
        }

        // A late row belongs before the segment's nominal begin; the book's snapshot stands at that begin all the same.
        var beginMs = Math.Max(rowMs, _endMs);
        _endMs = (beginMs / _options.SegmentMs * _options.SegmentMs) + _options.SegmentMs;
        var path = SegmentNames.Free(_folder, Symbol, rowMs);
        var writer = new TickSegmentWriter(path, _options.OpenFile(path + SegmentNames.Unfinished), _options.BookDepth);
        _open = new OpenSegment(path, writer, beginMs);
        writer.Begin(Symbol, _options.IsSynthetic);
        return _open;
    }

    private RecordedSegment? Complete()
    {
        if (_open is not { } open)
        {
            return null;
        }

        Flush();
        open.Writer.Complete();
        _open = null;
        _finishedBytes += open.Writer.Length;
        Counts = Counts with { Bytes = _finishedBytes };
        return open.Done(Symbol);
    }

    private sealed class OpenSegment(string path, TickSegmentWriter writer, long beginMs)
    {
        private long _fromMs = long.MaxValue;
        private long _toMs = long.MinValue;
        private long _rows;

        public string Path => path;
        public TickSegmentWriter Writer => writer;
        public long BeginMs => beginMs;
        public bool IsBookShown { get; set; }
        public bool IsTickerShown { get; set; }
        public int Gaps { get; set; }

        public void Row(long fromMs, long toMs, int rows) =>
            (_fromMs, _toMs, _rows) = (Math.Min(_fromMs, fromMs), Math.Max(_toMs, toMs), _rows + rows);

        public RecordedSegment Done(Symbol symbol) => new(path, symbol, new Timestamp(_fromMs), new Timestamp(_toMs))
        {
            Rows = _rows,
            Gaps = Gaps,
            Bytes = writer.Length,
        };
    }
}
