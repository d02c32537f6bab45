using System.Runtime.InteropServices;
using System.Text.Json;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// Texts in JSON, exactly: a JavaScript string may hold halves of surrogate pairs, which no JSON text can; it stands as
/// <c>{"$":"utf16","value":BASE64}</c>.
/// </summary>
internal static class JsonTexts
{
    public const string Mark = "$";
    public const string Utf16 = "utf16";

    public static void Write(Utf8JsonWriter writer, string? text)
    {
        if (text is null || IsWellFormed(text))
        {
            writer.WriteStringValue(text);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString(Mark, Utf16);
        writer.WriteString("value", Encoded(text));
        writer.WriteEndObject();
    }

    /// <summary>The reader stands on the value, and afterwards on its last token.</summary>
    public static string? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return reader.GetString();
        }

        reader.Read(); // "$"
        reader.Read();
        reader.Read(); // "value"
        var text = ReadEncoded(ref reader);
        reader.Read();
        return text;
    }

    /// <summary>The reader stands on the property <c>value</c>.</summary>
    public static string ReadEncoded(ref Utf8JsonReader reader)
    {
        reader.Read();
        return Decoded(reader.GetString() ?? "");
    }

    public static string Encoded(string text) => Convert.ToBase64String(MemoryMarshal.AsBytes(text.AsSpan()));

    public static string Decoded(string base64) => new(MemoryMarshal.Cast<byte, char>(Convert.FromBase64String(base64)));

    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    public static long Units(string? text) =>
        FixedPoint.TryParse(text, out var units) ? units : throw new JsonException($"'{text}' is no fixed-point number");
}
