using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Streams;
using StrategyHost.Bybit.Tests.Loopback;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Bybit.Tests.Market;

/// <summary>The public stream (bybit-v5 §6.2).</summary>
public sealed class MarketDataTests : IAsyncLifetime
{
    private const long Minute = 60_000;
    private static readonly Symbol Symbol = new("XYZUSDT");
    private static readonly Interval OneMinute = new(1);
    private readonly ManualTime _time = new();
    private readonly ReportLog _log = new();
    private readonly LoopbackServer _server;
    private readonly BybitRestClient _client;
    private readonly BybitMarketData _market;

    public MarketDataTests()
    {
        _server = new LoopbackServer(_time);
        _client = new BybitRestClient(
            new RestOptions
            {
                Address = _server.Rest,
                Account = new AccountId("public"),
                TimeoutMs = 300_000,
            },
            new RequestGate(RequestLimits.Default, _time), _time);
        var options = new StreamOptions
        {
            AnswerMs = 300_000,
            SilenceMs = 300_000,
            DataSilenceMs = 400_000,
        };
        _market = new BybitMarketData(_server.Stream, _client, options, _log, _time);
    }

    // 2023-11-14 22:13:00 is the start of the minute in which the clock begins.
    private static long FirstStart => 1_700_000_000_000 / Minute * Minute;

    [Fact]
    public async Task Trades_come_once_and_in_order()
    {
        var stream = await UpAsync(new MarketSubscription(Symbol) { Trades = true });

        await stream.SendAsync(Trades(Trade("1", 100, 1m), Trade("2", 100, 2m)));
        await stream.SendAsync(Trades(Trade("2", 100, 2m), Trade("3", 101, 3m)));
        await stream.SendAsync(Trades(Trade("late", 50, 9m)));
        await stream.SendAsync(Trades(Trade("4", 102, 4m)));

        await _log.WaitAsync<TradesNews>(n => n.At.Ms == 102);
        Assert.Equal([1m, 2m, 3m, 4m], _log.All<TradesNews>().SelectMany(n => n.Trades.Price).Select(FixedPoint.ToDecimal));
        Assert.Equal((GapKind.Trades, 50L), _log.All<GapNews>().Select(g => (g.Kind, g.From.Ms)).Single());
    }

    [Fact]
    public async Task Ticker_is_merged_and_asked_for_again_when_a_delta_comes_first()
    {
        var stream = await UpAsync(new MarketSubscription(Symbol) { Ticker = true });

        await stream.SendAsync(Ticker("delta", 1, "\"markPrice\":\"2\""));
        Assert.Contains("unsubscribe", await stream.AcknowledgeAsync(), StringComparison.Ordinal);
        Assert.Contains("\"subscribe", await stream.AcknowledgeAsync(), StringComparison.Ordinal);
        await stream.SendAsync(Ticker("snapshot", 2, "\"lastPrice\":\"1\",\"markPrice\":\"2\",\"fundingRate\":\"0.0001\""));
        await stream.SendAsync(Ticker("delta", 3, "\"markPrice\":\"2.5\""));

        var ticker = await _log.WaitAsync<TickerNews>(n => n.At.Ms == 3);
        Assert.Equal((1m, 2.5m, 0.0001), (ticker.Last!.Value.Value, ticker.Mark!.Value.Value, ticker.FundingRate));
        Assert.Null(ticker.Index);
    }

    [Fact]
    public async Task Book_with_a_gap_is_said_and_begins_again_with_a_snapshot()
    {
        var stream = await UpAsync(new MarketSubscription(Symbol) { BookDepth = 50 });

        await stream.SendAsync(Book("snapshot", 10, 5));
        await stream.SendAsync(Book("delta", 11, 6));
        await stream.SendAsync(Book("delta", 11, 6));
        await stream.SendAsync(Book("delta", 13, 7));
        await stream.SendAsync(Book("delta", 14, 8));
        Assert.Contains("unsubscribe", await stream.AcknowledgeAsync(), StringComparison.Ordinal);
        await stream.AcknowledgeAsync();
        await stream.SendAsync(Book("snapshot", 20, 9));
        await stream.SendAsync(Book("delta", 21, 10));

        await _log.WaitAsync<BookNews>(n => n.Update.UpdateId == 21);
        Assert.Equal([10L, 11L, 20L, 21L], _log.All<BookNews>().Select(n => n.Update.UpdateId));
        Assert.Equal(GapKind.Book, Assert.Single(_log.All<GapNews>()).Kind);
    }

