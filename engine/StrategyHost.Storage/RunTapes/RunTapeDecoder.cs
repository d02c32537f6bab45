using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.RunTapes;

/// <summary>One market input of a run with the number of its step; or a mark without one.</summary>
internal readonly record struct TapeEntry(long Seq, EngineInput? Input, TapeMark Mark, long Value);

/// <summary>
/// The other direction of <see cref="RunTapeEncoder"/>. What was not kept comes back as nothing: sizes are 0, sides buys, an open is the
/// close. Throws <see cref="InvalidDataException"/> for bytes that no encoder wrote.
/// </summary>
internal sealed class RunTapeDecoder
{
    private readonly List<TapeSymbol> _symbols = [];
    private TapeCursor _from = new(default);
    private long _seq;
    private long _at;

    public void Reset()
    {
        _symbols.Clear();
        (_seq, _at) = (0, 0);
    }

    public IEnumerable<TapeEntry> Read(ReadOnlyMemory<byte> records)
    {
        _from = new TapeCursor(records);
        while (!_from.IsAtEnd)
        {
            var head = _from.Byte();
            var kind = (TapeRecord)(head & 7);
            if (kind == TapeRecord.Name)
            {
                var (name, step) = (_from.Text(), (long)_from.Unsigned());
                _symbols.Add(new TapeSymbol(new Symbol(name), step > 0 ? step : throw new InvalidDataException($"{name} has no tick")));
                continue;
            }

            _seq = (head & 8) != 0 ? _seq + 1 : _seq + _from.Signed();
            _at = (head & 16) != 0 ? _at : _at + _from.Signed();
            yield return Entry(kind, head >> 5 == 7 ? checked((int)_from.Unsigned()) : head >> 5);
        }
    }

    private TapeEntry Entry(TapeRecord kind, int symbol)
    {
        var at = new Timestamp(_at);
        switch (kind)
        {
            case TapeRecord.Trade:
                return Input(new TradesPrinted(Trades(Of(symbol), 1), 0, 1) { At = at });
            case TapeRecord.Book:
                var of = Of(symbol);
                of.Bid = of.Read(_from, of.Bid);
                of.Ask = of.Read(_from, of.Ask);
                return Input(Book(of, at));
            case TapeRecord.SameBook:
                return Input(Book(Of(symbol), at));
            case TapeRecord.Mark:
                return Input(Mark(Of(symbol), at));
            case TapeRecord.Klines:
                return Input(Klines(at));
            case TapeRecord.OpenKline:
                var (interval, start) = (new Interval(checked((int)_from.Unsigned())), _at + _from.Signed());
                return Input(new KlineChanged(Of(symbol).Symbol, interval, new Kline(start, 0, 0, 0, 0, 0, 0)) { At = at });
            default:
                return Other((TapeMark)_from.Byte(), symbol, at);
        }
    }

    private TapeEntry Other(TapeMark mark, int symbol, Timestamp at)
    {
        if (mark is TapeMark.Gap or TapeMark.End)
        {
            return new TapeEntry(_seq, null, mark, _from.Signed());
        }

        var count = mark == TapeMark.Trades ? Count() : throw new InvalidDataException($"there is no record of kind {mark}");
        return Input(new TradesPrinted(Trades(Of(symbol), count), 0, count) { At = at });
    }

    private TapeEntry Input(EngineInput input) => new(_seq, input, default, 0);

    private TapeSymbol Of(int number) =>
        number < _symbols.Count ? _symbols[number] : throw new InvalidDataException($"symbol {number} has no name");

    /// <summary>So many rows are said to follow; each takes a byte at least.</summary>
    private int Count() => _from.Unsigned() is <= RunTapeFormat.BlockMax and var count
        ? (int)count : throw new InvalidDataException("a number of rows is out of range");

    private TradeBlock Trades(TapeSymbol of, int count)
    {
        var (time, price) = (new long[count], new long[count]);
        for (var i = 0; i < count; i++)
        {
            price[i] = of.Traded = of.Read(_from, of.Traded);
            time[i] = _at - _from.Signed();
        }

        return new TradeBlock(of.Symbol, time, price, new long[count], new sbyte[count]);
    }

    private static BookChanged Book(TapeSymbol of, Timestamp at) => new(of.Symbol, Side(of.Bid), Side(of.Ask)) { At = at };

    private static BookLevel[] Side(long price) => price == 0 ? [] : [new BookLevel(price, 0)];

    private MarkChanged Mark(TapeSymbol of, Timestamp at)
    {
        var bits = _from.Byte();
        of.Mark = Price(of, bits & 3, of.Mark);
        of.Index = Price(of, (bits >> 2) & 3, of.Index);
        of.Funding = ((bits >> 4) & 3) == 2 ? _from.Double() : of.Funding;
        of.NextFunding = bits >> 6 == 2 ? _at + _from.Signed() : of.NextFunding;
        return new MarkChanged(
            of.Symbol,
            (bits & 3) == 0 ? null : new Price(of.Mark ?? 0),
            ((bits >> 2) & 3) == 0 ? null : new Price(of.Index ?? 0),
            ((bits >> 4) & 3) == 0 ? null : of.Funding,
            bits >> 6 == 0 ? null : new Timestamp(of.NextFunding ?? 0))
        {
            At = at,
        };
    }

    private long? Price(TapeSymbol of, int bits, long? before) => bits == 2 ? of.Read(_from, before ?? 0) : before;

    private KlinesClosed Klines(Timestamp at)
    {
        var flags = _from.Byte();
        var series = new KlineRange[Count()];
        for (var s = 0; s < series.Length; s++)
        {
            var of = Of(checked((int)_from.Unsigned()));
            var interval = _from.Unsigned();
            var klines = new Kline[Count()];
            for (var i = 0; i < klines.Length; i++)
            {
                of.KlineStart += _from.Signed();
                var close = of.Traded = of.Read(_from, of.Traded);
                var (high, low) = (of.Read(_from, close), of.Read(_from, close));
                klines[i] = new Kline(of.KlineStart, close, high, low, close, 0, 0);
            }

            var block = KlineBlocks.Of(of.Symbol, new Interval(checked((int)(interval >> 1))), klines);
            series[s] = new KlineRange(block, 0, klines.Length) { Drives = (interval & 1) != 0 };
        }

        return new KlinesClosed(series) { At = at, Warming = (flags & 1) != 0, Late = (flags & 2) != 0 };
    }
}
