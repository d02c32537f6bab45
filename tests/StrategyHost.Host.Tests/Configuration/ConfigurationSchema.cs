using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Tests.Configuration;

/// <summary>The option table as JSON Schema (draft 2020-12), for editors: config/schema.json.</summary>
internal static class ConfigurationSchema
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Text()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "StrategyHost configuration",
        };
        foreach (var (name, value) in Of(OptionTable.Root).ToList())
        {
            schema[name] = value?.DeepClone();
        }

        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Of(ConfigOption option)
    {
        var schema = option switch
        {
            ValueOption value => OfValue(value),
            GroupOption group => OfGroup(group),
            ListOption list => new JsonObject { ["type"] = "array", ["items"] = Of(list.Item), ["default"] = JsonNode.Parse(list.Default) },
            MapOption map => new JsonObject
            {
                ["type"] = "object",
                ["propertyNames"] = new JsonObject { ["pattern"] = $"^{OptionFactory.SymbolPattern}$" },
                ["additionalProperties"] = Of(map.Item),
            },
            _ => new JsonObject { ["type"] = "object" },
        };
        if (option.Summary.Length > 0)
        {
            schema["description"] = option.Summary;
        }

        if (option.IsNullable)
        {
            AllowNull(schema);
        }

        return schema;
    }

    private static void AllowNull(JsonObject schema)
    {
        var types = schema["type"] is JsonArray several ? several.Select(t => (string)t!).ToList() : [(string)schema["type"]!];
        schema["type"] = new JsonArray([.. types.Append("null").Select(t => JsonValue.Create(t))]);
        if (schema["enum"] is JsonArray choices)
        {
            choices.Add(null);
        }
    }

    private static JsonObject OfGroup(GroupOption group)
    {
        var properties = new JsonObject();
        foreach (var child in group.Children)
        {
            foreach (var name in child.Aliases.Prepend(child.Name))
            {
                properties[name] = Of(child);
            }
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        var required = group.Children.OfType<ValueOption>().Where(v => v.IsRequired).Select(v => JsonValue.Create(v.Name)).ToArray();
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray([.. required]);
        }

        return schema;
    }

    private static JsonObject OfValue(ValueOption value)
    {
        var schema = new JsonObject
        {
            ["type"] = value.Kind switch
            {
                ValueKind.Text => JsonValue.Create("string"),
                ValueKind.Integer => JsonValue.Create("integer"),
                ValueKind.Number => new JsonArray("number", "string"),
                ValueKind.Flag => JsonValue.Create("boolean"),
            },
        };
        if (value.Min is { } min)
        {
            schema[value.IsMinExclusive ? "exclusiveMinimum" : "minimum"] = min;
        }

        if (value.Max is { } max)
        {
            schema["maximum"] = max;
        }

        if (value.Choices.Count > 0)
        {
            schema["enum"] = new JsonArray([.. value.Choices.Select(c => JsonValue.Create(c))]);
        }

        if (value.Pattern is { } pattern)
        {
            schema["pattern"] = $"^(?:{pattern})$";
        }

        if (value.Default is { } text)
        {
            schema["default"] = value.Kind switch
            {
                ValueKind.Flag => text == "true",
                ValueKind.Text => text,
                ValueKind.Integer or ValueKind.Number => decimal.Parse(text, CultureInfo.InvariantCulture),
            };
        }

        return schema;
    }
}
