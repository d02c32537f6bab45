using System.Text.Json;
using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Market;

/// <summary>
/// The order book's updates, checked by a book of its own: a missing update id or a crossed book is told as a gap, and a new subscription
/// fetches a snapshot. A repeated update is dropped.
/// </summary>
internal sealed class BookTopic(Symbol symbol, int depth) : MarketTopic(symbol)
{
    private readonly OrderBook _book = new(symbol, depth);
    private Timestamp? _last;

    public override Taken Take(ReadOnlySpan<byte> message)
    {
        var row = JsonSerializer.Deserialize(message, BybitJson.Default.BookMessage) ?? new StreamMessage<BookRow>();
        var read = MarketCodec.Book(row);
        if (!read.IsOk)
        {
            _book.Invalidate();
            return Taken.Lost(read.Errors);
        }

        var update = read.Value;
        if (!update.IsSnapshot && _book.IsValid && update.UpdateId <= _book.UpdateId)
        {
            return Taken.Nothing; // told before; the level-1 stream repeats itself as well
        }

        var from = _last;
        switch (_book.Apply(update).Outcome)
        {
            case BookOutcome.Applied:
                _last = update.Time;
                return Taken.Of(new BookNews(update)
                {
                    Symbol = Symbol,
                    At = update.Time,
                });
            case BookOutcome.Gap or BookOutcome.Crossed:
                return Taken.Lost([], Gap(GapKind.Book, from ?? update.Time, update.Time));
            case BookOutcome.AwaitingSnapshot:
                return from is null ? Taken.Lost([]) : Taken.Nothing; // it was asked for when the book was lost
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    public override IReadOnlyList<MarketNews> Reconnected()
    {
        _book.Invalidate();
        return _last is { } last ? [Gap(GapKind.Book, last, last)] : [];
    }
}
