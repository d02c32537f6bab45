using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Journal;

/// <summary>A value that stands as one text in the body; null where the text is.</summary>
internal abstract class TextConverter<T> : JsonConverter<T>
{
    public override bool HandleNull => true;

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Of(JsonTexts.Read(ref reader));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonTexts.Write(writer, Text(value));

    protected abstract string? Text(T value);

    /// <summary>Only the checksum stands between a body and this: what it lets through was written by <see cref="Text"/>.</summary>
    protected abstract T Of(string? text);
}

internal sealed class PriceJson : TextConverter<Price>
{
    protected override string Text(Price value) => value.ToString();

    protected override Price Of(string? text) => new(JsonTexts.Units(text));
}

internal sealed class QuantityJson : TextConverter<Quantity>
{
    protected override string Text(Quantity value) => value.ToString();

    protected override Quantity Of(string? text) => new(JsonTexts.Units(text));
}

internal sealed class MoneyJson : TextConverter<decimal>
{
    protected override string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    protected override decimal Of(string? text) => decimal.Parse(text ?? "", NumberStyles.Number, CultureInfo.InvariantCulture);
}

internal sealed class TextJson : TextConverter<string?>
{
    protected override string? Text(string? value) => value;

    protected override string? Of(string? text) => text;
}

internal sealed class AccountIdJson : TextConverter<AccountId>
{
    protected override string Text(AccountId value) => value.Name;

    protected override AccountId Of(string? text) => new(text!); // a default id has no name either
}

internal sealed class StrategyIdJson : TextConverter<StrategyId>
{
    protected override string Text(StrategyId value) => value.Name;

    protected override StrategyId Of(string? text) => new(text!); // as above
}

internal sealed class SymbolJson : TextConverter<Symbol>
{
    public override Symbol ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString()!); // a property has a name

    public override void WriteAsPropertyName(Utf8JsonWriter writer, Symbol value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Name);

    protected override string Text(Symbol value) => value.Name;

    protected override Symbol Of(string? text) => new(text!); // as above
}

internal sealed class ClientOrderIdJson : TextConverter<ClientOrderId>
{
    protected override string Text(ClientOrderId value) => value.Value;

    protected override ClientOrderId Of(string? text) => new(text!); // as above
}

internal sealed class ExchangeOrderIdJson : TextConverter<ExchangeOrderId>
{
    protected override string Text(ExchangeOrderId value) => value.Value;

    protected override ExchangeOrderId Of(string? text) => new(text!); // as above
}

internal sealed class ExecutionIdJson : TextConverter<ExecutionId>
{
    protected override string Text(ExecutionId value) => value.Value;

    protected override ExecutionId Of(string? text) => new(text!); // as above
}

/// <summary>Candles of an interval: <c>[minutes, count]</c>; a pair's own properties cannot be set.</summary>
internal sealed class WarmupJson : JsonConverter<KeyValuePair<Interval, int>>
{
    public override KeyValuePair<Interval, int> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Read();
        var minutes = reader.GetInt32();
        reader.Read();
        var count = reader.GetInt32();
        reader.Read();
        return new(new Interval(minutes), count);
    }

    public override void Write(Utf8JsonWriter writer, KeyValuePair<Interval, int> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.Key.Minutes);
        writer.WriteNumberValue(value.Value);
        writer.WriteEndArray();
    }
}

/// <summary>Milliseconds since 1970 as a number.</summary>
internal sealed class TimestampJson : JsonConverter<Timestamp>
{
    public override Timestamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Timestamp value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Ms);
}
