using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Emulator.Markets;

namespace StrategyHost.Emulator.Streams;

/// <summary>
/// One depth of one symbol's book as subscribers know it. Update ids rise by one with each change. Depth 1 knows only snapshots, sent again
/// after three quiet seconds (Bybit V5 orderbook stream, read 2026-07-24).
/// </summary>
internal sealed class PublishedBook(Symbol symbol, int depth)
{
    private const long RepeatMs = 3000;
    private const long FirstUpdateId = 1000;
    private BookLevel[] _bids = [];
    private BookLevel[] _asks = [];
    private long _seq;
    private long _sentMs;

    public int Depth { get; } = depth;
    public string Topic { get; } = $"orderbook.{depth}.{symbol.Name}";
    public long UpdateId { get; private set; } = FirstUpdateId;
    public long ChangedMs { get; private set; }

    /// <summary>Takes the book as it is now; the message for subscribers, null when they have it already.</summary>
    public JsonObject? Update(BookSnapshot book, long seq, long nowMs)
    {
        var bids = Cut(book.BidLevels);
        var asks = Cut(book.AskLevels);
        if (bids.AsSpan().SequenceEqual(_bids) && asks.AsSpan().SequenceEqual(_asks))
        {
            return Depth == 1 && nowMs - _sentMs >= RepeatMs ? Snapshot(nowMs) : null;
        }

        var changes = (Bids: Changes(_bids, bids, descending: true), Asks: Changes(_asks, asks, descending: false));
        (_bids, _asks, _seq, ChangedMs) = (bids, asks, seq, nowMs);
        UpdateId++;
        return Depth == 1 ? Snapshot(nowMs) : Message("delta", changes.Bids, changes.Asks, nowMs);
    }

    public JsonObject Snapshot(long nowMs)
    {
        _sentMs = nowMs;
        return Message("snapshot", _bids, _asks, nowMs);
    }

    /// <summary>The REST form, at most so many levels a side.</summary>
    public JsonObject Rest(int limit, long nowMs) => new()
    {
        ["s"] = symbol.Name,
        ["b"] = Levels(_bids.Take(limit)),
        ["a"] = Levels(_asks.Take(limit)),
        ["ts"] = nowMs,
        ["u"] = UpdateId,
        ["seq"] = _seq,
        ["cts"] = Math.Max(ChangedMs, nowMs - 1),
    };

    private JsonObject Message(string type, IEnumerable<BookLevel> bids, IEnumerable<BookLevel> asks, long nowMs) => new()
    {
        ["topic"] = Topic,
        ["type"] = type,
        ["ts"] = nowMs,
        ["data"] = new JsonObject
        {
            ["s"] = symbol.Name,
            ["b"] = Levels(bids),
            ["a"] = Levels(asks),
            ["u"] = UpdateId,
            ["seq"] = _seq,
        },
        ["cts"] = ChangedMs,
    };

    private BookLevel[] Cut(BookLevel[] side) => side.Length <= Depth ? side : side[..Depth];

    /// <summary>What turns one side into the other; size zero deletes. Both are sorted best first.</summary>
    private static List<BookLevel> Changes(BookLevel[] from, BookLevel[] to, bool descending)
    {
        var changes = new List<BookLevel>();
        var (i, j) = (0, 0);
        while (i < from.Length || j < to.Length)
        {
            var order = i == from.Length ? 1 : j == to.Length ? -1 : descending
                ? to[j].Price.CompareTo(from[i].Price)
                : from[i].Price.CompareTo(to[j].Price);
            if (order < 0)
            {
                changes.Add(from[i++] with { Size = 0 });
            }
            else if (order > 0)
            {
                changes.Add(to[j++]);
            }
            else
            {
                if (from[i++].Size != to[j].Size)
                {
                    changes.Add(to[j]);
                }

                j++;
            }
        }

        return changes;
    }

    private static JsonArray Levels(IEnumerable<BookLevel> levels) =>
        [.. levels.Select(l => (JsonNode)new JsonArray(new Price(l.Price).ToString(), new Quantity(l.Size).ToString()))];
}
