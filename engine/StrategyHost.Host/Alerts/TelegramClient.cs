using System.Net.Http.Headers;
using System.Text.Json;

namespace StrategyHost.Host.Alerts;

/// <summary>A text that somebody sent to the bot.</summary>
/// <param name="Id">Number of the update.</param>
/// <param name="Chat">Where it was sent.</param>
/// <param name="SentAt">Telegram's time, seconds since 1970.</param>
/// <param name="Text">Empty where the update is no text.</param>
internal sealed record TelegramUpdate(long Id, long Chat, long SentAt, string Text);

/// <summary>An answer to a poll: the updates, and Telegram's own time in seconds, where it was told.</summary>
internal sealed record TelegramPoll(IReadOnlyList<TelegramUpdate> Updates, long? ServerSeconds);

/// <summary>
/// The Bot API (core.telegram.org/bots/api as known in 2026: getMe, sendMessage, getUpdates). The token is part of each address, so no
/// address is ever printed. Failures are values.
/// </summary>
internal sealed class TelegramClient(Uri address, string token, TimeProvider time) : IDisposable
{
    /// <summary>The last second of the year 9999: what a date can be.</summary>
    private const long SecondsMax = 253_402_300_799;

    private readonly HttpClient _http = WebClients.For(address);

    public void Dispose() => _http.Dispose();

    /// <summary>Sends plain text; Telegram takes 4096 characters.</summary>
    public async Task<Delivery> SendAsync(long chat, string text, CancellationToken cancellation)
    {
        var message = new { chat_id = chat, text, link_preview_options = new { is_disabled = true } };
        return (await CallAsync("sendMessage", message, cancellation)).Delivery;
    }

    /// <summary>The bot's name, which also shows that the token is good.</summary>
    public async Task<(Delivery Delivery, string Name)> NameAsync(CancellationToken cancellation)
    {
        var (delivery, result, _) = await CallAsync("getMe", new { }, cancellation);
        return (delivery, Text(result, "username"));
    }

    /// <summary>
    /// Updates from a number on, which confirms those before it; waits at Telegram for the first. Only messages are asked for.
    /// </summary>
    public async Task<(Delivery Delivery, TelegramPoll Poll)> PollAsync(long? from, int waitSeconds, CancellationToken cancellation)
    {
        var (delivery, result, server) = await CallAsync(
            "getUpdates", new { offset = from, timeout = waitSeconds, limit = 50, allowed_updates = (string[])["message"] }, cancellation);
        var updates = result.ValueKind == JsonValueKind.Array ? result.EnumerateArray().Select(Update).OfType<TelegramUpdate>() : [];
        return (delivery, new TelegramPoll([.. updates], server));
    }

    private static TelegramUpdate? Update(JsonElement update)
    {
        if (Number(update, "update_id") is not { } id)
        {
            return null;
        }

        var message = Part(update, "message");
        var sent = Math.Clamp(Number(message, "date") ?? 0, 0, SecondsMax);
        return new TelegramUpdate(id, Number(Part(message, "chat"), "id") ?? 0, sent, Text(message, "text"));
    }

    private async Task<(Delivery Delivery, JsonElement Result, long? ServerSeconds)> CallAsync(
        string method, object body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"/bot{token}/{method}"));
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        try
        {
            using var answer = await _http.SendAsync(request, cancellation);
            var server = answer.Headers.Date?.ToUnixTimeSeconds();
            var document = await ReadAsync(answer, cancellation);
            var delivery = WebClients.Of(answer, time);
            if (delivery.Kind == DeliveryKind.Done && Part(document, "ok").ValueKind == JsonValueKind.True)
            {
                return (delivery, Part(document, "result"), server);
            }

            return (Failure(delivery, document), default, server);
        }
        catch (HttpRequestException problem)
        {
            return (WebClients.Of(problem), default, null);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default; // not Telegram, or cut off
        }
    }

    /// <summary>A refusal's <c>description</c> and <c>parameters.retry_after</c>; an answer that is none may become one.</summary>
    private static Delivery Failure(Delivery delivery, JsonElement document)
    {
        var after = Number(Part(document, "parameters"), "retry_after") is { } seconds
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 86_400)) : delivery.After;
        var kind = delivery.Kind == DeliveryKind.Done ? DeliveryKind.Later : delivery.Kind;
        return new Delivery(kind, $"{delivery.Why} {Text(document, "description")}".Trim(), after);
    }

    private static JsonElement Part(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var part) ? part : default;

    private static long? Number(JsonElement of, string name) =>
        Part(of, name) is { ValueKind: JsonValueKind.Number } part && part.TryGetInt64(out var number) ? number : null;

    private static string Text(JsonElement of, string name)
    {
        try
        {
            return Part(of, name) is { ValueKind: JsonValueKind.String } part ? part.GetString() ?? "" : "";
        }
        catch (InvalidOperationException)
        {
            return ""; // half of a surrogate pair: no text that anybody could have meant
        }
    }
}

/// <summary>Sends alerts to one chat.</summary>
internal sealed class TelegramSender(TelegramClient client, long chat, string source) : IAlertSender
{
    public string Name => $"telegram {chat}";

    public Task<Delivery> SendAsync(AlertMessage message, CancellationToken cancellation) =>
        client.SendAsync(chat, $"{source}: {message.Text}", cancellation);
}
