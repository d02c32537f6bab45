using System.Net.Http.Json;
using System.Text.Json;

namespace StrategyHost.Host.Tests.Live;

/// <summary>The built emulator as a process, its control endpoints, and what a host needs to trade on it.</summary>
internal sealed class EmulatedExchange : IAsyncDisposable
{
    private readonly HostProcess _process;
    private readonly HttpClient _http;

    private EmulatedExchange(HostProcess process, Uri address) =>
        (_process, _http, Address) = (process, new HttpClient { BaseAddress = address }, address);

    public Uri Address { get; }

    /// <summary>Keys of both accounts, under the names that the configuration reads by default.</summary>
    public Dictionary<string, string> Keys { get; } = new()
    {
        ["BYBIT_API_KEY"] = "test-main",
        ["BYBIT_API_SECRET"] = "test-main-secret",
        ["BYBIT_API_KEY_2"] = "test-mirror",
        ["BYBIT_API_SECRET_2"] = "test-mirror-secret",
    };

    public static async Task<EmulatedExchange> StartAsync(params string[] arguments)
    {
        var process = HostProcess.Start(["emulate", "--port", "0", .. arguments]);
        return new EmulatedExchange(process, await process.ReadyAsync());
    }

    /// <summary>The <c>endpoints</c> of a configuration.</summary>
    public string Endpoints => JsonSerializer.Serialize(new
    {
        rest = Address.ToString(),
        publicStream = $"ws://{Address.Authority}/v5/public/linear",
        privateStream = $"ws://{Address.Authority}/v5/private",
    });

    public async Task PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    public Task<JsonElement> GetAsync(string path) => _http.GetFromAsync(new Uri(Address, path));

    public async Task ClearFaultsAsync() => (await _http.DeleteAsync("/emulator/fault")).EnsureSuccessStatusCode();

    /// <summary>One account as the exchange knows it.</summary>
    public async Task<JsonElement> TruthAsync(string key) => (await GetAsync("/emulator/truth")).GetProperty("accounts").GetProperty(key);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
