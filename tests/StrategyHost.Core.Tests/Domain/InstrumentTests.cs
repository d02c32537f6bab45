using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Domain;

public sealed class InstrumentTests
{
    private static Instrument With(string tick, string step) => new()
    {
        Symbol = new Symbol("BTCUSDT"),
        TickSize = Price.Of(Number(tick)),
        QtyStep = Quantity.Of(Number(step)),
        MinQty = Quantity.Of(Number(step)),
    };

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("0.1", "100.05", "100", "100.1")]
    [InlineData("0.1", "100.1", "100.1", "100.1")]
    [InlineData("0.5", "100.3", "100", "100.5")]
    [InlineData("0.25", "0.1", "0", "0.25")]
    [InlineData("5", "12", "10", "15")]
    [InlineData("0.000000001", "1.0000000005", "1", "1.000000001")]
    [InlineData("0.03", "0.0899999999999999999999999999", "0.06", "0.09")]
    [InlineData("0.000000003", "29999.999999999999999999999999", "29999.999999997", "30000")]
    [InlineData("0.000000001", "5000000000.000000001999999999", "5000000000.000000001", "5000000000.000000002")]
    [InlineData("0.1", "-0.05", "-0.1", "0")]
    public void Ticks_round_down_and_up(string tick, string price, string down, string up)
    {
        var instrument = With(tick, "1");
        Assert.Equal((down, up), (instrument.TickDown(Number(price)).ToString(), instrument.TickUp(Number(price)).ToString()));
    }

    [Theory]
    [InlineData("0.001", "0.0019", "0.001")]
    [InlineData("0.001", "0.0009", "0")]
    [InlineData("1", "1.999999999999999999999999999", "1")]
    [InlineData("0.001", "0.3", "0.3")]
    public void Quantities_round_down(string step, string quantity, string expected) =>
        Assert.Equal(expected, With("1", step).FloorQuantity(Number(quantity)).ToString());

    private static Gen<(Instrument Instrument, decimal Value)> Cases =>
        from step in Gen.OneOf(
            Gen.Choose(1, 999_999_999).Select(n => (long)n),
            Gen.Elements(1L, 100_000_000L, 1_000_000_000L, 25_000_000_000L))
        from whole in Gen.Choose(0, 1_000_000)
        from part in Gen.Choose(0, int.MaxValue)
        from digits in Gen.Choose(9, 18)
        select (With(FixedPoint.Text(step), FixedPoint.Text(step)), whole + new decimal(part, 0, 0, false, (byte)digits));

    private static void Law(Func<Instrument, decimal, bool> law) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Cases.ToArbitrary(), c => law(c.Instrument, c.Value)));

    [Fact]
    public void Limit_is_never_worse_than_asked_and_within_a_tick() => Law((instrument, value) =>
    {
        var (buy, sell) = (instrument.LimitPrice(Side.Buy, value), instrument.LimitPrice(Side.Sell, value));
        var tick = instrument.TickSize.Value;
        return instrument.IsOnTick(buy) && instrument.IsOnTick(sell)
            && buy.Value <= value && value - buy.Value < tick && sell.Value >= value && sell.Value - value < tick;
    });

    [Fact]
    public void Stop_is_never_looser_than_asked_and_within_a_tick() => Law((instrument, value) =>
    {
        var (ofLong, ofShort) = (instrument.StopPrice(PositionSide.Long, value), instrument.StopPrice(PositionSide.Short, value));
        var tick = instrument.TickSize.Value;
        return instrument.IsOnTick(ofLong) && instrument.IsOnTick(ofShort)
            && ofLong.Value >= value && ofLong.Value - value < tick && ofShort.Value <= value && value - ofShort.Value < tick;
    });

    [Fact]
    public void Quantity_goes_down_within_a_step() => Law((instrument, value) =>
        instrument.FloorQuantity(value) is var floor && instrument.IsOnStep(floor)
        && floor.Value <= value && value - floor.Value < instrument.QtyStep.Value);

    [Fact]
    public void Rounding_a_rounded_value_changes_nothing() => Law((instrument, value) =>
        instrument.FloorQuantity(instrument.FloorQuantity(value)) == instrument.FloorQuantity(value)
        && instrument.TickUp(instrument.TickUp(value).Value) == instrument.TickUp(value)
        && instrument.TickDown(instrument.TickUp(value).Value) == instrument.TickUp(value));

    [Fact]
    public void Values_that_no_price_can_hold_stop_at_the_last_tick_or_step()
    {
        var instrument = With("0.1", "0.001");
        var huge = decimal.MaxValue;
        Assert.True(instrument.IsOnStep(instrument.FloorQuantity(huge)));
        Assert.Equal("9223372036.854", instrument.FloorQuantity(huge).ToString());
        Assert.Equal("9223372036.8", instrument.TickUp(huge).ToString());
        Assert.Equal("-9223372036.8", instrument.TickDown(-huge).ToString());
    }
}