    [Fact]
    public async Task Restart_of_the_book_service_is_no_gap()
    {
        var stream = await UpAsync(new MarketSubscription(Symbol) { BookDepth = 50 });

        await stream.SendAsync(Book("snapshot", 10, 5));
        await stream.SendAsync(Book("snapshot", 1, 6));
        await stream.SendAsync(Book("delta", 2, 7));

        await _log.WaitAsync<BookNews>(n => n.Update.UpdateId == 2);
        Assert.Empty(_log.All<GapNews>());
    }

    [Fact]
    public async Task Closed_candles_come_once_each()
    {
        var stream = await UpAsync(new MarketSubscription(Symbol) { Intervals = [OneMinute] });

        await stream.SendAsync(Kline(FirstStart - Minute, 1m, isClosed: true));
        await stream.SendAsync(Kline(FirstStart, 2m, isClosed: false));
        await stream.SendAsync(Kline(FirstStart, 3m, isClosed: true));
        await stream.SendAsync(Kline(FirstStart, 3m, isClosed: true));
        await stream.SendAsync(Kline(FirstStart + Minute, 4m, isClosed: true));

        await _log.WaitAsync<KlineNews>(n => n.Kline.Start == FirstStart + Minute);
        Assert.Equal(
            [(FirstStart, false, 2m), (FirstStart, true, 3m), (FirstStart + Minute, true, 4m)],
            _log.All<KlineNews>().Select(n => (n.Kline.Start, n.IsClosed, FixedPoint.ToDecimal(n.Kline.Close))));
        Assert.DoesNotContain(_log.All<KlineNews>(), n => n.IsLate);
    }

    [Fact]
    public async Task Candles_that_closed_while_the_stream_was_down_are_fetched_and_are_late()
    {
        var stream = await UpAsync(new MarketSubscription(Symbol) { Intervals = [OneMinute] });
        await stream.SendAsync(Kline(FirstStart, 1m, isClosed: true));
        await _log.WaitAsync<KlineNews>(n => n.IsClosed);
        var missed = string.Join(',', Enumerable.Range(1, 3).Reverse().Select(i => Row(FirstStart + (i * Minute), i + 1)));
        _server.Routes["/v5/market/kline"] = r => Reply.Ok($$"""{"category":"linear","symbol":"XYZUSDT","list":[{{missed}}]}""", _time);

        await stream.CloseAsync();
        _time.Advance(4 * (int)Minute);
        var next = _server.NextStreamAsync();
        await _time.PassUntilAsync(() => next.IsCompleted);
        await (await next).AcknowledgeAsync();
        await (await next).SendAsync(Kline(FirstStart + (4 * Minute), 5m, isClosed: true));
        await _time.PassUntilAsync(() => _log.Has<KlineNews>(n => n.Kline.Start == FirstStart + (4 * Minute)));

        var closed = _log.All<KlineNews>().Where(n => n.IsClosed).ToList();
        Assert.Equal(Enumerable.Range(0, 5).Select(i => FirstStart + (i * Minute)), closed.Select(n => n.Kline.Start));
        Assert.True(closed[1].IsLate && closed[2].IsLate);
        Assert.False(closed[0].IsLate);
    }

    [Fact]
    public async Task Reconnect_says_what_is_missing()
    {
        var stream = await UpAsync(new MarketSubscription(Symbol) { Trades = true, Ticker = true, BookDepth = 50 });
        await stream.SendAsync(Trades(Trade("1", 100, 1m)));
        await stream.SendAsync(Ticker("snapshot", 101, "\"lastPrice\":\"1\""));
        await stream.SendAsync(Book("snapshot", 10, 5));
        await _log.WaitAsync<BookNews>(_ => true);

        await stream.CloseAsync();
        var next = _server.NextStreamAsync();
        await _time.PassUntilAsync(() => next.IsCompleted);
        await (await next).AcknowledgeAsync();
        await (await next).SendAsync(Book("snapshot", 20, 9));
        await _log.WaitAsync<BookNews>(n => n.Update.UpdateId == 20);

        Assert.Equal([GapKind.Trades, GapKind.Book, GapKind.Ticker], _log.All<GapNews>().Select(g => g.Kind).OrderBy(k => k));
    }

