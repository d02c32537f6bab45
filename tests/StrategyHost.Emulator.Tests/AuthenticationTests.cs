using System.Globalization;
using System.Net.Sockets;
using System.Text;
using StrategyHost.Bybit.Rest;
using StrategyHost.Emulator.Rest;
using Xunit;

namespace StrategyHost.Emulator.Tests;

public sealed class AuthenticationTests(EmulatorFixture emulator) : IClassFixture<EmulatorFixture>
{
    private const string QueryApi = "/v5/user/query-api";
    private const string Echo = "/v5/test/echo";

    [Fact]
    public async Task Each_key_is_answered_with_its_own_user()
    {
        var main = await emulator.GetAsync(QueryApi, by: SignedBy.Main);
        var mirror = await emulator.GetAsync(QueryApi, by: SignedBy.Mirror);

        Assert.Equal((0, "test-main"), (main.RetCode, main.Result.GetProperty("apiKey").GetString()));
        Assert.Equal((0, "test-mirror"), (mirror.RetCode, mirror.Result.GetProperty("apiKey").GetString()));
        Assert.NotEqual(main.Result.GetProperty("userID").GetInt64(), mirror.Result.GetProperty("userID").GetInt64());
        Assert.Equal((1, 0), (main.Result.GetProperty("uta").GetInt32(), main.Result.GetProperty("readOnly").GetInt32()));
    }

    [Theory]
    [InlineData(-5000, 0)]
    [InlineData(-5001, 10002)]
    [InlineData(0, 0)]
    [InlineData(999, 0)]
    [InlineData(1000, 10002)]
    [InlineData(60_000, 10002)]
    [InlineData(-60_000, 10002)]
    public async Task Timestamp_is_accepted_within_the_window_only(long offsetMs, int retCode) =>
        Assert.Equal(retCode, (await emulator.GetAsync(QueryApi, by: SignedBy.Main.At(offsetMs))).RetCode);

    [Theory]
    [InlineData("30000", -20_000, 0)]
    [InlineData("30000", 1000, 10002)]
    [InlineData("1000", -1001, 10002)]
    [InlineData(null, -5000, 0)]
    [InlineData(null, -5001, 10002)]
    [InlineData("0", 0, 10001)]
    [InlineData("-1", 0, 10001)]
    [InlineData("5s", 0, 10001)]
    [InlineData("99999999999", 0, 10001)]
    public async Task Window_of_the_request_counts(string? window, long offsetMs, int retCode) =>
        Assert.Equal(retCode, (await emulator.GetAsync(QueryApi, by: SignedBy.Main.At(offsetMs) with { Window = window })).RetCode);

