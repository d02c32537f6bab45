using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>Somebody trades the account with another client.</summary>
    public async Task ByHandAsync(string key, string path, string body)
    {
        var time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var sign = Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(key + "-secret"), Encoding.UTF8.GetBytes(time + key + "5000" + body)));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("X-BAPI-API-KEY", key), ("X-BAPI-TIMESTAMP", time), ("X-BAPI-RECV-WINDOW", "5000"), ("X-BAPI-SIGN", sign)])
        {
            request.Headers.Add(name, value);
        }

        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(text.Contains("\"retCode\":0", StringComparison.Ordinal), $"{path}: {text}");
    }

    /// <summary>Waits until an account is as told; a deadline is for failures only.</summary>
    public async Task<JsonElement> UntilAsync(string key, Func<JsonElement, bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(150));
        while (true)
        {
            var truth = await TruthAsync(key);
            if (isSo(truth))
            {
                return truth;
            }

            Assert.False(patience.IsCancellationRequested, truth.ToString());
            await Task.Delay(50);
        }
    }

    /// <summary>The market of BTCUSDT goes there.</summary>
    public Task PriceAsync(decimal price) =>
        PostAsync("/emulator/price", new { symbol = "BTCUSDT", price = price.ToString(CultureInfo.InvariantCulture) });

    /// <summary>Waits until the account has asked for this.</summary>
    public async Task RequestsAsync(string key, string path)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(150));
        while (!(await GetAsync("/emulator/requests?account=" + key)).GetProperty("requests").EnumerateArray()
            .Any(r => r.GetProperty("path").GetString()!.StartsWith(path, StringComparison.Ordinal)))
        {
            Assert.False(patience.IsCancellationRequested, $"nobody asked for {path}");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
