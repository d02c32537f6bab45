using System.Globalization;
using System.Text;
using System.Text.Json;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Configuration;

/// <summary>Open parts of the configuration in the form their readers want: JSON text for Serilog, script values for parameters.</summary>
internal static class ConfigText
{
    public static string Json(ConfigNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, node);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static ScriptValue Script(ConfigNode node) => node.Kind switch
    {
        ConfigKind.Text => ScriptValue.Of(node.Text),
        ConfigKind.Number => ScriptValue.Of(double.Parse(node.Text, CultureInfo.InvariantCulture)),
        ConfigKind.Flag => ScriptValue.Of(node.Text == "true"),
        ConfigKind.Null => ScriptValue.Null,
        ConfigKind.Array => ScriptValue.Of([.. node.Items.Select(Script)]),
        ConfigKind.Object => ScriptValue.Of([.. node.Fields.Select(f => KeyValuePair.Create(f.Name, Script(f.Value)))]),
    };

    private static void Write(Utf8JsonWriter writer, ConfigNode node)
    {
        switch (node.Kind)
        {
            case ConfigKind.Object:
                writer.WriteStartObject();
                foreach (var field in node.Fields)
                {
                    writer.WritePropertyName(field.Name);
                    Write(writer, field.Value);
                }

                writer.WriteEndObject();
                break;
            case ConfigKind.Array:
                writer.WriteStartArray();
                foreach (var item in node.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case ConfigKind.Text:
                writer.WriteStringValue(node.Text);
                break;
            case ConfigKind.Number or ConfigKind.Flag:
                writer.WriteRawValue(node.Text);
                break;
            case ConfigKind.Null:
                writer.WriteNullValue();
                break;
        }
    }
}
