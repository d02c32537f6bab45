using System.Globalization;
using System.Text.Json;
using StrategyHost.Bybit.Wire;
using Xunit;

namespace StrategyHost.Bybit.Tests.Wire;

public sealed class ConverterTests
{
    [Theory]
    [InlineData("\"1.50\"", "1.50")]
    [InlineData("1.50", "1.50")]
    [InlineData("\"-0.000000001\"", "-0.000000001")]
    [InlineData("\"1E-7\"", "0.0000001")]
    [InlineData("0", "0")]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    public void Decimal_reads_texts_numbers_and_blanks(string json, string? expected)
    {
        decimal? value = expected is null ? null : decimal.Parse(expected, CultureInfo.InvariantCulture);

        Assert.Equal(value, Order("price", json).Price);
    }

    [Theory]
    [InlineData("price", "\"abc\"")]
    [InlineData("price", "\"1,5\"")]
    [InlineData("price", "\"NaN\"")]
    [InlineData("price", "{}")]
    [InlineData("updatedTime", "\"1.5\"")]
    [InlineData("updatedTime", "\"99999999999999999999\"")]
    [InlineData("positionIdx", "99999999999")]
    [InlineData("reduceOnly", "\"maybe\"")]
    public void What_is_no_value_is_refused(string field, string json) => Assert.Throws<JsonException>(() => Order(field, json));

    [Theory]
    [InlineData("\"Filled\"", WireOrderStatus.Filled)]
    [InlineData("\"filled\"", WireOrderStatus.Unknown)]
    [InlineData("\"3\"", WireOrderStatus.Unknown)]
    [InlineData("3", WireOrderStatus.Unknown)]
    [InlineData("\"SomethingNew\"", WireOrderStatus.Unknown)]
    [InlineData("\"\"", WireOrderStatus.Unknown)]
    [InlineData("null", WireOrderStatus.Unknown)]
    public void Enum_text_that_is_not_known_becomes_unknown(string json, WireOrderStatus expected) =>
        Assert.Equal(expected, Order("orderStatus", json).OrderStatus);

    [Theory]
    [InlineData("\"\"", WireStopOrderType.None)]
    [InlineData("\"UNKNOWN\"", WireStopOrderType.None)]
    [InlineData("null", WireStopOrderType.None)]
    [InlineData("\"Stop\"", WireStopOrderType.Stop)]
    [InlineData("\"NewKind\"", WireStopOrderType.Unknown)]
    public void Not_applicable_is_told_from_unknown(string json, WireStopOrderType expected) =>
        Assert.Equal(expected, Order("stopOrderType", json).StopOrderType);

    [Theory]
    [InlineData("\"\"", null)]
    [InlineData("true", true)]
    [InlineData("\"false\"", false)]
    public void Bool_reads_literals_texts_and_blanks(string json, bool? expected) =>
        Assert.Equal(expected, Order("reduceOnly", json).ReduceOnly);

    [Theory]
    [InlineData("""["1","2","3"]""")]
    [InlineData("""["1"]""")]
    [InlineData("""["1",""]""")]
    [InlineData("{}")]
    public void Level_with_other_columns_than_price_and_size_is_refused(string level) => Assert.Throws<JsonException>(() =>
        JsonSerializer.Deserialize("{\"data\":{\"b\":[" + level + "]}}", BybitJson.Default.BookMessage));

    [Fact]
    public void Every_wire_enum_has_unknown_as_its_default()
    {
        var wire = typeof(WireOrderStatus);
        var enums = wire.Assembly.GetTypes().Where(t => t.IsEnum && t.Namespace == wire.Namespace).ToArray();

        Assert.NotEmpty(enums);
        Assert.All(enums, t => Assert.Equal("Unknown", Enum.GetName(t, 0)));
    }

    private static OrderRow Order(string field, string json)
    {
        var text = $$"""{"data":[{"{{field}}":{{json}}}]}""";
        return JsonSerializer.Deserialize(text, BybitJson.Default.OrderMessage)!.Data![0];
    }
}
