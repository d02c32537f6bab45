using System.Text.Json;
using Xunit;

namespace StrategyHost.Emulator.Tests;

public sealed class StreamTests : IAsyncLifetime
{
    private const string Public = "/v5/public/linear";
    private const string Private = "/v5/private";
    private const string Trade = "/v5/trade";
    private readonly EmulatorFixture _emulator = new();

    public Task InitializeAsync() => _emulator.InitializeAsync();

    public Task DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Book_begins_with_a_snapshot_and_its_deltas_lead_to_the_same_book_as_rest()
    {
        using var stream = await TestStream.OpenAsync(_emulator, Public);
        await stream.SubscribeAsync("orderbook.50.BTCUSDT");
        var snapshot = await stream.NextAsync("orderbook.50.BTCUSDT");
        Assert.Equal("snapshot", snapshot.Text("type"));
        var bids = new SortedDictionary<decimal, string>();
        var asks = new SortedDictionary<decimal, string>();
        Apply(snapshot, bids, asks);

        await _emulator.MoveAsync("65001.5");
        var delta = await stream.NextAsync("orderbook.50.BTCUSDT");

        Assert.Equal("delta", delta.Text("type"));
        Assert.Equal(UpdateId(snapshot) + 1, UpdateId(delta));
        Apply(delta, bids, asks);
        Assert.Equal((65001.5m, 65001.6m, 50, 50), (bids.Keys.Last(), asks.Keys.First(), bids.Count, asks.Count));
        var rest = (await _emulator.GetAsync("/v5/market/orderbook", "category=linear&symbol=BTCUSDT&limit=50")).Result;
        Assert.Equal(rest.GetProperty("b").EnumerateArray().Select(l => l[1].GetString()), bids.Reverse().Select(b => b.Value));
        Assert.Equal(rest.GetProperty("a").EnumerateArray().Select(l => l[1].GetString()), asks.Select(a => a.Value));
    }

    [Fact]
    public async Task Ticker_snapshot_is_whole_and_a_delta_has_only_what_changed()
    {
        using var stream = await TestStream.OpenAsync(_emulator, Public);
        await stream.SubscribeAsync("tickers.BTCUSDT");
        var snapshot = (await stream.NextAsync("tickers.BTCUSDT")).GetProperty("data");

        await _emulator.MoveAsync("65100");
        var delta = (await stream.NextAsync(f => f.Has("topic", "tickers.BTCUSDT") && f.GetProperty("data").TryGetProperty("lastPrice", out _)))
            .GetProperty("data");

        Assert.All(["openInterestValue", "fundingRate", "nextFundingTime", "bid1Size"], f => Assert.NotEmpty(snapshot.Text(f)));
        Assert.Equal(("BTCUSDT", "65100", "65100", "65100"), (
            delta.Text("symbol"), delta.Text("lastPrice"), delta.Text("markPrice"), delta.Text("indexPrice")));
        Assert.False(delta.TryGetProperty("fundingRate", out _));
    }

    [Fact]
    public async Task Candle_is_confirmed_once_when_its_minute_ends()
    {
        using var stream = await TestStream.OpenAsync(_emulator, Public);
        await stream.SubscribeAsync("kline.1.BTCUSDT");
        var running = (await stream.NextAsync("kline.1.BTCUSDT")).GetProperty("data")[0];
        Assert.False(running.GetProperty("confirm").GetBoolean());

        _emulator.Clock.Advance(60_000);
        var closed = (await stream.NextAsync(f => f.Has("topic", "kline.1.BTCUSDT") && f.GetProperty("data")[0].GetProperty("confirm").GetBoolean()))
            .GetProperty("data")[0];
        var next = (await stream.NextAsync("kline.1.BTCUSDT")).GetProperty("data")[0];

        Assert.Equal(running.GetProperty("start").GetInt64(), closed.GetProperty("start").GetInt64());
        Assert.Equal((closed.GetProperty("start").GetInt64() + 60_000, false), (
            next.GetProperty("start").GetInt64(), next.GetProperty("confirm").GetBoolean()));
    }

