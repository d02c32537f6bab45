using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Views;

/// <summary>
/// An order's row straight into the answer, its numbers as decimal texts without a text in between: an account may have a thousand, and the
/// serialiser's own way took twice as long (engine/docs/performance.md).
/// </summary>
internal sealed class OrderRowJson : JsonConverter<OrderRow>
{
    private const int MoneyMax = 40; // sign, 29 digits, point, 8 decimals
    private static readonly JsonEncodedText OrderId = JsonEncodedText.Encode("orderId");
    private static readonly JsonEncodedText OrderLinkId = JsonEncodedText.Encode("orderLinkId");
    private static readonly JsonEncodedText Symbol = JsonEncodedText.Encode("symbol");
    private static readonly JsonEncodedText Side = JsonEncodedText.Encode("side");
    private static readonly JsonEncodedText TypeName = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText Role = JsonEncodedText.Encode("role");
    private static readonly JsonEncodedText Confidence = JsonEncodedText.Encode("confidence");
    private static readonly JsonEncodedText Price = JsonEncodedText.Encode("price");
    private static readonly JsonEncodedText TriggerPrice = JsonEncodedText.Encode("triggerPrice");
    private static readonly JsonEncodedText Quantity = JsonEncodedText.Encode("quantity");
    private static readonly JsonEncodedText FilledQuantity = JsonEncodedText.Encode("filledQuantity");
    private static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
    private static readonly JsonEncodedText ReduceOnly = JsonEncodedText.Encode("reduceOnly");
    private static readonly JsonEncodedText AgeMs = JsonEncodedText.Encode("ageMs");
    private static readonly JsonEncodedText HeldCapital = JsonEncodedText.Encode("heldCapital");

    public override void Write(Utf8JsonWriter writer, OrderRow value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString(OrderId, value.OrderId);
        writer.WriteString(OrderLinkId, value.OrderLinkId);
        writer.WriteString(Symbol, value.Symbol);
        writer.WriteString(Side, value.Side);
        writer.WriteString(TypeName, value.Type);
        writer.WriteString(Role, value.Role);
        writer.WriteNumber(Confidence, value.Confidence);
        Units(writer, Price, value.Price?.Units);
        Units(writer, TriggerPrice, value.TriggerPrice?.Units);
        Units(writer, Quantity, value.Quantity.Units);
        Units(writer, FilledQuantity, value.FilledQuantity.Units);
        writer.WriteString(Status, value.Status);
        writer.WriteBoolean(ReduceOnly, value.ReduceOnly);
        writer.WriteNumber(AgeMs, value.AgeMs);
        Money(writer, HeldCapital, value.HeldCapital);
        writer.WriteEndObject();
    }

    public override OrderRow Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var row = document.RootElement;
        return new OrderRow
        {
            OrderId = Text(row, OrderId),
            OrderLinkId = Text(row, OrderLinkId),
            Symbol = Text(row, Symbol),
            Side = Text(row, Side),
            Type = Text(row, TypeName),
            Role = Text(row, Role),
            Confidence = Field(row, Confidence).GetDouble(),
            Price = Units(row, Price) is { } price ? new Price(price) : null,
            TriggerPrice = Units(row, TriggerPrice) is { } trigger ? new Price(trigger) : null,
            Quantity = new Quantity(Units(row, Quantity) ?? 0),
            FilledQuantity = new Quantity(Units(row, FilledQuantity) ?? 0),
            Status = Text(row, Status),
            ReduceOnly = Field(row, ReduceOnly).GetBoolean(),
            AgeMs = Field(row, AgeMs).GetInt64(),
            HeldCapital = decimal.TryParse(Text(row, HeldCapital), NumberStyles.Number, CultureInfo.InvariantCulture, out var held)
                ? held : throw new JsonException("heldCapital is no amount of money"),
        };
    }

    private static void Units(Utf8JsonWriter writer, JsonEncodedText name, long? units)
    {
        if (units is not { } known)
        {
            writer.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[FixedPoint.TextMax];
        writer.WriteString(name, text[..FixedPoint.Text(known, text)]);
    }

    private static void Money(Utf8JsonWriter writer, JsonEncodedText name, decimal value)
    {
        Span<byte> text = stackalloc byte[MoneyMax];
        decimal.Round(value, 8).TryFormat(text, out var length, AccountView.MoneyFormat, CultureInfo.InvariantCulture);
        writer.WriteString(name, text[..length]);
    }

    private static JsonElement Field(JsonElement row, JsonEncodedText name) =>
        row.TryGetProperty(name.EncodedUtf8Bytes, out var field) ? field : throw new JsonException($"an order has no {name}");

    private static string Text(JsonElement row, JsonEncodedText name) => Field(row, name).GetString() ?? "";

    private static long? Units(JsonElement row, JsonEncodedText name) => Field(row, name).GetString() is not { } text ? null
        : FixedPoint.TryParse(text, out var units) ? units : throw new JsonException($"{name} of an order is no decimal number: {text}");
}
