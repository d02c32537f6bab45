using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Domain;

public sealed class FixedPointTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("40000", 40_000_000_000_000)]
    [InlineData("63943.90", 63_943_900_000_000)]
    [InlineData("0.000000001", 1)]
    [InlineData("-0.000000001", -1)]
    [InlineData("+1.5", 1_500_000_000)]
    [InlineData(".5", 500_000_000)]
    [InlineData("5.", 5_000_000_000)]
    [InlineData("007", 7_000_000_000)]
    [InlineData("1.500000000000000000000000000000000000000", 1_500_000_000)]
    [InlineData("9223372036.854775807", long.MaxValue)]
    [InlineData("-9223372036.854775808", long.MinValue)]
    public void Plain_decimal_text_is_read_exactly(string text, long units)
    {
        Assert.True(FixedPoint.TryParse(text, out var read));
        Assert.Equal(units, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("٣")]
    [InlineData("0.0000000001")]
    [InlineData("1.00000000000000000000000000000000000001")]
    [InlineData("9223372036.854775808")]
    [InlineData("-9223372036.854775809")]
    [InlineData("99999999999999999999999999999999999999")]
    public void What_is_not_exact_or_not_plain_is_refused(string text) => Assert.False(FixedPoint.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(50_000_000, "0.05")]
    [InlineData(-50_000_000, "-0.05")]
    [InlineData(40_000_000_000_000, "40000")]
    [InlineData(-1_500_000_000, "-1.5")]
    [InlineData(1, "0.000000001")]
    [InlineData(long.MaxValue, "9223372036.854775807")]
    [InlineData(long.MinValue, "-9223372036.854775808")]
    public void Text_is_the_shortest_decimal(long units, string text) => Assert.Equal(text, FixedPoint.Text(units));

    [Fact]
    public void Text_and_decimal_round_trip() => Law(2000, units =>
        FixedPoint.TryParse(FixedPoint.Text(units), out var read) && read == units
        && FixedPoint.TryUnits(FixedPoint.ToDecimal(units)) == units);

    [Fact]
    public void Decimal_of_units_is_that_of_a_division_to_the_last_bit() => Law(2000, units => new[] { 1, 10, 1_000, 1_000_000, 1_000_000_000 }
        .Select(round => units / round * round)
        .All(u => decimal.GetBits(FixedPoint.ToDecimal(u)).SequenceEqual(decimal.GetBits(new decimal(u) / FixedPoint.Scale))));

    [Fact]
    public void Text_as_bytes_is_the_text() => Law(2000, units => new[] { 1, 10, 1_000, 1_000_000_000 }
        .Select(round => units / round * round)
        .All(u => BytesOf(u) == FixedPoint.Text(u)));

    [Fact]
    public void Decimals_finer_than_a_unit_are_refused() => Law(100, units =>
        FixedPoint.TryUnits(FixedPoint.ToDecimal(units % 1_000_000_000_000_000) + 0.0000000001m) is null);

    [Theory]
    [InlineData("9223372037")]
    [InlineData("-9223372037")]
    [InlineData("79228162514264337593543950335")]
    public void Decimals_that_do_not_fit_are_refused(string value) =>
        Assert.Null(FixedPoint.TryUnits(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Order_of_prices_is_the_order_of_their_values() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        Longs.ToArbitrary(), Longs.ToArbitrary(), (a, b) =>
            new Price(a) < new Price(b) == new Price(a).Value < new Price(b).Value));

    private static string BytesOf(long units)
    {
        Span<byte> text = stackalloc byte[FixedPoint.TextMax];
        return System.Text.Encoding.ASCII.GetString(text[..FixedPoint.Text(units, text)]);
    }

    private static void Law(int tests, Func<long, bool> law) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests), Prop.ForAll(Longs.ToArbitrary(), law));

    private static Gen<int> Half => Gen.Choose(int.MinValue, int.MaxValue);

    /// <summary>Small and large numbers alike, with the edges.</summary>
    internal static Gen<long> Longs => Gen.OneOf(
        Gen.Choose(-2_000_000_000, 2_000_000_000).Select(n => (long)n),
        Half.Zip(Half).Select(halves => ((long)halves.Item1 << 32) ^ (uint)halves.Item2),
        Gen.Elements(long.MinValue, long.MaxValue, 0L, -999_999_999L));
}
