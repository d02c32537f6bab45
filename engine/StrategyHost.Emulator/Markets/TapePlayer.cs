using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Emulator.Trading;

namespace StrategyHost.Emulator.Markets;

/// <summary>
/// Plays one symbol of a tape: trades, book, mark and index in their recorded order and distance, stamped with the time of playing. Candles
/// without trades become four prints: open, the extremes, close. At the end of the tape the market stands still.
/// </summary>
internal sealed class TapePlayer
{
    /// <summary>Events played in one step at most; a tape that is too fast falls behind instead of stopping everything else.</summary>
    private const int EventsPerStepMax = 20_000;

    private readonly SymbolTape _tape;
    private readonly TradeBlock? _trades;
    private readonly OrderBook _book;
    private readonly double _speed;
    private double _positionMs;
    private int _nextTrade;
    private int _nextBook;
    private int _nextTicker;

    public TapePlayer(SymbolTape tape, double speed)
    {
        (_tape, _speed) = (tape, speed);
        _trades = tape.Trades is { Count: > 0 } trades ? trades : OfCandles(tape);
        _book = new OrderBook(tape.Symbol, 1000);
        _positionMs = new[]
        {
            _trades is { Count: > 0 } prints ? prints.Time[0] : long.MaxValue,
            tape.Book.Count > 0 ? tape.Book[0].Time.Ms : long.MaxValue,
        }.Min();
    }

    /// <summary>Price of the first trade, or the middle of the first book; null for an empty tape.</summary>
    public static long? FirstPrice(SymbolTape tape)
    {
        if (tape.Trades is { Count: > 0 } trades)
        {
            return trades.Price[0];
        }

        return tape.Klines.FirstOrDefault(k => k.Count > 0) is { } candles ? candles.Open[0]
            : tape.Book is [{ Bids: [var bid, ..], Asks: [var ask, ..] }, ..] ? bid.Price + ((ask.Price - bid.Price) / 2) : null;
    }

    /// <summary>Plays what lies in the next real milliseconds.</summary>
    public void Play(TradingFloor floor, SymbolMarket market, (long ElapsedMs, long NowMs) time, Func<long, BookSnapshot> bookAround)
    {
        _positionMs += time.ElapsedMs * _speed;
        for (var played = 0; played < EventsPerStepMax; played++)
        {
            var (bookMs, tradeMs, tickerMs) = (BookMs, TradeMs, TickerMs);
            var next = Math.Min(bookMs, Math.Min(tradeMs, tickerMs));
            if (next > _positionMs)
            {
                return;
            }

            if (next == bookMs)
            {
                Book(floor, market, time.NowMs);
            }
            else if (next == tickerMs)
            {
                Ticker(floor, market);
            }
            else
            {
                Trade(floor, market, time.NowMs, bookAround);
            }
        }

        _positionMs = Math.Min(_positionMs, Math.Min(BookMs, Math.Min(TradeMs, TickerMs)));
    }

    private long BookMs => _nextBook < _tape.Book.Count ? _tape.Book[_nextBook].Time.Ms : long.MaxValue;
    private long TradeMs => _trades is { } t && _nextTrade < t.Count ? t.Time[_nextTrade] : long.MaxValue;
    private long TickerMs => _tape.Tickers is { } t && _nextTicker < t.Count ? t.Time[_nextTicker] : long.MaxValue;

    private void Book(TradingFloor floor, SymbolMarket market, long nowMs)
    {
        _book.Apply(_tape.Book[_nextBook++]);
        if (_book is not { IsValid: true, BestBid: { } bid, BestAsk: { } ask })
        {
            return;
        }

        floor.SetBook(market, new BookSnapshot([.. _book.Bids.Levels], [.. _book.Asks.Levels]));
        if (_trades is null && (market.Last < bid.Price || market.Last > ask.Price))
        {
            // Nothing was recorded that traded: the smallest trades keep the last price inside the spread.
            var rises = market.Last < bid.Price;
            floor.Print(market, (nowMs, rises ? bid.Price : ask.Price, market.Instrument.MinQty.Units), rises ? Side.Sell : Side.Buy);
        }
    }

    private void Ticker(TradingFloor floor, SymbolMarket market)
    {
        var (mark, index) = (_tape.Tickers!.Mark[_nextTicker], _tape.Tickers.Index[_nextTicker]); // TickerMs found one
        _nextTicker++;
        floor.SetReference(market, mark == 0 ? null : mark, index == 0 ? null : index);
    }

    private void Trade(TradingFloor floor, SymbolMarket market, long nowMs, Func<long, BookSnapshot> bookAround)
    {
        var (price, size, side) = (_trades!.Price[_nextTrade], _trades.Size[_nextTrade], _trades.Side[_nextTrade]); // TradeMs found one
        _nextTrade++;
        if (_tape.Book.Count == 0)
        {
            var tick = market.Instrument.TickSize.Units;
            market.Book = bookAround(side > 0 ? Math.Max(price - tick, tick) : price);
        }

        floor.Print(market, (nowMs, price, size), side > 0 ? Side.Buy : Side.Sell);
    }

    /// <summary>Four prints a candle: open, first the extreme nearer the open, then the other, close.</summary>
    private static TradeBlock? OfCandles(SymbolTape tape)
    {
        if (tape.Klines.FirstOrDefault(k => k.Count > 0) is not { } candles)
        {
            return null;
        }

        var count = candles.Count * 4;
        var (time, price, size, side) = (new long[count], new long[count], new long[count], new sbyte[count]);
        for (var i = 0; i < candles.Count; i++)
        {
            var candle = candles[i];
            var highFirst = candle.High - candle.Open < candle.Open - candle.Low;
            long[] path = [candle.Open, highFirst ? candle.High : candle.Low, highFirst ? candle.Low : candle.High, candle.Close];
            for (var part = 0; part < 4; part++)
            {
                var at = (i * 4) + part;
                time[at] = candle.Start + (part * candles.Interval.Ms / 4);
                price[at] = path[part];
                size[at] = candle.Volume / 4;
                side[at] = part > 0 && path[part] < path[part - 1] ? (sbyte)-1 : (sbyte)1;
            }
        }

        return new TradeBlock(tape.Symbol, time, price, size, side);
    }
}
