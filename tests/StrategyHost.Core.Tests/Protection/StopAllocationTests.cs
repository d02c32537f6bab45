using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Tests.Protection;

public sealed class StopAllocationTests
{
    private static StopNeed Need(decimal stop, decimal size) => new(FixedPoint.Units(stop), Quantity.Of(size));

    private static string Text(StopAllocation allocation) => string.Join(" ", allocation.Tranches
        .Select(t => $"{new Price(t.Stop)}:{t.Size}").Prepend(new Price(allocation.Full).ToString()));

    public static TheoryData<string, PositionSide, (decimal Stop, decimal Size)[], int, string> Cases => new()
    {
        { "one tranche needs the Full stop alone", PositionSide.Long, [(95, 1)], 9, "95" },
        { "the loosest is the Full stop", PositionSide.Long, [(98, 2), (95, 1)], 9, "95 98:2" },
        { "of a short the highest", PositionSide.Short, [(102, 2), (105, 1)], 9, "105 102:2" },
        { "equal stops are one order", PositionSide.Long, [(95, 1), (98, 2), (98, 3)], 9, "95 98:5" },
        { "one without a stop takes no part", PositionSide.Long, [(0, 1), (98, 2)], 9, "98" },
        { "the cheapest neighbours are merged, upward", PositionSide.Long, [(90, 1), (95, 1), (96, 2), (99, 5)], 2, "90 96:3 99:5" },
        { "a merge may raise the Full stop", PositionSide.Long, [(94, 1), (95, 5), (99, 5)], 1, "95 99:5" },
        { "without slots the tightest covers all", PositionSide.Long, [(90, 1), (95, 5), (99, 1)], 0, "99" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loosest_is_the_position_s_stop_and_each_tighter_one_an_order(
        string name, PositionSide side, (decimal Stop, decimal Size)[] needs, int slots, string expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, Text(StopAllocation.Of(side, [.. needs.Select(n => Need(n.Stop, n.Size))], slots)));
    }

    [Fact]
    public void Every_tranche_is_covered_as_tightly_as_it_wants_within_the_slots() => Markets.Holds(
        from side in Gen.Elements(PositionSide.Long, PositionSide.Short)
        from slots in Gen.Choose(0, 9)
        from needs in (from stop in Gen.Choose(90, 110) from size in Gen.Choose(1, 100) select Need(stop, size)).ListOf(14)
        select (side, slots, needs: needs.ToArray()),
        x =>
        {
            var allocation = StopAllocation.Of(x.side, x.needs, x.slots);
            var sign = x.side.Sign();
            Assert.True(allocation.Tranches.Count <= x.slots);
            for (var i = 0; i < x.needs.Length; i++)
            {
                var own = allocation.Tranches.SingleOrDefault(t => t.Members.Contains(i))?.Stop ?? allocation.Full;
                Assert.True((own - x.needs[i].Stop) * sign >= 0, $"{x.needs[i]} is covered at {own} only");
            }

            foreach (var tranche in allocation.Tranches)
            {
                Assert.Equal(tranche.Size.Units, tranche.Members.Sum(m => x.needs[m].Size.Units));
                Assert.True((tranche.Stop - allocation.Full) * sign > 0);
            }

            Assert.Equal(allocation.IsConsolidated, x.needs.Select(n => n.Stop).Distinct().Count() - 1 > x.slots);
        });
}
