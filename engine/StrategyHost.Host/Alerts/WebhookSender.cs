using System.Net.Http.Headers;
using System.Text.Json;

namespace StrategyHost.Host.Alerts;

/// <summary>
/// Posts a message as JSON. The field <c>text</c> has all of it for people, so that Slack's and Mattermost's incoming webhooks show it;
/// the others are for machines.
/// </summary>
/// <param name="address">Where to; may hold a secret in its path and is never printed.</param>
/// <param name="token">Sent as a bearer token; null: none.</param>
/// <param name="source">Which host speaks, such as <c>StrategyHost live</c>.</param>
/// <param name="time">The clock.</param>
internal sealed class WebhookSender(Uri address, string? token, string source, TimeProvider time) : IAlertSender, IDisposable
{
    private readonly HttpClient _http = WebClients.For(address);

    public string Name => "webhook";

    public async Task<Delivery> SendAsync(AlertMessage message, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = new ByteArrayContent(Body(message)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return WebClients.Of(answer, time);
        }
        catch (HttpRequestException problem)
        {
            return WebClients.Of(problem);
        }
    }

    public void Dispose() => _http.Dispose();

    private byte[] Body(AlertMessage message) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        source,
        text = $"{source}: {message.Text}",
        severity = message.Newest.AtRisk ? "risk" : "notice",
        account = message.Newest.Account,
        code = message.Newest.Code,
        symbol = message.Newest.Symbol,
        count = message.Count,
        first = message.First.ToString(),
        time = message.Newest.At.ToString(),
    });
}
