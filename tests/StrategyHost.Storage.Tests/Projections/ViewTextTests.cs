using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Storage.Projections;
using Xunit;

namespace StrategyHost.Storage.Tests.Projections;

/// <summary>Money is read from the bytes of a column as it is from its text: to the last digit, trailing zeros too.</summary>
public sealed class ViewTextTests
{
    private static Gen<decimal> AnyMoney =>
        from parts in Gen.Choose(int.MinValue, int.MaxValue).ArrayOf(3)
        from words in Gen.Choose(0, 3)
        from scale in Gen.Choose(0, 28)
        from isNegative in Gen.Elements(true, false)
        select new decimal(words > 0 ? parts[0] : 0, words > 1 ? parts[1] : 0, words > 2 ? parts[2] : 0, isNegative, (byte)scale);

    [Fact]
    public void Money_of_bytes_is_that_of_the_text_to_the_last_bit() => Prop.ForAll(AnyMoney.ToArbitrary(), money =>
    {
        var text = ViewText.Of(money);
        return decimal.GetBits(ViewText.Money(Encoding.UTF8.GetBytes(text))).SequenceEqual(decimal.GetBits(ViewText.Money(text)));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0")]
    [InlineData("-0.10")]
    [InlineData("999999999999999999")]
    [InlineData("-1234567890.12345678")]
    [InlineData("0.000000000000000000000000001")]
    [InlineData("79228162514264337593543950335")]
    public void Edges_are_read(string text) =>
        Assert.Equal(text, ViewText.Money(Encoding.UTF8.GetBytes(text)).ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("1e3")]
    [InlineData("x")]
    public void What_is_no_money_is_not_read_as_some(string text) =>
        Assert.Throws<FormatException>(() => ViewText.Money(Encoding.UTF8.GetBytes(text)));
}
