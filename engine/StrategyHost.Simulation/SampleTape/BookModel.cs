using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.SampleTape;

/// <summary>
/// A 50-level order book around the fair price: the best level on the 0.1 tick, the others on a grid of 0.5, thinner where pressure pushes
/// against them. Emits one snapshot, then deltas with rising update ids, exactly what changed and nothing else.
/// </summary>
internal sealed class BookModel(Symbol symbol, Prng prng)
{
    public const int Depth = 50;
    private const int GridTicks = 5;
    private SortedDictionary<long, long> _bids = [];
    private SortedDictionary<long, long> _asks = [];
    private long _updateId;

    /// <summary>The book at a moment, as the change since the last call.</summary>
    public BookUpdate Update(long timeMs, long bidTick, double pressure)
    {
        var bids = Side(_bids, bidTick, -1, 1 + (0.7 * pressure));
        var asks = Side(_asks, bidTick + 1, +1, 1 - (0.7 * pressure));
        var isSnapshot = _updateId == 0;
        var update = new BookUpdate(symbol, new Timestamp(timeMs), isSnapshot, ++_updateId,
            Changes(_bids, bids, descending: true), Changes(_asks, asks, descending: false));
        (_bids, _asks) = (bids, asks);
        return update;
    }

    private SortedDictionary<long, long> Side(SortedDictionary<long, long> before, long best, int away, double weight)
    {
        var side = new SortedDictionary<long, long> { [best] = Size(before, best, 3 * weight, 0.5) };
        // First grid price strictly beyond the best one.
        var tick = away < 0 ? (best - 1) / GridTicks * GridTicks : (best + GridTicks) / GridTicks * GridTicks;
        for (var level = 1; level < Depth; level++, tick += away * GridTicks)
        {
            side[tick] = Size(before, tick, 1 + (level * 0.08) + weight, 0.06);
        }

        return side;
    }

    // Most levels rest; some are resized in each update. In lots of 0.001.
    private long Size(SortedDictionary<long, long> before, long tick, double mean, double changeChance) =>
        before.TryGetValue(tick, out var size) && !prng.Chance(changeChance) ? size : 1 + (long)(mean * 1000 * prng.NextExponential());

    private static BookLevel[] Changes(SortedDictionary<long, long> before, SortedDictionary<long, long> after, bool descending)
    {
        var changes = new List<BookLevel>();
        changes.AddRange(before.Keys.Where(tick => !after.ContainsKey(tick)).Select(tick => Level(tick, 0)));
        changes.AddRange(after.Where(l => !before.TryGetValue(l.Key, out var size) || size != l.Value).Select(l => Level(l.Key, l.Value)));
        changes.Sort((a, b) => descending ? b.Price.CompareTo(a.Price) : a.Price.CompareTo(b.Price));
        return [.. changes];
    }

    private static BookLevel Level(long tick, long lots) =>
        new(tick * SampleTapeGenerator.TickUnits, lots * SampleTapeGenerator.LotUnits);
}
