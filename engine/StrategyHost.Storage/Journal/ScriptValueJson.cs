using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// What a script returned, exactly as it returned it: order and repetition of fields, NaN, undefined. What JSON has no word for is an
/// object whose only mark is the field <c>$</c>; fields of the script's own that begin so get one more.
/// </summary>
internal sealed class ScriptValueJson : JsonConverter<ScriptValue>
{
    private const string Value = "value";
    private const string OddName = "$u:";

    public override bool HandleNull => true;

    public override void Write(Utf8JsonWriter writer, ScriptValue value, JsonSerializerOptions options)
    {
        switch (value.Kind)
        {
            case ScriptValueKind.Undefined:
                Marked(writer, "undefined", null);
                break;
            case ScriptValueKind.Null:
                writer.WriteNullValue();
                break;
            case ScriptValueKind.Boolean:
                writer.WriteBooleanValue(value.Boolean);
                break;
            case ScriptValueKind.Number when double.IsFinite(value.Number):
                writer.WriteNumberValue(value.Number);
                break;
            case ScriptValueKind.Number:
                Marked(writer, "number", value.Number.ToString(CultureInfo.InvariantCulture));
                break;
            case ScriptValueKind.Text:
                JsonTexts.Write(writer, value.Text);
                break;
            case ScriptValueKind.Unsupported:
                Marked(writer, "unsupported", value.Text);
                break;
            case ScriptValueKind.Array:
                WriteItems(writer, value.Items, options);
                break;
            case ScriptValueKind.Object:
                WriteFields(writer, value.Fields, options);
                break;
        }
    }

    public override ScriptValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => ScriptValue.Null,
            JsonTokenType.True => ScriptValue.Of(true),
            JsonTokenType.False => ScriptValue.Of(false),
            JsonTokenType.Number => ScriptValue.Of(reader.GetDouble()),
            JsonTokenType.String => ScriptValue.Of(reader.GetString()!), // a string token
            JsonTokenType.StartArray => ReadItems(ref reader, options),
            JsonTokenType.StartObject => ReadFields(ref reader, options),
            _ => throw new JsonException($"no script value begins with {reader.TokenType}"),
        };

    private void WriteItems(Utf8JsonWriter writer, IReadOnlyList<ScriptValue> items, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            Write(writer, item, options);
        }

        writer.WriteEndArray();
    }

    private void WriteFields(Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, ScriptValue>> fields, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in fields)
        {
            writer.WritePropertyName(!JsonTexts.IsWellFormed(name) ? OddName + JsonTexts.Encoded(name)
                : name.StartsWith('$') ? JsonTexts.Mark + name : name);
            Write(writer, value, options);
        }

        writer.WriteEndObject();
    }

    private static void Marked(Utf8JsonWriter writer, string what, string? value)
    {
        writer.WriteStartObject();
        writer.WriteString(JsonTexts.Mark, what);
        if (value is not null)
        {
            writer.WritePropertyName(Value);
            JsonTexts.Write(writer, value);
        }

        writer.WriteEndObject();
    }

    private ScriptValue ReadItems(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        var items = new List<ScriptValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Read(ref reader, typeof(ScriptValue), options));
        }

        return ScriptValue.Of(items);
    }

    private ScriptValue ReadFields(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        var fields = new List<KeyValuePair<string, ScriptValue>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!; // a property's name
            if (name == JsonTexts.Mark)
            {
                return ReadMarked(ref reader);
            }

            reader.Read();
            var value = Read(ref reader, typeof(ScriptValue), options);
            fields.Add(new(
                name.StartsWith(OddName, StringComparison.Ordinal) ? JsonTexts.Decoded(name[OddName.Length..])
                    : name.StartsWith('$') ? name[1..] : name, value));
        }

        return ScriptValue.Of(fields);
    }

    private static ScriptValue ReadMarked(ref Utf8JsonReader reader)
    {
        reader.Read();
        var what = reader.GetString();
        string? text = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (what == JsonTexts.Utf16)
            {
                text = JsonTexts.ReadEncoded(ref reader);
            }
            else
            {
                reader.Read();
                text = JsonTexts.Read(ref reader);
            }
        }

        return what switch
        {
            "undefined" => ScriptValue.Undefined,
            "unsupported" => ScriptValue.Unsupported(text ?? ""),
            "number" => ScriptValue.Of(double.Parse(text ?? "", CultureInfo.InvariantCulture)),
            JsonTexts.Utf16 => ScriptValue.Of(text ?? ""),
            _ => throw new UnreachableException(what),
        };
    }
}
