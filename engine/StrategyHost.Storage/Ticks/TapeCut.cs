using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Ticks;

/// <summary>The part of a tape with from ≤ time &lt; to; candles count with their start.</summary>
public static class TapeCut
{
    public static SymbolTape Between(SymbolTape tape, Timestamp? from, Timestamp? to)
    {
        if (from is null && to is null)
        {
            return tape;
        }

        var (fromMs, toMs) = (from?.Ms ?? long.MinValue, to?.Ms ?? long.MaxValue);
        var trades = tape.Trades is { } t ? Join.Slice(t, Join.Rows(t.Time, fromMs, toMs)) : null;
        var tickers = tape.Tickers is { } c ? Join.Slice(c, Join.Rows(c.Time, fromMs, toMs)) : null;
        return tape with
        {
            Trades = trades is { Count: > 0 } ? trades : null,
            Klines = [.. tape.Klines.Select(k => Join.Slice(k, Join.Rows(k.Start, fromMs, toMs))).Where(k => k.Count > 0)],
            Tickers = tickers is { Count: > 0 } ? tickers : null,
            Book = Book(tape, fromMs, toMs),
            Funding = [.. tape.Funding.Where(f => f.Time >= fromMs && f.Time < toMs)],
            CoveredFromMs = tape.Trades is { Count: > 0 } all && all.Time[0] < fromMs ? fromMs : tape.CoveredFromMs,
            Gaps = [.. tape.Gaps.Where(g => g.ToMs > fromMs && g.FromMs < toMs)],
        };
    }

    // Deltas after the cut need the state before it: the book so far becomes the first snapshot.
    private static List<BookUpdate> Book(SymbolTape tape, long fromMs, long toMs)
    {
        var updates = tape.Book;
        var first = 0;
        var book = new OrderBook(tape.Symbol, 1000);
        for (; first < updates.Count && updates[first].Time.Ms < fromMs; first++)
        {
            book.Apply(updates[first]);
        }

        var kept = new List<BookUpdate>();
        if (first > 0 && first < updates.Count && book.IsValid && !updates[first].IsSnapshot)
        {
            kept.Add(new BookUpdate(tape.Symbol, new Timestamp(fromMs), true, book.UpdateId, [.. book.Bids], [.. book.Asks]));
        }

        for (; first < updates.Count && updates[first].Time.Ms < toMs; first++)
        {
            kept.Add(updates[first]);
        }

        return kept;
    }
}
