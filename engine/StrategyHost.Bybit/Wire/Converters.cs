using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StrategyHost.Bybit.Wire;

/// <summary>A decimal as text or number, exponents included; empty text is null, other text a <see cref="JsonException"/>.</summary>
internal sealed class DecimalConverter : JsonConverter<decimal?>
{
    public override decimal? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public static decimal? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.GetDecimal();
        }

        var text = TextOf(ref reader);
        return text.Length == 0
            ? null
            : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new JsonException($"\"{text}\" is not a decimal number");
    }

    public static string TextOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString() ?? "",
        JsonTokenType.Null => "",
        _ => throw new JsonException($"a text or a number was expected, found {reader.TokenType}"),
    };

    public override void Write(Utf8JsonWriter writer, decimal? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value?.ToString(CultureInfo.InvariantCulture) ?? "");
}

/// <summary>A whole number, a moment in ms, or a sequence number, as text or number; empty text is null.</summary>
internal sealed class LongConverter : JsonConverter<long?>
{
    public override long? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public static long? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.GetInt64();
        }

        var text = DecimalConverter.TextOf(ref reader);
        return text.Length == 0
            ? null
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new JsonException($"\"{text}\" is not a whole number");
    }

    public override void Write(Utf8JsonWriter writer, long? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value?.ToString(CultureInfo.InvariantCulture) ?? "");
}

/// <summary>A yes or no as literal or text; flat position rows carry an empty text, which is null.</summary>
internal sealed class BoolConverter : JsonConverter<bool?>
{
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => DecimalConverter.TextOf(ref reader) switch
        {
            "true" => true,
            "false" => false,
            "" => null,
            var text => throw new JsonException($"\"{text}\" is neither true nor false"),
        },
    };

    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options)
    {
        if (value is { } known)
        {
            writer.WriteBooleanValue(known);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}

/// <summary>A small whole number as text or number; empty text is null.</summary>
internal sealed class IntConverter : JsonConverter<int?>
{
    public override int? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LongConverter.Read(ref reader) is { } value
            ? value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new JsonException($"{value} is too large")
            : null;

    public override void Write(Utf8JsonWriter writer, int? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value?.ToString(CultureInfo.InvariantCulture) ?? "");
}
