using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Storage.RunTapes;

/// <summary>
/// Market inputs as bytes: what the kernel reads of them and no more. Of a book that is the best prices, of a trade time and price, of a
/// candle start, high, low and close; what scripts make of the rest is in their recorded answers. Each record is a difference from the one
/// before it, so they can only be read from a fresh start on. Not thread-safe.
/// </summary>
internal sealed class RunTapeEncoder(Func<Symbol, long> stepOf)
{
    private readonly Dictionary<Symbol, (int Number, TapeSymbol State)> _symbols = [];
    private long _seq;
    private long _at;

    public TapeBytes Bytes { get; private set; } = new();

    /// <summary>Takes away what was written so far; what comes continues it.</summary>
    public TapeBytes Swap(TapeBytes empty)
    {
        var full = Bytes;
        Bytes = empty;
        return full;
    }

    /// <summary>The next record can be read without those before it.</summary>
    public void Reset()
    {
        _symbols.Clear();
        (_seq, _at) = (0, 0);
    }

    public void Add(long seq, EngineInput input)
    {
        switch (input)
        {
            case TradesPrinted trades when trades.To - trades.From == 1:
                var of = Begin(TapeRecord.Trade, seq, input, trades.Block.Symbol);
                Trade(of, trades, trades.From);
                break;
            case TradesPrinted trades:
                Several(seq, trades);
                break;
            case BookChanged book:
                Book(seq, book);
                break;
            case MarkChanged mark:
                Mark(Begin(TapeRecord.Mark, seq, input, mark.Symbol), mark);
                break;
            case KlinesClosed klines:
                Klines(seq, klines);
                break;
            case KlineChanged kline:
                Begin(TapeRecord.OpenKline, seq, input, kline.Symbol);
                Bytes.Unsigned((ulong)kline.Interval.Minutes);
                Bytes.Signed(kline.Kline.Start - _at);
                break;
            default:
                throw new UnreachableException($"{input.GetType().Name} is no market data");
        }
    }

    /// <summary>Inputs from this step on could not be kept.</summary>
    public void Gap(long seq, long count) => Note(TapeMark.Gap, seq, count);

    /// <summary>The run ended in order with this step.</summary>
    public void End(long seq) => Note(TapeMark.End, seq, 0);

    private void Note(TapeMark mark, long seq, long value)
    {
        Step(TapeRecord.Other, seq, _at, 0);
        Bytes.Byte((int)mark);
        Bytes.Signed(value);
    }

    private void Several(long seq, TradesPrinted trades)
    {
        var of = Known(trades.Block.Symbol, out var number);
        Step(TapeRecord.Other, seq, trades.At.Ms, number);
        Bytes.Byte((int)TapeMark.Trades);
        Bytes.Unsigned((ulong)(trades.To - trades.From));
        for (var i = trades.From; i < trades.To; i++)
        {
            Trade(of, trades, i);
        }
    }

    private void Trade(TapeSymbol of, TradesPrinted trades, int row)
    {
        of.Write(Bytes, of.Traded, trades.Block.Price[row]);
        of.Traded = trades.Block.Price[row];
        Bytes.Signed(_at - trades.Block.Time[row]);
    }

    private void Book(long seq, BookChanged book)
    {
        var state = Known(book.Symbol, out _);
        var bid = book.Bids.Count > 0 ? book.Bids[0].Price : 0;
        var ask = book.Asks.Count > 0 ? book.Asks[0].Price : 0;
        if (state.Bid == bid && state.Ask == ask)
        {
            Begin(TapeRecord.SameBook, seq, book, book.Symbol);
            return;
        }

        Begin(TapeRecord.Book, seq, book, book.Symbol);
        state.Write(Bytes, state.Bid, bid);
        state.Write(Bytes, state.Ask, ask);
        (state.Bid, state.Ask) = (bid, ask);
    }