    [Fact]
    public async Task Refused_timestamp_is_named_with_both_clocks()
    {
        var answer = await emulator.GetAsync(QueryApi, by: SignedBy.Main.At(-9000));

        Assert.Contains(
            "req_timestamp[1699999991000],server_timestamp[1700000000000],recv_window[5000]", answer.RetMsg, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("1700000000000.5")]
    public async Task Timestamp_that_is_no_number_is_refused(string timestamp) =>
        Assert.Equal(10002, (await emulator.GetAsync(QueryApi, by: SignedBy.Main with { Timestamp = timestamp })).RetCode);

    [Fact]
    public async Task Unknown_key_is_refused() =>
        Assert.Equal(10003, (await emulator.GetAsync(QueryApi, by: new SignedBy("no-such-key", "whatever"))).RetCode);

    [Fact]
    public async Task Missing_headers_are_refused() => Assert.Equal(10003, (await emulator.GetAsync(QueryApi)).RetCode);

    [Fact]
    public async Task Secret_of_the_other_account_is_refused() =>
        Assert.Equal(10004, (await emulator.GetAsync(QueryApi, by: new SignedBy("test-main", "test-mirror-secret"))).RetCode);

    [Fact]
    public async Task Signature_that_was_changed_is_refused()
    {
        Assert.Equal(10004, (await Signed(s => "deadbeef")).RetCode);
        Assert.Equal(10004, (await Signed(s => "")).RetCode);
        Assert.Equal(10004, (await Signed(s => s[..^1] + (s[^1] == '0' ? '1' : '0'))).RetCode);
        Assert.Equal(10004, (await Signed(s => s.ToUpperInvariant())).RetCode);
    }

    [Fact]
    public async Task Window_header_that_was_not_signed_is_refused()
    {
        var by = SignedBy.Main with { Window = "5000" };
        var withoutWindow = SignedBy.Main with { Window = null };
        var foreign = withoutWindow.Headers("").Single(h => h.Name == "X-BAPI-SIGN").Value;

        Assert.Equal(10004, (await emulator.GetAsync(QueryApi, by: by with { Change = _ => foreign })).RetCode);
    }

    [Theory]
    [InlineData("symbol=BTCUSDT&limit=50", "symbol=BTCUSDT&limit=51")]
    [InlineData("symbol=BTCUSDT&limit=50", "limit=50&symbol=BTCUSDT")]
    [InlineData("orderLinkId=a%2Bb", "orderLinkId=a%2bb")]
    [InlineData("orderLinkId=a+b", "orderLinkId=a%20b")]
    [InlineData("symbol=BTCUSDT", "")]
    public async Task Query_that_differs_from_the_signed_one_is_refused(string signed, string sent) =>
        Assert.Equal(10004, (await emulator.GetAsync(Echo, sent, SignedBy.Main with { Payload = signed })).RetCode);

    [Theory]
    [InlineData("orderLinkId=a%20b%2Bc%2Fd%3D%C3%A9", "a b+c/d=é")]
    [InlineData("orderLinkId=%c3%a9", "é")]
    [InlineData("orderLinkId=%41", "A")]
    [InlineData("orderLinkId=a|b", "a|b")]
    public async Task Query_is_verified_as_it_stands_on_the_wire(string query, string decoded)
    {
        // A raw socket: a client library might escape the query anew.
        var text = await RawGetAsync(Echo + "?" + query, SignedBy.Main.Headers(query));

        var json = System.Text.Json.JsonDocument.Parse(text[text.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]).RootElement;
        Assert.Equal(0, json.GetProperty("retCode").GetInt32());
        Assert.Equal(decoded, json.GetProperty("result").GetProperty("link").GetString());
    }

    [Fact]
    public async Task Body_is_verified_byte_by_byte()
    {
        const string Body = """{"symbol":"BTCUSDT", "note":"é"}""";

        var untouched = await emulator.PostAsync(Echo, Body, SignedBy.Main);
        var spaced = await emulator.PostAsync(Echo, Body, SignedFor(Body.Replace(", ", ",", StringComparison.Ordinal)));
        var changed = await emulator.PostAsync(Echo, Body, SignedFor(Body.Replace("BTC", "ETH", StringComparison.Ordinal)));

        Assert.Equal((0, Body), (untouched.RetCode, untouched.Result.GetProperty("body").GetString()));
        Assert.Equal((10004, 10004), (spaced.RetCode, changed.RetCode));
    }

    [Fact]
    public async Task Key_without_the_permission_is_refused_and_may_still_ask_about_itself()
    {
        emulator.Server.SetAccount(new EmulatedAccount { Key = "reader", Secret = "s", Uid = 7, Permissions = KeyPermissions.None });
        var by = new SignedBy("reader", "s");

        Assert.Equal(10005, (await emulator.PostAsync(Echo, "{}", by)).RetCode);
        Assert.Equal(1, (await emulator.GetAsync(QueryApi, by: by)).Result.GetProperty("readOnly").GetInt32());
    }

    [Fact]
    public async Task Withdrawal_right_is_shown()
    {
        const KeyPermissions All = KeyPermissions.Trade | KeyPermissions.Withdraw;
        emulator.Server.SetAccount(new EmulatedAccount { Key = "rich", Secret = "s", Uid = 8, Permissions = All });

        var permissions = (await emulator.GetAsync(QueryApi, by: new SignedBy("rich", "s"))).Result.GetProperty("permissions");

        Assert.Equal("Withdraw", permissions.GetProperty("Wallet")[0].GetString());
    }

    [Fact]
    public async Task Signer_of_the_adapter_is_accepted_for_query_and_body()
    {
        var signer = new RequestSigner(new ApiCredentials("test-main", "test-main-secret"));
        var stamp = new RequestStamp(ManualTimeProvider.StartMs);
        string Sign(string payload) => signer.Sign(stamp, Encoding.UTF8.GetBytes(payload));

        var get = await emulator.GetAsync(Echo, "orderLinkId=a%2Fb", SignedBy.Main with { Change = _ => Sign("orderLinkId=a%2Fb") });
        var post = await emulator.PostAsync(Echo, "{\"a\":1}", SignedBy.Main with { Change = _ => Sign("{\"a\":1}") });

        Assert.Equal((0, 0), (get.RetCode, post.RetCode));
    }

    private static SignedBy SignedFor(string payload) => SignedBy.Main with { Payload = payload };

    private Task<Answer> Signed(Func<string, string> change) => emulator.GetAsync(QueryApi, by: SignedBy.Main with { Change = change });

    private async Task<string> RawGetAsync(string target, IEnumerable<(string Name, string Value)> headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", emulator.Server.BaseAddress.Port);
        var lines = headers.Select(h => string.Create(CultureInfo.InvariantCulture, $"{h.Name}: {h.Value}\r\n"));
        var request = $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{string.Concat(lines)}\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
