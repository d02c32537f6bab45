using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Tests.Protection;

/// <summary>Rules of one stop out of fixed stop, trail and breakeven (contracts §2.1 rules 5 to 7).</summary>
public sealed class StopTrailTests
{
    private static Price P(decimal value) => Price.Of(value);

    private static StopTrail Long(decimal? stop = null, decimal? percent = null, decimal? amount = null) => new()
    {
        Side = PositionSide.Long,
        Instrument = Markets.Btc,
        FixedStop = stop is { } price ? P(price) : null,
        TrailPercent = percent,
        TrailAmount = amount,
    };

    private static (decimal Stop, StopSource Source) After(StopTrail trail, decimal entry, params decimal[] prices)
    {
        var state = trail.Start(P(entry));
        foreach (var price in prices)
        {
            state = trail.Advance(state, P(price).Units);
        }

        return (FixedPoint.ToDecimal(state.Stop), state.Source);
    }

    public static TheoryData<string, decimal?, decimal?, decimal[], decimal, StopSource> Cases => new()
    {
        { "a fixed stop stays where it is", 95m, null, [110m, 90m], 95m, StopSource.StopLoss },
        { "a trail starts at the entry", null, 2m, [], 98m, StopSource.TrailingStop },
        { "a trail follows the best price", null, 2m, [105m, 110m], 107.8m, StopSource.TrailingStop },
        { "a trail does not come back", null, 2m, [110m, 100m, 109m], 107.8m, StopSource.TrailingStop },
        { "a trail that is tighter than the fixed stop protects from the entry on", 95m, 2m, [], 98m, StopSource.TrailingStop },
        { "a trail that is tighter than the fixed stop protects when the price falls first", 95m, 2m, [99m], 98m, StopSource.TrailingStop },
        { "a fixed stop that is tighter protects until the trail passes it", 99m, 2m, [100.5m], 99m, StopSource.StopLoss },
        { "a trail takes over when it passes the fixed stop", 99m, 2m, [102m], 100m, StopSource.TrailingStop },
        { "on a tie the fixed stop names it", 98m, 2m, [], 98m, StopSource.StopLoss },
        { "nothing set, nothing there", null, null, [110m], 0m, StopSource.None },
        { "a trail between ticks is rounded toward the market", null, 1m, [100.05m], 99.1m, StopSource.TrailingStop },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Long_stop_follows_its_rule(
        string name, decimal? stop, decimal? percent, decimal[] prices, decimal expected, StopSource source)
    {
        Assert.NotEmpty(name);
        Assert.Equal((expected, source), After(Long(stop, percent), 100m, prices));
    }

    [Fact]
    public void Trail_in_quote_units_keeps_its_distance() =>
        Assert.Equal((107m, StopSource.TrailingStop), After(Long(amount: 3m), 100m, 110m, 105m));

    [Fact]
    public void Trail_waits_for_its_activation()
    {
        var trail = Long(stop: 95m, percent: 1m) with { Activation = P(104m) };

        Assert.Equal((95m, StopSource.StopLoss), After(trail, 100m, 103.9m));
        Assert.Equal((103m, StopSource.TrailingStop), After(trail, 100m, 104m, 102m));
    }

    [Fact]
    public void Trail_whose_activation_lies_behind_the_entry_is_active_at_once() =>
        Assert.Equal((99m, StopSource.TrailingStop), After(Long(95m, 1m) with { Activation = P(90m) }, 100m));

    [Fact]
    public void Breakeven_moves_the_stop_when_its_price_is_reached()
    {
        var trail = Long(stop: 95m) with { BreakevenAt = P(102m), BreakevenStop = P(100.2m) };

        Assert.Equal((95m, StopSource.StopLoss), After(trail, 100m, 101.9m));
        Assert.Equal((100.2m, StopSource.Breakeven), After(trail, 100m, 102m, 101m));
    }

    [Fact]
    public void Short_is_the_long_upside_down()
    {
        var trail = Long(percent: 2m) with { Side = PositionSide.Short };

        Assert.Equal((91.8m, StopSource.TrailingStop), After(trail, 100m, 95m, 90m, 99m));
        Assert.True(trail.IsHit(P(91.8m).Units, P(91.8m).Units));
        Assert.False(trail.IsHit(P(91.8m).Units, P(91.7m).Units));
    }

    [Fact]
    public void Stop_only_tightens_lies_on_a_tick_and_protects_as_well_as_each_of_its_parts() => Markets.Holds(
        from side in Markets.Sides
        from instrument in Markets.Instruments
        from percent in Markets.Percents
        from stop in Markets.Percents
        from entry in Markets.Prices
        from moves in Gen.Choose(-30_000, 30_000).ListOf()
        select (side, instrument, percent, stop, entry, moves),
        test =>
        {
            var fixedStop = test.instrument.StopPrice(
                test.side, FixedPoint.ToDecimal(test.entry) * (1 - (test.side.Sign() * test.stop / 100)));
            var trail = new StopTrail
            {
                Side = test.side,
                Instrument = test.instrument,
                TrailPercent = test.percent,
                FixedStop = fixedStop,
            };
            var state = trail.Start(new Price(test.entry));
            var price = test.entry;
            foreach (var move in test.moves)
            {
                price = Math.Max(FixedPoint.Scale, price + (price / 1_000_000 * move));
                var next = trail.Advance(state, price);
                Assert.True((next.Stop - state.Stop) * test.side.Sign() >= 0, "a stop never loosens");
                Assert.True(test.instrument.IsOnTick(new Price(next.Stop)));
                Assert.True((next.Stop - fixedStop.Units) * test.side.Sign() >= 0, "never looser than the fixed stop");
                Assert.True((next.Stop - trail.TrailStop(next.Extreme)) * test.side.Sign() >= 0, "never looser than the trail");
                state = next;
            }
        });

    [Fact]
    public void Percent_trail_is_exactly_its_decimal_definition() => Markets.Holds(
        from side in Markets.Sides
        from instrument in Markets.Instruments
        from percent in Markets.Percents
        from extreme in Markets.Prices
        select (side, instrument, percent, extreme),
        test =>
        {
            var trail = new StopTrail { Side = test.side, Instrument = test.instrument, TrailPercent = test.percent };
            var ticks =
                FixedPoint.ToDecimal(test.extreme) * (100m - (test.side.Sign() * test.percent)) / 100m / test.instrument.TickSize.Value;
            var rounded = test.side == PositionSide.Long ? decimal.Ceiling(ticks) : decimal.Floor(ticks);
            Assert.Equal(rounded * test.instrument.TickSize.Value, FixedPoint.ToDecimal(trail.TrailStop(test.extreme)));
        },
        2000);
}
