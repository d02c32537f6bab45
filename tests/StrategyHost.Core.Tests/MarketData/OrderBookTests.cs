using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Core.Tests.MarketData;

public sealed class OrderBookTests
{
    private static readonly Symbol Btc = new("BTCUSDT");

    private static BookUpdate Update(bool snapshot, long id, (long P, long S)[] bids, (long P, long S)[] asks) =>
        new(Btc, new Timestamp(id * 100), snapshot, id, Levels(bids), Levels(asks));

    private static BookLevel[] Levels((long P, long S)[] levels) => [.. levels.Select(l => new BookLevel(l.P, l.S))];

    private static OrderBook Filled(int depth = 200)
    {
        var book = new OrderBook(Btc, depth);
        book.Apply(Update(true, 7, [(98, 1), (100, 5), (99, 2)], [(102, 3), (101, 4), (103, 9)]));
        return book;
    }

    [Fact]
    public void Snapshot_replaces_everything_and_sorts_best_first()
    {
        var book = Filled();
        Assert.Equal([100L, 99, 98], book.Bids.Select(l => l.Price));
        Assert.Equal([101L, 102, 103], book.Asks.Select(l => l.Price));
        Assert.True(book.Apply(Update(true, 1, [(50, 1)], [(60, 1)])).IsApplied);
        Assert.Equal([50L], book.Bids.Select(l => l.Price));
        Assert.Equal(new Price(55), book.Mid);
        Assert.Equal(1, book.UpdateId);
    }

    [Fact]
    public void Delta_sets_replaces_and_deletes_levels_and_ignores_absent_deletes()
    {
        var book = Filled();
        Assert.True(book.Apply(Update(false, 8, [(100, 0), (99, 7), (97, 6), (12, 0)], [(101, 0)])).IsApplied);
        Assert.Equal([new BookLevel(99, 7), new BookLevel(98, 1), new BookLevel(97, 6)], book.Bids.ToArray());
        Assert.Equal(new BookLevel(102, 3), book.BestAsk);
        Assert.Equal(6, book.Bids.SizeAt(97));
        Assert.Equal(0, book.Bids.SizeAt(100));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(1)]
    public void Delta_that_does_not_continue_is_a_gap_until_the_next_snapshot(long id)
    {
        var book = Filled();
        Assert.Equal(new BookApplied(BookOutcome.Gap, 8, id), book.Apply(Update(false, id, [], [])));
        Assert.False(book.IsValid);
        Assert.Null(book.BestBid);
        Assert.Equal(BookOutcome.AwaitingSnapshot, book.Apply(Update(false, 8, [], [])).Outcome);
        Assert.True(book.Apply(Update(true, 1, [(1, 1)], [(2, 1)])).IsApplied);
        Assert.True(book.Apply(Update(false, 2, [], [])).IsApplied);
    }

    [Theory]
    [InlineData(101)]
    [InlineData(105)]
    public void Bid_that_reaches_the_ask_invalidates_the_book(long bid)
    {
        var book = Filled();
        Assert.Equal(BookOutcome.Crossed, book.Apply(Update(false, 8, [(bid, 1)], [])).Outcome);
        Assert.False(book.IsValid);
        Assert.Null(book.Mid);
    }

    [Fact]
    public void Levels_beyond_the_depth_fall_off()
    {
        var book = Filled(depth: 2);
        Assert.Equal([100L, 99], book.Bids.Select(l => l.Price));
        book.Apply(Update(false, 8, [], [(100_0, 1), (101, 0)]));
        Assert.Equal([102L, 1000], book.Asks.Select(l => l.Price));
    }

    [Fact]
    public void Book_equals_a_sorted_dictionary_after_any_deltas() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte Price, byte Size, bool Bid)[]>(),
        changes =>
        {
            var book = new OrderBook(Btc, 1000);
            book.Apply(Update(true, 0, [], []));
            var bids = new SortedDictionary<long, long>();
            var asks = new SortedDictionary<long, long>();
            var id = 0;
            foreach (var (price, size, isBid) in changes)
            {
                // Bids below 1000, asks above, so that the book never crosses.
                var at = isBid ? 500 + (price % 16) : 1500 + (price % 16);
                var amount = size % 4;
                var side = isBid ? bids : asks;
                side.Remove(at);
                if (amount > 0)
                {
                    side[at] = amount;
                }

                (long, long)[] level = [(at, amount)];
                book.Apply(Update(false, ++id, isBid ? level : [], isBid ? [] : level));
            }

            return book.Bids.Select(l => (l.Price, l.Size)).SequenceEqual(bids.Reverse().Select(p => (p.Key, p.Value)))
                && book.Asks.Select(l => (l.Price, l.Size)).SequenceEqual(asks.Select(p => (p.Key, p.Value)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Apply_allocates_nothing()
    {
        var book = Filled();
        var updates = Enumerable.Range(8, 1000)
            .Select(i => Update(false, i, [(90 + (i % 10), i % 3)], [(110 + (i % 10), i % 3)]))
            .ToArray();
        book.Apply(updates[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < updates.Length; i++)
        {
            book.Apply(updates[i]);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
