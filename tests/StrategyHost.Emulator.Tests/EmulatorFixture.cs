using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Rest;
using Xunit;

namespace StrategyHost.Emulator.Tests;

/// <summary>
/// An emulator on a free loopback port, and a client of its own: the signature is written out here once more, from the exchange's
/// description, so that neither the server nor the adapter checks itself.
/// </summary>
public sealed class EmulatorFixture : IAsyncLifetime
{
    private static readonly HttpClient Http = new();
    private EmulatorServer? _server;

    internal ManualTimeProvider Clock { get; } = new();

    internal EmulatorServer Server => _server ?? throw new InvalidOperationException("not started");

    internal static Instrument Instrument(string symbol, decimal tick) => new()
    {
        Symbol = new Symbol(symbol),
        TickSize = Price.Of(tick),
        QtyStep = Quantity.Of(0.001m),
        MinQty = Quantity.Of(0.001m),
        MaxLimitQty = Quantity.Of(1190),
        MaxMarketQty = Quantity.Of(119.5m),
        MinNotional = 5,
    };

    public Task InitializeAsync() => StartAsync(limits: false);

    /// <summary>The market stands: 65000.0 for BTCUSDT, best bid there, best ask one tick above.</summary>
    internal async Task StartAsync(bool limits, EmulatedMarketOptions? market = null)
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        var options = new EmulatorOptions
        {
            Limits = limits,
            Instruments = [Instrument("BTCUSDT", 0.1m), Instrument("ETHUSDT", 0.01m), Instrument("SOLUSDT", 0.01m)],
            Routes = [Echo("POST"), Echo("GET")],
            Market = market ?? new EmulatedMarketOptions { IsPaused = true, HistoryMinutes = 1200 },
        };
        _server = await EmulatorServer.StartAsync(options, Clock, CancellationToken.None);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    internal Task<Answer> GetAsync(string path, string query = "", SignedBy? by = null) => SendAsync(HttpMethod.Get, path, query, "", by);

    internal Task<Answer> PostAsync(string path, string body, SignedBy? by = null) => SendAsync(HttpMethod.Post, path, "", body, by);

    /// <summary>An order of the main account that must be accepted; its id.</summary>
    internal async Task<string> PlaceAsync(string fields, SignedBy? by = null)
    {
        var answer = await PostAsync("/v5/order/create", OrderBody(fields), by ?? SignedBy.Main);
        Assert.Equal((0, "OK"), (answer.RetCode, answer.RetMsg));
        return answer.Result.GetProperty("orderId").GetString()!;
    }

    internal static string OrderBody(string fields) => $$"""{"category":"linear","symbol":"BTCUSDT",{{fields}}}""";

    /// <summary>A control endpoint's answer, which must be good.</summary>
    internal async Task<JsonElement> ControlAsync(HttpMethod method, string path, string body = "")
    {
        using var request = new HttpRequestMessage(method, new Uri(Server.BaseAddress, path));
        request.Content = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    internal Task<JsonElement> FaultAsync(string fault) => ControlAsync(HttpMethod.Post, "/emulator/fault", fault);

    internal Task MoveAsync(string price) =>
        ControlAsync(HttpMethod.Post, "/emulator/price", $$"""{"symbol":"BTCUSDT","price":"{{price}}"}""");

    /// <summary>The answer as it came; a connection that is cut throws.</summary>
    internal async Task<(int Status, string Type, string Body)> RawAsync(string path, string query = "", SignedBy? by = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.BaseAddress, query.Length == 0 ? path : path + "?" + query));
        foreach (var (name, value) in by?.Headers(query) ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await response.Content.ReadAsStringAsync());
    }

    private async Task<Answer> SendAsync(HttpMethod method, string path, string query, string body, SignedBy? by)
    {
        var target = query.Length == 0 ? path : path + "?" + query;
        using var request = new HttpRequestMessage(method, new Uri(Server.BaseAddress, target));
        if (method == HttpMethod.Post)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in by?.Headers(query + body) ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    // A private endpoint that needs the right to trade, standing for those that the exchange will bring.
    private static EmulatorRoute Echo(string method) => new()
    {
        Method = method,
        Path = "/v5/test/echo",
        Private = new PrivateAccess(KeyPermissions.Order, PerSecond: 3),
        Handle = (request, account) => EmulatorReply.Ok(new JsonObject
        {
            ["body"] = Encoding.UTF8.GetString(request.Body.Span),
            ["link"] = request.Parameter("orderLinkId"),
            ["uid"] = account?.Uid,
        }),
    };
}

/// <summary>How a test request is signed; what differs from it on the wire is tampering.</summary>
internal sealed record SignedBy(string Key, string Secret)
{
    public static readonly SignedBy Main = new("test-main", "test-main-secret");
    public static readonly SignedBy Mirror = new("test-mirror", "test-mirror-secret");

    public string Timestamp { get; init; } = ManualTimeProvider.StartMs.ToString(System.Globalization.CultureInfo.InvariantCulture);
    public string? Window { get; init; } = "5000";

    /// <summary>Signed in place of the payload that is sent.</summary>
    public string? Payload { get; init; }
    public Func<string, string> Change { get; init; } = s => s;

    public SignedBy At(long offsetMs) => this with
    {
        Timestamp = (ManualTimeProvider.StartMs + offsetMs).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    public IEnumerable<(string Name, string Value)> Headers(string payload)
    {
        var text = Timestamp + Key + Window + (Payload ?? payload);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(text));
        yield return ("X-BAPI-API-KEY", Key);
        yield return ("X-BAPI-TIMESTAMP", Timestamp);
        yield return ("X-BAPI-SIGN", Change(Convert.ToHexStringLower(hash)));
        if (Window is not null)
        {
            yield return ("X-BAPI-RECV-WINDOW", Window);
        }
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(int HttpStatus, int RetCode, string RetMsg, JsonElement Result)
{
    public required long Time { get; init; }
    public required JsonElement Extra { get; init; }

    /// <summary>The rows of a list.</summary>
    public IReadOnlyList<JsonElement> List => [.. Result.GetProperty("list").EnumerateArray()];
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var root = json.RootElement;
        return new Answer(
            (int)response.StatusCode,
            root.GetProperty("retCode").GetInt32(),
            root.GetProperty("retMsg").GetString()!,
            root.GetProperty("result").Clone())
        {
            Time = root.GetProperty("time").GetInt64(),
            Extra = root.GetProperty("retExtInfo").Clone(),
            Headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase),
        };
    }
}
