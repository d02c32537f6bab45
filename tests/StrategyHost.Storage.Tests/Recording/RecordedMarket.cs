using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Storage.Recording;

namespace StrategyHost.Storage.Tests.Recording;

/// <summary>
/// A random market of two symbols that is recorded with everything that interrupts a recording, and what must be found in the segments
/// afterwards. Times rise strictly; the first row after each interruption is a book snapshot.
/// </summary>
internal sealed class RecordedMarket(string folder, int seed) : IDisposable
{
    private static readonly RecorderOptions Options = new() { SegmentMs = 60_000, FlushMs = 0, BookDepth = 5 };
    private readonly Random _random = new(seed);
    private readonly Expected[] _symbols = [new("AAAUSDT"), new("BBBUSDT")];
    private SegmentRecorder? _recorder;
    private long _now = 1_700_000_000_000;

    public IReadOnlyList<Expected> Symbols => _symbols;

    public void Run(int steps)
    {
        Start();
        for (var i = 0; i < steps; i++)
        {
            Pass();
            switch (_random.Next(40))
            {
                case 0:
                    Disconnect();
                    break;
                case 1:
                    _recorder!.Stop(At);
                    _recorder.Dispose();
                    Pass();
                    Start();
                    break;
                case 2:
                    Kill();
                    break;
                case 3:
                    LoseBook(Any());
                    break;
                case < 10:
                    _recorder!.PassTime(At);
                    break;
                default:
                    Say(Any());
                    break;
            }
        }

        _recorder!.Stop(At);
    }

    public void Dispose() => _recorder?.Dispose();

    private Timestamp At => new(_now);

    private Expected Any() => _symbols[_random.Next(2)];

    private void Pass() => _now += 1 + _random.Next(9_000);

    private void Start()
    {
        var opened = SegmentRecorder.Open(folder, [.. _symbols.Select(s => s.Symbol)], Options, At);
        _recorder = opened.Value;
        foreach (var symbol in _symbols)
        {
            Pass();
            symbol.HostDown(_now);
            Snapshot(symbol);
        }
    }

    private void Kill()
    {
        _recorder!.PassTime(At); // what waited is handed over, so that nothing may be lost
        var unfinished = Directory.GetFiles(folder, "*.part").Select(Path.GetFileName).ToList();
        _recorder.Dispose();
        Pass();
        foreach (var symbol in _symbols.Where(s => unfinished.Exists(f => f!.StartsWith(s.Symbol.Name, StringComparison.Ordinal))))
        {
            symbol.HostDown(_now);
            symbol.LastMs = symbol.KnownMs = _now; // known to be missing
        }

        Start();
    }

    private void Disconnect()
    {
        _recorder!.Take(new LinkNews(Link.Public, null, LinkState.Down, At, "test"));
        Pass();
        foreach (var symbol in _symbols)
        {
            // As the adapter does: each topic says so as well.
            _recorder.Take(new GapNews(GapKind.Book, new Timestamp(symbol.LastBookMs)) { Symbol = symbol.Symbol, At = At });
            _recorder.Take(new GapNews(GapKind.Ticker, At) { Symbol = symbol.Symbol, At = At });
        }

        _recorder.Take(new LinkNews(Link.Public, null, LinkState.Up, At, "test"));
        foreach (var symbol in _symbols)
        {
            Pass();
            symbol.Missing(symbol.LastMs, _now, GapReason.Disconnected);
            Snapshot(symbol);
        }
    }

    private void LoseBook(Expected symbol)
    {
        var from = symbol.LastBookMs;
        _recorder!.Take(new GapNews(GapKind.Book, new Timestamp(from)) { Symbol = symbol.Symbol, At = At });
        Pass();
        symbol.Missing(from, _now, GapReason.UpdateIdJump);
        Snapshot(symbol);
    }

