using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Authoring;

/// <summary>
/// A script's value as JSON, whole and with its fields in the script's order. What JSON cannot carry becomes a text that says so.
/// </summary>
internal static class ScriptValueJson
{
    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(ScriptValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Form))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter writer, ScriptValue value)
    {
        switch (value.Kind)
        {
            case ScriptValueKind.Undefined or ScriptValueKind.Null:
                writer.WriteNullValue();
                break;
            case ScriptValueKind.Boolean:
                writer.WriteBooleanValue(value.Boolean);
                break;
            case ScriptValueKind.Number when double.IsFinite(value.Number):
                writer.WriteNumberValue(value.Number);
                break;
            case ScriptValueKind.Number:
                writer.WriteStringValue(value.ToString());
                break;
            case ScriptValueKind.Text or ScriptValueKind.Unsupported:
                writer.WriteStringValue(value.Text);
                break;
            case ScriptValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case ScriptValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, field) in value.Fields)
                {
                    writer.WritePropertyName(name);
                    Write(writer, field);
                }

                writer.WriteEndObject();
                break;
            default:
                throw new System.Diagnostics.UnreachableException(value.Kind.ToString());
        }
    }

    /// <summary>JSON that a test gave, as a script's value.</summary>
    public static ScriptValue Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => ScriptValue.Of(true),
        JsonValueKind.False => ScriptValue.Of(false),
        JsonValueKind.Number => ScriptValue.Of(json.GetDouble()),
        JsonValueKind.String => ScriptValue.Of(json.GetString() ?? ""),
        JsonValueKind.Array => ScriptValue.Of([.. json.EnumerateArray().Select(Read)]),
        JsonValueKind.Object => ScriptValue.Of([.. json.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Read(p.Value)))]),
        _ => ScriptValue.Null,
    };
}
