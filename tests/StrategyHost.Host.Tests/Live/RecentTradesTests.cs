using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Tests.Live;

/// <summary>The newest trades of a symbol, in their order, as copies.</summary>
public sealed class RecentTradesTests
{
    private static readonly Symbol Btc = new("BTCUSDT");

    [Fact]
    public void Newest_are_kept_in_their_order_however_they_came() => Prop.ForAll<byte[]>(IsNewest).QuickCheckThrowOnFailure();

    private static bool IsNewest(byte[] sizes)
    {
        var (recent, all) = (new RecentTrades(), new List<long>());
        foreach (var size in sizes)
        {
            var rows = Enumerable.Range(all.Count, size).Select(i => (long)i).ToArray();
            all.AddRange(rows);
            recent.Add(Block(rows));
        }

        var kept = recent.Of(Btc);
        return kept.Time.SequenceEqual(all.TakeLast(RecentTrades.Max)) && kept.Price.SequenceEqual(kept.Time.Select(t => t * 10))
            && kept.Size.Length == kept.Count && kept.Side.Length == kept.Count;
    }

    [Fact]
    public void What_is_done_with_a_copy_reaches_neither_the_ring_nor_the_block_it_came_from()
    {
        var (recent, block) = (new RecentTrades(), Block([1, 2, 3]));
        recent.Add(block);
        var copy = recent.Of(Btc);
        Array.Fill(copy.Price, -1);
        Array.Fill(copy.Time, -1);
        Assert.Equal([10, 20, 30], block.Price);
        Assert.Equal([10, 20, 30], recent.Of(Btc).Price);
        Array.Fill(block.Price, -2);
        Assert.Equal([10, 20, 30], recent.Of(Btc).Price);
        Assert.Equal(0, recent.Of(new Symbol("ETHUSDT")).Count);
    }

    private static TradeBlock Block(long[] rows) =>
        new(Btc, rows, [.. rows.Select(r => r * 10)], [.. rows.Select(_ => FixedPoint.Scale)], [.. rows.Select(_ => (sbyte)1)]);
}
