using System.Text.Json;

namespace StrategyHost.Host.Tests.Live;

internal static class HttpClientJson
{
    public static async Task<JsonElement> GetFromAsync(this HttpClient client, Uri address) =>
        JsonDocument.Parse(await client.GetStringAsync(address)).RootElement;
}
