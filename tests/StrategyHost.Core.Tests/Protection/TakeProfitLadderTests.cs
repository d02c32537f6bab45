using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Tests.Protection;

public sealed class TakeProfitLadderTests
{
    private static readonly Quantity Lot = Quantity.Of(0.001m);

    private static decimal[] Values(IEnumerable<Quantity> parts) => [.. parts.Select(p => p.Value)];

    public static TheoryData<string, decimal, decimal[], decimal[]> Splits => new()
    {
        { "one rung takes all", 0.01m, [100m], [0.01m] },
        { "halves", 0.01m, [50m, 50m], [0.005m, 0.005m] },
        { "the odd lot goes to the earlier rung on a tie", 0.011m, [50m, 50m], [0.006m, 0.005m] },
        { "thirds of ten lots", 0.01m, [33.34m, 33.33m, 33.33m], [0.004m, 0.003m, 0.003m] },
        { "the odd lot goes to the largest remainder", 0.01m, [12m, 19m, 69m], [0.001m, 0.002m, 0.007m] },
        { "one lot goes to the largest share", 0.001m, [20m, 30m, 50m], [0m, 0m, 0.001m] },
        { "a part of a lot belongs to no rung", 0.0105m, [50m, 50m], [0.005m, 0.005m] },
    };

    [Theory]
    [MemberData(nameof(Splits))]
    public void Split_gives_each_rung_its_share(string name, decimal total, decimal[] shares, decimal[] expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, Values(TakeProfitLadder.Split(Quantity.Of(total), shares, Lot)));
    }

    public static TheoryData<string, decimal, decimal[], decimal[], decimal[]> Rests => new()
    {
        { "nothing filled yet", 0.01m, [50m, 25m, 25m], [0m, 0m, 0m], [0.005m, 0.003m, 0.002m] },
        { "the first rung is done", 0.005m, [50m, 25m, 25m], [0.005m, 0m, 0m], [0m, 0.003m, 0.002m] },
        { "half of the first rung is done", 0.008m, [50m, 25m, 25m], [0.002m, 0m, 0m], [0.003m, 0.003m, 0.002m] },
        { "half was closed by a signal", 0.005m, [50m, 25m, 25m], [0m, 0m, 0m], [0.003m, 0.001m, 0.001m] },
        { "the rest was closed after the first rung", 0m, [50m, 50m], [0.005m, 0m], [0m, 0m] },
    };

    [Theory]
    [MemberData(nameof(Rests))]
    public void Remaining_is_what_each_rung_still_sells(
        string name, decimal position, decimal[] shares, decimal[] filled, decimal[] expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, Values(TakeProfitLadder.Remaining(Quantity.Of(position), shares, [.. filled.Select(Quantity.Of)], Lot)));
    }

    private static FsCheck.Gen<decimal[]> Shares =>
        from count in Gen.Choose(1, 20)
        from weights in Gen.Choose(1, 1000).ArrayOf(count)
        select weights.Select(w => (decimal)w / weights.Sum() * 100m).ToArray();

    [Fact]
    public void Split_sums_to_the_position_in_lots_and_no_part_is_a_lot_off_its_share() => Markets.Holds(
        from shares in Shares
        from lots in Gen.Choose(0, 1_000_000)
        from step in Gen.Elements(1L, 1_000_000L, 10_000_000_000L)
        select (shares, lots, step),
        test =>
        {
            var parts = TakeProfitLadder.Split(new Quantity(test.lots * test.step), test.shares, new Quantity(test.step));
            Assert.Equal(test.lots * test.step, parts.Sum(p => p.Units));
            Assert.All(parts.Zip(test.shares), p =>
            {
                Assert.Equal(0, p.First.Units % test.step);
                Assert.True(Math.Abs((p.First.Units / test.step) - (test.lots * p.Second / test.shares.Sum())) < 1);
            });
        });

    [Fact]
    public void Remaining_never_exceeds_the_position_and_takes_all_of_it_while_a_rung_is_untouched() => Markets.Holds(
        from shares in Shares
        from lots in Gen.Choose(0, 100_000)
        from filled in Gen.Choose(0, 10_000).ArrayOf(shares.Length)
        select (shares, lots, filled),
        test =>
        {
            var filled = test.filled.Select(f => new Quantity(f)).ToArray();
            var rest = TakeProfitLadder.Remaining(new Quantity(test.lots), test.shares, filled, new Quantity(1));
            Assert.All(rest, r => Assert.True(r.Units >= 0));
            Assert.True(rest.Sum(r => r.Units) <= test.lots);
            if (filled.Any(f => f.IsZero))
            {
                Assert.Equal(test.lots, rest.Sum(r => r.Units));
            }
        });
}
