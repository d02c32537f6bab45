using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StrategyHost.Host.Views;

/// <summary>The documents as bytes and back.</summary>
internal static class DocumentJson
{
    public static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // read by programs and people, never by a browser
    };

    public static Task WriteAsync<T>(PipeWriter writer, Document<T> document, CancellationToken cancellation) =>
        JsonSerializer.SerializeAsync(writer, document, Form, cancellation);

    public static Document<T>? Read<T>(Stream stream) => JsonSerializer.Deserialize<Document<T>>(stream, Form);

    public static void Write<T>(Utf8JsonWriter writer, Document<T> document) => JsonSerializer.Serialize(writer, document, Form);
}