    [Theory]
    [InlineData("orderbook.50.NOSUCHUSDT", "error:handler not found,topic:orderbook.50.NOSUCHUSDT")]
    [InlineData("orderbook.500.BTCUSDT", "error:handler not found,topic:orderbook.500.BTCUSDT")]
    [InlineData("kline.7.BTCUSDT", "error:handler not found,topic:kline.7.BTCUSDT")]
    [InlineData("nonsense", "error:handler not found,topic:nonsense")]
    public async Task Unknown_topic_is_refused_by_name(string topic, string text)
    {
        using var stream = await TestStream.OpenAsync(_emulator, Public);

        var answer = await stream.SubscribeAsync(topic);

        Assert.Equal((false, text, "s1"), (answer.GetProperty("success").GetBoolean(), answer.Text("ret_msg"), answer.Text("req_id")));
    }

    [Fact]
    public async Task Second_subscription_to_a_topic_is_refused_until_it_is_given_up()
    {
        using var stream = await TestStream.OpenAsync(_emulator, Public);
        await stream.SubscribeAsync("publicTrade.BTCUSDT");
        Assert.Equal("error:already subscribed,topic:publicTrade.BTCUSDT", (await stream.SubscribeAsync("publicTrade.BTCUSDT")).Text("ret_msg"));

        await stream.SendAsync("""{"req_id":7,"op":"unsubscribe","args":["publicTrade.BTCUSDT"]}""");
        var gone = await stream.NextAsync(f => f.Has("op", "unsubscribe"));

        Assert.Equal((true, "7"), (gone.GetProperty("success").GetBoolean(), gone.Text("req_id")));
        Assert.True((await stream.SubscribeAsync("publicTrade.BTCUSDT")).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task Private_stream_tells_an_order_its_execution_the_position_and_the_wallet()
    {
        using var stream = await TestStream.AuthenticatedAsync(
            _emulator, Private, SignedBy.Main, "order", "execution", "execution.fast", "position", "wallet");
        using var other = await TestStream.AuthenticatedAsync(_emulator, Private, SignedBy.Mirror, "order", "execution", "position", "wallet");

        var id = await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Market\",\"qty\":\"0.01\",\"stopLoss\":\"64000\"");
        await stream.NextAsync("wallet");

        var topics = stream.Seen.Where(f => f.TryGetProperty("topic", out _)).Select(f => f.Text("topic")).ToArray();
        Assert.Equal(["order", "execution", "execution.fast", "order", "order", "position", "wallet"], topics);
        var orders = stream.Seen.Where(f => f.Has("topic", "order")).Select(f => f.GetProperty("data")[0]).ToArray();
        Assert.Equal(["New", "Filled", "Untriggered"], orders.Select(o => o.Text("orderStatus")));
        Assert.Equal([id, id], orders.Take(2).Select(o => o.Text("orderId")));
        Assert.All(orders, o => Assert.Equal("linear", o.Text("category")));
        var position = stream.Seen.Single(f => f.Has("topic", "position")).GetProperty("data")[0];
        Assert.Equal(("65000.1", "64000"), (position.Text("entryPrice"), position.Text("stopLoss")));
        Assert.Empty(await other.UpToPongAsync());
    }

    [Fact]
    public async Task Categorised_topic_has_its_own_name()
    {
        using var stream = await TestStream.AuthenticatedAsync(_emulator, Private, SignedBy.Main, "order.linear");

        await _emulator.PlaceAsync("\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"0.01\",\"price\":\"60000\"");

        Assert.Equal("New", (await stream.NextAsync("order.linear")).GetProperty("data")[0].Text("orderStatus"));
    }

    [Fact]
    public async Task Private_topics_need_authentication()
    {
        using var stream = await TestStream.OpenAsync(_emulator, Private);

        Assert.False((await stream.SubscribeAsync("order")).GetProperty("success").GetBoolean());
    }

    public static TheoryData<string, string, long> BadAuth => new()
    {
        { "test-main", "wrong", 10_000 },
        { "nobody", "test-main-secret", 10_000 },
        { "test-main", "test-main-secret", -1 },
    };

    [Theory]
    [MemberData(nameof(BadAuth))]
    public async Task Bad_authentication_is_answered_on_both_streams(string key, string secret, long offsetMs)
    {
        using var asked = await TestStream.OpenAsync(_emulator, Private);
        await asked.SendAsync(TestStream.AuthFrame(new SignedBy(key, secret), offsetMs));
        Assert.False((await asked.NextAsync(f => f.Has("op", "auth"))).GetProperty("success").GetBoolean());

        using var trade = await TestStream.OpenAsync(_emulator, Trade);
        await trade.SendAsync(TestStream.AuthFrame(new SignedBy(key, secret), offsetMs));
        Assert.InRange((await trade.NextAsync(f => f.Has("op", "auth"))).GetProperty("retCode").GetInt32(), 10003, 10004);
    }

    [Fact]
    public async Task Pongs_have_the_form_of_their_stream()
    {
        using var open = await TestStream.OpenAsync(_emulator, Public);
        await open.UpToPongAsync();
        using var own = await TestStream.OpenAsync(_emulator, Private);
        await own.UpToPongAsync();
        using var trade = await TestStream.OpenAsync(_emulator, Trade);
        await trade.UpToPongAsync();

        Assert.Equal(("pong", "ping", "p1"), (open.Seen[^1].Text("ret_msg"), open.Seen[^1].Text("op"), open.Seen[^1].Text("req_id")));
        Assert.Equal(("pong", "1700000000000"), (own.Seen[^1].Text("op"), own.Seen[^1].GetProperty("args")[0].GetString()));
        Assert.Equal((0, "1700000000000"), (trade.Seen[^1].GetProperty("retCode").GetInt32(), trade.Seen[^1].GetProperty("data")[0].GetString()));
    }

    [Fact]
    public async Task Trade_stream_creates_amends_and_cancels_with_op_and_id_echoed()
    {
        using var trade = await TestStream.AuthenticatedAsync(_emulator, Trade, SignedBy.Main);
        await trade.SendAsync(TestStream.AuthFrame(SignedBy.Main));
        Assert.Equal(20001, (await trade.NextAsync(f => f.Has("op", "auth"))).GetProperty("retCode").GetInt32());

        var created = await AskAsync(trade, ("r1", "order.create"), "\"side\":\"Buy\",\"orderType\":\"Limit\",\"qty\":\"0.01\",\"price\":\"60000\"");
        var id = created.GetProperty("data").Text("orderId");
        var amended = await AskAsync(trade, ("r2", "order.amend"), $"\"orderId\":\"{id}\",\"price\":\"60100\"");
        var cancelled = await AskAsync(trade, ("r3", "order.cancel"), $"\"orderId\":\"{id}\"");
        var again = await AskAsync(trade, ("r4", "order.cancel"), $"\"orderId\":\"{id}\"");
        var repeated = await AskAsync(trade, ("r4", "order.cancel"), $"\"orderId\":\"{id}\"");
        var unknown = await AskAsync(trade, ("r5", "order.nonsense"), "\"side\":\"Buy\"");

        Assert.Equal([0, 0, 0, 110001, 20006, 10404], new[] { created, amended, cancelled, again, repeated, unknown }.Select(Code));
        Assert.Equal("9", created.GetProperty("header").Text("X-Bapi-Limit-Status"));
    }

    [Fact]
    public async Task Trade_stream_refuses_strangers_and_stale_requests()
    {
        using var stranger = await TestStream.OpenAsync(_emulator, Trade);
        Assert.Equal(10003, Code(await AskAsync(stranger, ("r1", "order.create"), "\"side\":\"Buy\"")));

        using var trade = await TestStream.AuthenticatedAsync(_emulator, Trade, SignedBy.Main);
        await trade.SendAsync("""{"reqId":"r1","header":{"X-BAPI-TIMESTAMP":"1699999990000"},"op":"order.create","args":[{}]}""");

        Assert.Equal(10002, Code(await trade.NextAsync(f => f.Has("reqId", "r1"))));
    }

    private static int Code(JsonElement answer) => answer.GetProperty("retCode").GetInt32();

    private static async Task<JsonElement> AskAsync(TestStream stream, (string ReqId, string Op) of, string fields)
    {
        await stream.SendAsync($$"""
            {"reqId":"{{of.ReqId}}","header":{"X-BAPI-TIMESTAMP":"1700000000000"},"op":"{{of.Op}}","args":[{{EmulatorFixture.OrderBody(fields)}}]}
            """);
        var answer = await stream.NextAsync(f => f.Has("reqId", of.ReqId));
        Assert.Equal(of.Op, answer.Text("op"));
        return answer;
    }

    private static long UpdateId(JsonElement message) => message.GetProperty("data").GetProperty("u").GetInt64();

    private static void Apply(JsonElement message, SortedDictionary<decimal, string> bids, SortedDictionary<decimal, string> asks)
    {
        foreach (var (name, side) in new[] { ("b", bids), ("a", asks) })
        {
            foreach (var level in message.GetProperty("data").GetProperty(name).EnumerateArray())
            {
                var price = decimal.Parse(level[0].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
                side.Remove(price);
                if (level[1].GetString() is { } size and not "0")
                {
                    side.Add(price, size);
                }
            }
        }
    }
}
