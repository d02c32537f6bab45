using System.Text.Json;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Commands;

/// <summary><c>{"errors":[…]}</c> of contracts §1. Fields that are not known are left out.</summary>
internal static class ErrorDocument
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<Error> errors)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("errors");
        foreach (var error in errors)
        {
            WriteError(writer, error);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteError(Utf8JsonWriter writer, Error error)
    {
        writer.WriteStartObject();
        Text(writer, "file", error.File);
        Number(writer, "line", error.Line);
        Number(writer, "column", error.Column);
        Number(writer, "offset", error.Offset);
        Text(writer, "field", error.Field);
        Text(writer, "value", error.Value);
        writer.WriteString("rule", error.Rule);
        writer.WriteString("message", error.Message);
        writer.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }
}