    private void Say(Expected symbol)
    {
        switch (_random.Next(5))
        {
            case 0:
                Trades(symbol);
                break;
            case 1:
                var (mark, index) = (new Price(_random.Next(1, 3)), new Price(_random.Next(1, 3)));
                Tell(new TickerNews { Symbol = symbol.Symbol, At = At, Mark = mark, Index = index });
                symbol.Ticker(_now, mark.Units, index.Units);
                break;
            case 2:
                var kline = new Kline(_now - 60_000, 2, 4, 1, 3, _random.Next(9), _random.NextDouble());
                Tell(new KlineNews(new Interval(1), kline, IsClosed: true) { Symbol = symbol.Symbol, At = At });
                symbol.Klines.Add(kline);
                symbol.LastMs = _now;
                symbol.KnownMs = Math.Max(symbol.KnownMs ?? 0, kline.Start);
                break;
            default:
                Book(symbol, new BookUpdate(symbol.Symbol, At, false, symbol.LastId + 1, Levels(-1, true), Levels(1, true)));
                break;
        }
    }

    private void Trades(Expected symbol)
    {
        var count = 1 + _random.Next(3);
        var trades = new TradeBlock(symbol.Symbol, new long[count], new long[count], new long[count], new sbyte[count]);
        for (var i = 0; i < count; i++)
        {
            (trades.Time[i], trades.Price[i], trades.Size[i]) = (_now, _random.Next(90, 110), _random.Next(1, 9));
            trades.Side[i] = (sbyte)(_random.Next(2) == 0 ? 1 : -1);
            symbol.Trades.Add((trades.Time[i], trades.Price[i], trades.Size[i], trades.Side[i]));
            _now += _random.Next(2);
        }

        Tell(new TradesNews(trades) { Symbol = symbol.Symbol, At = At });
        symbol.Row(trades.Time[^1]);
    }

    private void Snapshot(Expected symbol) =>
        Book(symbol, new BookUpdate(symbol.Symbol, At, true, symbol.LastId + 7, Levels(-1, false), Levels(1, false)));

    private void Book(Expected symbol, BookUpdate update)
    {
        Tell(new BookNews(update) { Symbol = symbol.Symbol, At = At });
        symbol.Book.Add(update);
        (symbol.LastId, symbol.LastBookMs) = (update.UpdateId, _now);
        symbol.Row(_now);
    }

    private BookLevel[] Levels(int side, bool withDeletes) =>
    [
        .. Enumerable.Range(1, 4).Where(_ => _random.Next(2) == 0)
            .Select(distance => new BookLevel(100 + (side * distance), _random.Next(withDeletes ? 0 : 1, 5))),
    ];

    private void Tell(MarketNews news)
    {
        _recorder!.Take(news);
        Xunit.Assert.Null(_recorder.Error);
    }

    /// <summary>What was said of one symbol.</summary>
    internal sealed class Expected(string name)
    {
        public Symbol Symbol { get; } = new(name);
        public List<(long, long, long, sbyte)> Trades { get; } = [];
        public List<BookUpdate> Book { get; } = [];
        public List<(long Time, long Mark, long Index)> Tickers { get; } = [];
        public List<Kline> Klines { get; } = [];
        public List<(long FromMsMin, GapMark Mark)> Gaps { get; } = [];
        public long LastId { get; set; }
        public long LastBookMs { get; set; }

        /// <summary>The last row of any kind; a candle counts with its end.</summary>
        public long? LastMs { get; set; }

        /// <summary>Up to here the files tell everything, at least; a candle counts with its start, an unchanged ticker not at all.</summary>
        public long? KnownMs { get; set; }

        public void Row(long ms) => LastMs = KnownMs = ms;

        /// <summary>Only changes are recorded.</summary>
        public void Ticker(long ms, long mark, long index)
        {
            LastMs = ms;
            if (Tickers.Count == 0 || (Tickers[^1].Mark, Tickers[^1].Index) != (mark, index))
            {
                Tickers.Add((ms, mark, index));
                KnownMs = ms;
            }
        }

        public void Missing(long? fromMs, long toMs, GapReason reason)
        {
            if (fromMs is { } from)
            {
                Gaps.Add((from, new GapMark(from, toMs, reason)));
            }
        }

        /// <summary>
        /// Begins somewhere between the last row that is in a file and the last one that was heard: which rows a new segment repeats is
        /// its own business.
        /// </summary>
        public void HostDown(long toMs)
        {
            if (KnownMs is { } known)
            {
                Gaps.Add((known, new GapMark(Math.Max(known, LastMs ?? known), toMs, GapReason.HostDown)));
            }
        }
    }
}