    /// <summary>Two bits a value: null, as before, or written.</summary>
    private void Mark(TapeSymbol of, MarkChanged mark)
    {
        Bytes.Byte(Bits(mark.Mark?.Units, of.Mark) | (Bits(mark.Index?.Units, of.Index) << 2)
            | (Bits(mark.FundingRate, of.Funding) << 4) | (Bits(mark.NextFunding?.Ms, of.NextFunding) << 6));
        of.Mark = Price(of, mark.Mark?.Units, of.Mark);
        of.Index = Price(of, mark.Index?.Units, of.Index);
        if (Bits(mark.FundingRate, of.Funding) == 2)
        {
            Bytes.Double(mark.FundingRate!.Value); // 2 says that it has one
            of.Funding = mark.FundingRate;
        }

        if (Bits(mark.NextFunding?.Ms, of.NextFunding) == 2)
        {
            Bytes.Signed(mark.NextFunding!.Value.Ms - _at); // as above
            of.NextFunding = mark.NextFunding.Value.Ms;
        }
    }

    private long? Price(TapeSymbol of, long? now, long? before)
    {
        if (Bits(now, before) != 2)
        {
            return before;
        }

        of.Write(Bytes, before ?? 0, now!.Value); // 2 says that it has one
        return now;
    }

    private static int Bits<T>(T? now, T? before)
        where T : struct => now is null ? 0 : now.Equals(before) ? 1 : 2;

    private void Klines(long seq, KlinesClosed klines)
    {
        foreach (var range in klines.Series)
        {
            Known(range.Block.Symbol, out _); // names come before the record
        }

        Step(TapeRecord.Klines, seq, klines.At.Ms, 0);
        Bytes.Byte((klines.Warming ? 1 : 0) | (klines.Late ? 2 : 0));
        Bytes.Unsigned((ulong)klines.Series.Count);
        foreach (var range in klines.Series)
        {
            var of = Known(range.Block.Symbol, out var number);
            Bytes.Unsigned((ulong)number);
            Bytes.Unsigned(((ulong)range.Block.Interval.Minutes << 1) | (range.Drives ? 1UL : 0UL));
            Bytes.Unsigned((ulong)(range.To - range.From));
            for (var i = range.From; i < range.To; i++)
            {
                Bytes.Signed(range.Block.Start[i] - of.KlineStart);
                of.KlineStart = range.Block.Start[i];
                of.Write(Bytes, of.Traded, range.Block.Close[i]);
                of.Traded = range.Block.Close[i];
                of.Write(Bytes, of.Traded, range.Block.High[i]);
                of.Write(Bytes, of.Traded, range.Block.Low[i]);
            }
        }
    }

    private TapeSymbol Begin(TapeRecord kind, long seq, EngineInput input, Symbol symbol)
    {
        var state = Known(symbol, out var number);
        Step(kind, seq, input.At.Ms, number);
        return state;
    }

    /// <summary>
    /// First byte: kind (3 bits), whether it is the next step (1), whether its time is that before it (1), number of the symbol (3; 7: it
    /// follows). Then what those bits leave open.
    /// </summary>
    private void Step(TapeRecord kind, long seq, long at, int symbol)
    {
        var isNext = seq == _seq + 1;
        var isSame = at == _at;
        Bytes.Byte((int)kind | (isNext ? 8 : 0) | (isSame ? 16 : 0) | (Math.Min(symbol, 7) << 5));
        if (!isNext)
        {
            Bytes.Signed(seq - _seq);
        }

        if (!isSame)
        {
            Bytes.Signed(at - _at);
        }

        if (symbol >= 7)
        {
            Bytes.Unsigned((ulong)symbol);
        }

        (_seq, _at) = (seq, at);
    }

    private TapeSymbol Known(Symbol symbol, out int number)
    {
        if (!_symbols.TryGetValue(symbol, out var known))
        {
            known = (_symbols.Count, new TapeSymbol(symbol, Math.Max(1, stepOf(symbol))));
            _symbols.Add(symbol, known);
            Bytes.Byte((int)TapeRecord.Name);
            Bytes.Text(symbol.Name);
            Bytes.Unsigned((ulong)known.State.Step);
        }

        number = known.Number;
        return known.State;
    }
}
