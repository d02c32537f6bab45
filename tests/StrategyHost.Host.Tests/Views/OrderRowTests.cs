using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Tests.Views;

/// <summary>An order's row, which goes into the answer without the serialiser's own way: what programs read of it stays as it was.</summary>
public sealed class OrderRowTests
{
    private static readonly OrderRow Row = new()
    {
        OrderId = "x-1",
        OrderLinkId = "S1M0000-\"quoted\"",
        Symbol = "BTCUSDT",
        Side = "buy",
        Type = "stop_limit",
        Role = "entry",
        Confidence = 0.95,
        Price = Price.Of(60_000.5m),
        TriggerPrice = null,
        Quantity = Quantity.Of(0.01m),
        FilledQuantity = Quantity.Zero,
        Status = "New",
        ReduceOnly = true,
        AgeMs = 4_000,
        HeldCapital = 118.000000005m,
    };

    [Fact]
    public void Row_is_written_with_the_names_and_texts_of_the_contract() => Assert.Equal(
        """
        {"orderId":"x-1","orderLinkId":"S1M0000-\"quoted\"","symbol":"BTCUSDT","side":"buy","type":"stop_limit","role":"entry",
        "confidence":0.95,"price":"60000.5","triggerPrice":null,"quantity":"0.01","filledQuantity":"0","status":"New",
        "reduceOnly":true,"ageMs":4000,"heldCapital":"118"}
        """.ReplaceLineEndings(""),
        Text(Row));

    [Fact]
    public void Row_that_is_read_again_is_the_same()
    {
        var row =
            from units in Gen.Choose(int.MinValue, int.MaxValue).ArrayOf(4)
            from wide in Gen.Choose(0, int.MaxValue)
            from hasPrice in Gen.Elements(true, false)
            from hasTrigger in Gen.Elements(true, false)
            from text in ArbMap.Default.GeneratorFor<NonNull<string>>()
            select Row with
            {
                OrderId = new string([.. text.Get.Where(c => !char.IsSurrogate(c))]), // half a character is no text
                Price = hasPrice ? new Price(((long)units[0] << 31) ^ wide) : null,
                TriggerPrice = hasTrigger ? new Price(units[1]) : null,
                Quantity = new Quantity(((long)units[2] << 20) ^ wide),
                FilledQuantity = new Quantity(units[3]),
                AgeMs = wide,
                HeldCapital = units[0] / 1_000m,
            };
        Prop.ForAll(row.ToArbitrary(), given =>
            JsonSerializer.Deserialize<OrderRow>(Text(given), DocumentJson.Form) == given).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("\"quantity\":\"0.01\"", "\"quantity\":\"much\"")]
    [InlineData("\"heldCapital\":\"118\"", "\"heldCapital\":\"much\"")]
    [InlineData("\"side\":\"buy\",", "")]
    public void What_is_no_row_is_refused(string part, string instead) => Assert.Throws<JsonException>(
        () => JsonSerializer.Deserialize<OrderRow>(Text(Row).Replace(part, instead, StringComparison.Ordinal), DocumentJson.Form));

    private static string Text(OrderRow row) => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(row, DocumentJson.Form));
}
