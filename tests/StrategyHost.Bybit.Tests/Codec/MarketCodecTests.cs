using System.Text.Json;
using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using Xunit;

namespace StrategyHost.Bybit.Tests.Codec;

// The messages are the composed samples of the wire reference, symbols included.
public sealed class MarketCodecTests
{
    private static readonly Symbol Xyz = new("XYZUSDT");

    [Fact]
    public void Trades_keep_match_order_and_taker_side()
    {
        var message = Read(
            """
            {"topic":"publicTrade.XYZUSDT","type":"snapshot","ts":1700000000126,"data":[
            {"T":1700000000123,"s":"XYZUSDT","S":"Buy","v":"10","p":"1.0020","L":"PlusTick","i":"a","BT":false,"RPI":false,"seq":9005},
            {"T":1700000000123,"s":"XYZUSDT","S":"Sell","v":"0.5","p":"1.0019","L":"MinusTick","i":"b","BT":false,"seq":9005},
            {"T":1700000000124,"s":"XYZUSDT","S":"Sell","v":"99","p":"1.0500","i":"c","BT":true,"seq":9006}]}
            """);

        var trades = MarketCodec.Trades(message).Value;

        Assert.Equal(Xyz, trades.Symbol);
        Assert.Equal([1_700_000_000_123L, 1_700_000_000_123L], trades.Time);
        Assert.Equal([1_002_000_000L, 1_001_900_000L], trades.Price);
        Assert.Equal([10_000_000_000L, 500_000_000L], trades.Size);
        Assert.Equal([(sbyte)1, (sbyte)-1], trades.Side);
    }

    [Fact]
    public void Trades_of_another_symbol_than_the_topic_are_refused()
    {
        var message = Read("""{"topic":"publicTrade.XYZUSDT","data":[{"T":1,"s":"ABCUSDT","S":"Buy","v":"1","p":"1"}]}""");

        Assert.Equal("s", Assert.Single(MarketCodec.Trades(message).Errors).Field);
    }

    [Fact]
    public void Every_error_of_a_message_is_reported_at_once()
    {
        var message = Read("""{"topic":"publicTrade.XYZUSDT","data":[{"s":"XYZUSDT","S":"Up","v":"-1","p":"0.0000000001"}]}""");

        Assert.Equal(["T", "p", "v", "side"], MarketCodec.Trades(message).Errors.Select(e => e.Field));
    }

    [Fact]
    public void RecentTrades_come_oldest_first()
    {
        var reply = JsonSerializer.Deserialize(
            """
            {"retCode":0,"result":{"category":"linear","list":[
            {"execId":"c","symbol":"XYZUSDT","price":"3","size":"1","side":"Buy","time":"1700000000200","isBlockTrade":false,"seq":"12"},
            {"execId":"b","symbol":"XYZUSDT","price":"2","size":"1","side":"Buy","time":"1700000000100","isBlockTrade":false,"seq":"11"},
            {"execId":"a","symbol":"XYZUSDT","price":"1","size":"1","side":"Sell","time":"1700000000100","isBlockTrade":false,"seq":"10"}]}}
            """,
            BybitJson.Default.RecentTradeReply)!;

        Assert.Equal([1, 2, 3], MarketCodec.RecentTrades(reply.Result!, Xyz).Value.Price.Select(p => p / FixedPoint.Scale));
    }

    [Fact]
    public void Book_delta_carries_update_id_matching_time_and_deleted_levels()
    {
        var message = JsonSerializer.Deserialize(
            """
            {"topic":"orderbook.50.XYZUSDT","type":"delta","ts":1700000000120,
            "data":{"s":"XYZUSDT","b":[["1.0010","0"],["1.0009","55"]],"a":[],"u":4402,"seq":9003},"cts":1700000000118}
            """,
            BybitJson.Default.BookMessage)!;

        var book = MarketCodec.Book(message).Value;

        Assert.Equal((Xyz, new Timestamp(1_700_000_000_118), false, 4402L), (book.Symbol, book.Time, book.IsSnapshot, book.UpdateId));
        Assert.Equal([new BookLevel(1_001_000_000, 0), new BookLevel(1_000_900_000, 55_000_000_000)], book.Bids);
        Assert.Empty(book.Asks);
    }

    [Fact]
    public void Book_message_of_an_unknown_type_is_refused()
    {
        var message = JsonSerializer.Deserialize(
            """{"topic":"orderbook.50.XYZUSDT","type":"patch","ts":1,"data":{"s":"XYZUSDT","b":[],"a":[],"u":1}}""",
            BybitJson.Default.BookMessage)!;

        Assert.Equal("type", Assert.Single(MarketCodec.Book(message).Errors).Field);
    }

    [Fact]
    public void Stream_kline_tells_whether_it_is_closed()
    {
        var message = JsonSerializer.Deserialize(
            """
            {"topic":"kline.1.XYZUSDT","type":"snapshot","ts":1700000040010,"data":[{"start":1699999980000,"end":1700000039999,
            "interval":"1","open":"1","close":"1.001","high":"1.002","low":"0.999","volume":"800","turnover":"800.9","confirm":true,
            "timestamp":1700000039870}]}
            """,
            BybitJson.Default.KlineMessage)!;

        var update = MarketCodec.Kline(message.Data![0], message.Topic!).Value;

        Assert.Equal((Xyz, new Interval(1), true), (update.Symbol, update.Interval, update.IsClosed));
        Assert.Equal(
            new Kline(1_699_999_980_000, 1_000_000_000, 1_002_000_000, 999_000_000, 1_001_000_000, 800_000_000_000, 800.9), update.Kline);
    }

    [Fact]
    public void Rest_klines_come_oldest_first_without_the_unfinished_one()
    {
        var reply = JsonSerializer.Deserialize(
            """
            {"retCode":0,"result":{"category":"linear","symbol":"XYZUSDT","list":[
            ["1700000100000","1","1","1","1","1","1"],
            ["1700000040000","1.001","1.004","1","1.003","512","513.4"],
            ["1699999980000","1","1.002","0.999","1.001","800","800.9"]]}}
            """,
            BybitJson.Default.KlineReply)!;

        var block = MarketCodec.Klines(reply.Result!, new Interval(1), new Timestamp(1_700_000_100_000)).Value;

        Assert.Equal([1_699_999_980_000L, 1_700_000_040_000L], block.Start);
        Assert.Equal([1_001_000_000L, 1_003_000_000L], block.Close);
        Assert.Equal([800.9, 513.4], block.Turnover);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("240", 240)]
    [InlineData("720", 720)]
    [InlineData("D", 1440)]
    public void Interval_text_is_the_exchanges(string text, int minutes) => Assert.Equal(text, IntervalCodec.Write(new Interval(minutes)));

    private static StreamMessage<PublicTradeRow[]> Read(string json) => JsonSerializer.Deserialize(json, BybitJson.Default.TradeMessage)!;
}
