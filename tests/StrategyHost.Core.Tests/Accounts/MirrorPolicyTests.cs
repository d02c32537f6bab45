using FsCheck.Fluent;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Accounts;

public sealed class MirrorPolicyTests
{
    private static readonly Instrument Btc = Markets.Btc;

    public static TheoryData<string, decimal, decimal, bool, decimal, string?> Quantities => new()
    {
        { "half", 1m, 0.5m, false, 0.5m, null },
        { "floored to the lot", 0.555m, 0.5m, false, 0.277m, null },
        { "below the least value", 0.09m, 0.5m, false, 0m, "below_min_qty" },
        { "below the least value, rounded up", 0.09m, 0.5m, true, 0.05m, null },
        { "below a lot", 0.001m, 0.5m, false, 0m, "below_min_qty" },
        { "below a lot, rounded up to the least value", 0.001m, 0.5m, true, 0.05m, null },
    };

    [Theory]
    [MemberData(nameof(Quantities))]
    public void Quantity_is_mains_times_the_ratio(string name, decimal main, decimal ratio, bool roundUp, decimal expected, string? reason)
    {
        Assert.NotEmpty(name);
        var found = MirrorPolicy.Quantity(Quantity.Of(main), ratio, 100m, roundUp, Btc);
        Assert.Equal((expected, reason), (found.Quantity.Value, found.SkippedBecause));
    }

    [Theory]
    [InlineData(0.5, false, 1000, 10, 0.5)]
    [InlineData(0.5, true, 1000, 500, 0.25)]
    [InlineData(1, true, 1000, 3000, 3)]
    [InlineData(1, true, 1000, -5, 0)]
    [InlineData(1, true, 0, 500, 0)]
    public void Ratio_is_of_quantity_or_of_equity(double proportion, bool ofEquity, double main, double mirror, double expected) =>
        Assert.Equal((decimal)expected, MirrorPolicy.Ratio((decimal)proportion, ofEquity, (decimal)main, (decimal)mirror));

    [Fact]
    public void Reduction_takes_the_same_fraction_and_the_last_part_takes_all() => Markets.Holds(
        from mirror in Gen.Choose(1, 100_000)
        from parts in Gen.Choose(1, 50_000).NonEmptyListOf()
        select (mirror, parts),
        test =>
        {
            var main = test.parts.Sum();
            var size = new Quantity(test.mirror * Btc.QtyStep.Units);
            foreach (var part in test.parts)
            {
                var taken = MirrorPolicy.Reduction(
                    size, new Quantity(part * Btc.QtyStep.Units), new Quantity(main * Btc.QtyStep.Units), Btc);
                Assert.True(taken <= size && Btc.IsOnStep(taken));
                Assert.True(taken.Value <= size.Value * part / main);
                size -= taken;
                main -= part;
            }

            Assert.Equal(Quantity.Zero, size);
        });

    [Fact]
    public void Reverse_keeps_each_distance_in_percent()
    {
        var spec = new ProtectionSpec
        {
            Stop = Said<Level>.Of(new Level(LevelKind.Price, 98m)),
            Target = Said<TargetSpec>.Of(new TargetSpec(
                [new TargetRung(new Level(LevelKind.Price, 103m), 50m), new TargetRung(new Level(LevelKind.Percent, 4m), 50m)])),
            Trail = Said<TrailSpec>.Of(new TrailSpec(2m, null, 101m)),
        };

        var reversed = MirrorPolicy.Reverse(spec, 100m);

        Assert.Equal(102m, ProtectionPlanner.Stop(reversed, PositionSide.Short, 100m, 0, Btc).FixedStop!.Value.Value);
        Assert.Equal([97m, 96m], ProtectionPlanner.Targets(reversed, PositionSide.Short, 100m, 0, Btc).Select(t => t.Price.Value));
        Assert.Equal(99m, reversed.Trail.Value!.ActivationPrice);
    }
}