    [Fact]
    public async Task Changed_wishes_touch_only_what_changed()
    {
        var stream = await UpAsync(new MarketSubscription(Symbol) { Trades = true, Ticker = true });

        _market.Subscribe([new MarketSubscription(Symbol) { Trades = true, BookDepth = 1 }]);
        var off = await stream.AcknowledgeAsync();
        var on = await stream.AcknowledgeAsync();

        Assert.EndsWith("""
            "op":"unsubscribe","args":["tickers.XYZUSDT"]}
            """, off, StringComparison.Ordinal);
        Assert.EndsWith("""
            "op":"subscribe","args":["orderbook.1.XYZUSDT"]}
            """, on, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_open_stream_is_stale_and_replaced()
    {
        var stream = await UpAsync(new MarketSubscription(Symbol) { Ticker = true });
        var pongs = Task.Run(async () =>
        {
            while (await stream.ReceiveAsync() is not null)
            {
                await stream.SendAsync("""{"success":true,"ret_msg":"pong","op":"ping","req_id":"p1"}""");
            }
        });

        for (var i = 0; i < 25; i++)
        {
            _time.Advance(20_000);
            await Task.WhenAny(_log.WaitAsync<LinkNews>(l => l.State == LinkState.Stale), Task.Delay(20));
        }

        await _log.WaitAsync<LinkNews>(l => l is { Link: Link.Public, Account: null, State: LinkState.Stale });
        await pongs;
    }

    [Fact]
    public async Task Message_that_is_no_json_ends_the_connection()
    {
        var stream = await UpAsync(new MarketSubscription(Symbol) { Ticker = true });

        await stream.SendAsync("<html>");

        var down = await _log.WaitAsync<LinkNews>(l => l.State == LinkState.Down);
        Assert.Contains("JSON", down.Why, StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _market.DisposeAsync();
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<LoopbackStream> UpAsync(MarketSubscription wanted)
    {
        _market.Subscribe([wanted]);
        _market.Start();
        var stream = await _server.NextStreamAsync();
        await stream.AcknowledgeAsync();
        await _log.WaitAsync<LinkNews>(l => l.State == LinkState.Up);
        return stream;
    }

    private static string Trades(params string[] rows) =>
        $$"""{"topic":"publicTrade.XYZUSDT","type":"snapshot","ts":1,"data":[{{string.Join(',', rows)}}]}""";

    private static string Trade(string id, long at, decimal price) =>
        $$"""{"T":{{at}},"s":"XYZUSDT","S":"Buy","v":"1","p":"{{price}}","i":"{{id}}","BT":false,"seq":1}""";

    private static string Ticker(string type, long at, string fields) =>
        $$"""{"topic":"tickers.XYZUSDT","type":"{{type}}","ts":{{at}},"data":{"symbol":"XYZUSDT",{{fields}} } }""";

    private static string Book(string type, long updateId, long at) =>
        $$"""
        {"topic":"orderbook.50.XYZUSDT","type":"{{type}}","ts":{{at}},"cts":{{at}},
         "data":{"s":"XYZUSDT","b":[["1","10"]],"a":[["2","10"]],"u":{{updateId}},"seq":1} }
        """;

    private static string Kline(long start, decimal close, bool isClosed) =>
        $$"""
        {"topic":"kline.1.XYZUSDT","type":"snapshot","ts":{{start}},"data":[{"start":{{start}},"end":{{start + Minute - 1}},"interval":"1",
         "open":"1","close":"{{close}}","high":"9","low":"1","volume":"1","turnover":"1","confirm":{{(isClosed ? "true" : "false")}},
         "timestamp":{{start}} }]}
        """;

    private static string Row(long start, int close) => $"""["{start}","1","9","1","{close}","1","1"]""";
}
