using System.Text.Json;

namespace StrategyHost.Bybit.Streams;

/// <summary>
/// Looks into a frame far enough to route it. The order of the properties differs between topics, so it is not relied on.
/// </summary>
internal static class StreamFrame
{
    /// <summary>The topic of a data message; null for an answer; throws <see cref="JsonException"/> on what is no JSON object.</summary>
    public static string? TopicOf(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("a frame is an object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTopic = reader.ValueTextEquals("topic"u8);
            reader.Read();
            if (isTopic)
            {
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }

            reader.Skip();
        }

        return null;
    }
}
