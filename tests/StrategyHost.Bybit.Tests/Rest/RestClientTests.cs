using System.Text;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Tests.Loopback;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Bybit.Tests.Rest;

public sealed class RestClientTests : IAsyncLifetime
{
    private const string Path = "/v5/order/create";
    private static readonly ApiCredentials Credentials = new("TESTKEY000000001", "TESTSECRET0000000000000000000001");
    private readonly ManualTime _time = new();
    private readonly LoopbackServer _server;
    private readonly BybitRestClient _client;

    public RestClientTests()
    {
        _server = new LoopbackServer(_time);
        _client = Client(_server.Rest);
    }

    public static TheoryData<string, int, string, string> Bodies => new()
    {
        { "success", 200, """{"retCode":0,"retMsg":"","result":{"orderId":"1"}}""", "Ok 0" },
        { "success without result", 200, """{"retCode":0,"retMsg":"OK"}""", "Ok 0" },
        { "page of a gateway", 200, "<html>502</html>", "Ambiguous 0" },
        { "empty", 200, "", "Ambiguous 0" },
        { "half an envelope", 200, """{"retCode":0,"retM""", "Ambiguous 0" },
        { "no envelope", 200, """{"hello":1}""", "Ambiguous 0" },
        { "an array", 200, "[]", "Ambiguous 0" },
        { "code that is no number", 200, """{"retCode":"x"}""", "Ambiguous 0" },
        { "unknown code", 200, """{"retCode":987654,"retMsg":"?"}""", "Ambiguous 987654" },
        { "server timeout", 200, """{"retCode":10000,"retMsg":"Server Timeout"}""", "Ambiguous 10000" },
        { "server error", 200, """{"retCode":10016,"retMsg":"x"}""", "Ambiguous 10016" },
        { "balance", 200, """{"retCode":110007,"retMsg":"ab not enough"}""", "Refused 110007" },
        { "wrong key", 200, """{"retCode":10003,"retMsg":"x"}""", "Refused 10003" },
        { "duplicate id", 200, """{"retCode":110072,"retMsg":"x"}""", "AlreadyDone 110072" },
        { "rate limit", 200, """{"retCode":10006,"retMsg":"x"}""", "Retryable 10006" },
        { "stale stamp", 200, """{"retCode":10002,"retMsg":"x"}""", "Retryable 10002" },
        { "bad request", 400, "", "Refused 400" },
        { "unauthorised", 401, "no", "Refused 401" },
        { "ban page", 403, "<html>", "Ambiguous 403" },
        { "not found", 404, "<html>", "Refused 404" },
        { "protection", 429, "slow down", "Ambiguous 429" },
        { "broken gateway", 502, "<html>", "Ambiguous 502" },
        { "unavailable", 503, "", "Ambiguous 503" },
        { "success of a broken gateway", 500, """{"retCode":0,"retMsg":"OK","result":{}}""", "Ambiguous 500" },
        { "redirect", 302, "", "Ambiguous 302" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Answer_gets_its_meaning(string what, int status, string body, string expected)
    {
        _server.Routes[Path] = _ => new Answer(body, status, body.StartsWith('<') ? "text/html" : "application/json");

        Assert.True(Name(await SendAsync()) == expected, what);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Answer_that_is_cut_off_is_ambiguous(int bytes)
    {
        _server.Routes[Path] = _ => new Answer("""{"retCode":0,"retMsg":"OK","result":{}}""") { CutAt = bytes };

        Assert.StartsWith("Ambiguous", Name(await SendAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_is_ambiguous_after_the_timeout()
    {
        var never = new TaskCompletionSource();
        _server.Routes[Path] = _ => new Answer("{}") { After = never.Task };

        var result = await _time.PassUntilAsync(SendAsync());

        Assert.Equal("Ambiguous 0", Name(result));
        Assert.NotEqual(0, result.StampMs);
        never.SetResult();
    }

    [Fact]
    public async Task Refused_connection_is_retryable_because_nothing_was_sent()
    {
        Assert.True(await _client.MeasureClockAsync(default));
        await _server.DisposeAsync();

        Assert.Equal("Retryable 0", Name(await SendAsync()));
    }

    [Fact]
    public async Task Signature_covers_the_bytes_that_are_sent()
    {
        var query = "category=linear&cursor=abc%3A1%2Cdef%3A2&limit=50";
        var request = new RestRequest<ListResult<OrderRow>>("/v5/order/realtime", BybitJson.Default.OrderReply) { Query = query };

        Assert.IsType<Ok<ListResult<OrderRow>>>(await _client.SendAsync(request, default));
        await SendAsync();

        foreach (var seen in _server.Requests.Where(r => r.Path != "/v5/market/time"))
        {
            var stamp = new RequestStamp(long.Parse(seen.Headers["X-BAPI-TIMESTAMP"], System.Globalization.CultureInfo.InvariantCulture), 3000);
            var payload = seen.Method == "GET" ? seen.Query : seen.Body;
            Assert.Equal(new RequestSigner(Credentials).Sign(stamp, Encoding.UTF8.GetBytes(payload)), seen.Headers["X-BAPI-SIGN"]);
            Assert.Equal("3000", seen.Headers["X-BAPI-RECV-WINDOW"]);
        }

        Assert.Contains(_server.Requests, r => r.Query == query);
    }

    [Fact]
    public async Task Stamp_follows_the_servers_clock_and_stays_behind_it()
    {
        var serverMs = _time.GetUtcNow().ToUnixTimeMilliseconds() + 10_000;
        _server.Routes["/v5/market/time"] = _ =>
            new Answer($$"""{"retCode":0,"result":{"timeNano":"{{serverMs}}000000"},"time":{{serverMs}} }""");

        var result = await SendAsync();

        Assert.InRange(result.StampMs, serverMs - 100, serverMs);
        Assert.Equal(10_000, _client.ClockOffsetMs);
    }

    [Fact]
    public async Task Clock_is_measured_again_after_a_stale_stamp()
    {
        _server.Routes[Path] = _ => Reply.Error(10002, "stale");
        await SendAsync();
        var before = _server.Requests.Count(r => r.Path == "/v5/market/time");

        await SendAsync();

        Assert.Equal(before + 3, _server.Requests.Count(r => r.Path == "/v5/market/time"));
    }

    [Fact]
    public async Task Nothing_is_signed_while_the_clock_is_unknown()
    {
        _server.Routes["/v5/market/time"] = _ => new Answer("", 503);

        Assert.Equal("Retryable 0", Name(await SendAsync()));
        Assert.DoesNotContain(_server.Requests, r => r.Path == Path);
    }

    [Fact]
    public async Task Ban_of_the_address_silences_every_client_behind_the_gate()
    {
        _server.Routes[Path] = _ => new Answer("<html>", 403, "text/html");
        await SendAsync();
        _server.Routes[Path] = _ => new Answer("""{"retCode":0,"result":{}}""");
        var before = _server.Requests.Count;

        var second = await SendAsync();

        Assert.Equal("Retryable 0", Name(second));
        Assert.Equal(before, _server.Requests.Count);
        _time.Advance(601_000);
        Assert.Equal("Ok 0", Name(await SendAsync()));
    }

    [Fact]
    public async Task Exhausted_endpoint_waits_for_the_reset_that_the_reply_names()
    {
        var resetAt = _time.GetUtcNow().ToUnixTimeMilliseconds() + 700;
        _server.Routes[Path] = _ => Reply.Error(10006, "limit") with
        {
            Headers = new Dictionary<string, string> { ["X-Bapi-Limit-Reset-Timestamp"] = $"{resetAt}" },
        };
        await SendAsync();
        _server.Routes[Path] = _ => new Answer("""{"retCode":0,"result":{}}""");

        Assert.Equal("Ok 0", Name(await _time.PassUntilAsync(SendAsync())));
        Assert.True(_time.GetUtcNow().ToUnixTimeMilliseconds() >= resetAt);
    }

    [Fact]
    public void Plain_http_to_another_machine_is_refused() =>
        Assert.Throws<ArgumentException>(() => Client(new Uri("http://api.bybit.com")));

    [Fact]
    public async Task No_text_shows_a_secret()
    {
        _server.Routes[Path] = _ => new Answer("<html>", 500, "text/html");

        var options = new RestOptions
        {
            Address = _server.Rest,
            Account = AccountId.Main,
            Credentials = Credentials,
        };
        var text = (await SendAsync()).ToString() + Credentials + options;

        Assert.DoesNotContain(Credentials.Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Credentials.Key, text, StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private BybitRestClient Client(Uri address) => new(
        new RestOptions
        {
            Address = address,
            Account = AccountId.Main,
            Credentials = Credentials,
        },
        new RequestGate(RequestLimits.Default, _time), _time);

    private Task<RestResult<EmptyRow>> SendAsync() => _client.SendAsync(
        new RestRequest<EmptyRow>(Path, BybitJson.Default.EmptyReply)
        {
            Body = """{"category":"linear","price":"30000"}"""u8.ToArray(),
        },
        default);

    private static string Name(RestResult<EmptyRow> result) => result switch
    {
        Ok<EmptyRow> => "Ok 0",
        AlreadyDone<EmptyRow> r => $"AlreadyDone {r.RetCode}",
        Refused<EmptyRow> r => $"Refused {r.RetCode}",
        Ambiguous<EmptyRow> r => $"Ambiguous {r.RetCode}",
        Retryable<EmptyRow> r => $"Retryable {r.RetCode}",
        _ => "?",
    };
}
