using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Markets;
using Xunit;

namespace StrategyHost.Emulator.Tests;

public sealed class MarketTests(EmulatorFixture emulator) : IClassFixture<EmulatorFixture>
{
    private const long Minute = 60_000;

    // The running minute at the fixture's start.
    private const long Now = ManualTimeProvider.StartMs / Minute * Minute;

    public static TheoryData<string, long[]> Ranges => new()
    {
        { $"start={Now - (10 * Minute)}&end={Now - (8 * Minute)}", [8, 9, 10] },
        { $"start={Now - (10 * Minute)}&limit=2", [9, 10] },
        { $"start={Now - (10 * Minute) + 1}&limit=2", [9, 10] },
        { $"end={Now - (10 * Minute)}&limit=2", [10, 11] },
        { "limit=2", [0, 1] },
        { $"start={Now - (10 * Minute)}&end={Now - (5 * Minute)}&limit=2", [5, 6] },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task Klines_come_newest_first_from_start_or_up_to_end(string range, long[] minutesAgo)
    {
        var rows = (await emulator.GetAsync("/v5/market/kline", "category=linear&symbol=BTCUSDT&interval=1&" + range)).List;

        Assert.Equal(minutesAgo, rows.Select(r => (Now - long.Parse(r[0].GetString()!, CultureInfo.InvariantCulture)) / Minute));
        Assert.All(rows, r => Assert.Equal(7, r.GetArrayLength()));
    }

    [Theory]
    [InlineData("/v5/market/kline", "category=linear&symbol=BTCUSDT&interval=7")]
    [InlineData("/v5/market/kline", "category=linear&symbol=NOSUCHUSDT&interval=1")]
    [InlineData("/v5/market/kline", "category=linear&symbol=BTCUSDT&interval=1&limit=1001")]
    [InlineData("/v5/market/tickers", "category=nonsense")]
    [InlineData("/v5/market/tickers", "category=linear&symbol=NOSUCHUSDT")]
    [InlineData("/v5/market/orderbook", "category=linear")]
    [InlineData("/v5/market/funding/history", "category=linear&symbol=BTCUSDT&startTime=1")]
    public async Task Bad_market_query_is_refused(string path, string query) =>
        Assert.Equal(10001, (await emulator.GetAsync(path, query)).RetCode);

    [Theory]
    [InlineData("/v5/market/tickers", "category=linear", 3)]
    [InlineData("/v5/market/tickers", "category=linear&symbol=ETHUSDT", 1)]
    [InlineData("/v5/market/tickers", "category=spot", 0)]
    [InlineData("/v5/market/mark-price-kline", "symbol=BTCUSDT&interval=5&limit=4", 4)]
    [InlineData("/v5/market/index-price-kline", "symbol=BTCUSDT&interval=60&limit=3", 3)]
    [InlineData("/v5/market/recent-trade", "category=linear&symbol=BTCUSDT&limit=1", 1)]
    [InlineData("/v5/market/funding/history", "category=linear&symbol=BTCUSDT&limit=5", 5)]
    [InlineData("/v5/market/risk-limit", "category=linear&symbol=BTCUSDT", 1)]
    [InlineData("/v5/market/open-interest", "category=linear&symbol=BTCUSDT&intervalTime=5min", 1)]
    public async Task Market_lists_have_the_rows_asked_for(string path, string query, int rows) =>
        Assert.Equal(rows, (await emulator.GetAsync(path, query)).List.Count);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(99)]
    public void Wander_spans_less_than_a_thousandth_in_any_minute(long seed)
    {
        var wander = new MarketWander(EmulatorFixture.Instrument("BTCUSDT", 0.1m), seed, Price.Of(65_000m).Units);
        var bids = new List<long>();
        for (var step = 0; step < 36_000; step++)
        {
            wander.Step();
            bids.Add(wander.Bid);
        }

        for (var from = 0; from + 600 <= bids.Count; from += 50)
        {
            var minute = bids.GetRange(from, 600);
            Assert.True(minute.Max() - minute.Min() < minute.Min() / 1000, $"minute {from / 600}");
        }

        var spread = bids.Max() - bids.Min();
        Assert.True(spread > Price.Of(1).Units, "the market stands still");
    }

    [Fact]
    public void History_has_no_hole_leads_to_the_price_and_is_the_same_for_the_same_seed()
    {
        var instrument = EmulatorFixture.Instrument("BTCUSDT", 0.1m);
        var price = Price.Of(65_000m).Units;

        var candles = new MarketWander(instrument, 5, price).History(Now, 1000, price);
        var again = new MarketWander(instrument, 5, price).History(Now, 1000, price);

        Assert.Equal(candles, again);
        Assert.Equal((price, Now - Minute, 1000), (candles[^1].Close, candles[^1].Start, candles.Count));
        Assert.All(candles, c => Assert.True(c.High >= Math.Max(c.Open, c.Close) && c.Low <= Math.Min(c.Open, c.Close) && c.High - c.Low < c.Low / 1000));
        Assert.All(candles.Zip(candles.Skip(1)), pair => Assert.Equal((pair.First.Close, pair.First.Start + Minute), (pair.Second.Open, pair.Second.Start)));
    }

    [Theory]
    [InlineData("W", 1_700_000_000_000, 1_699_833_600_000)] // Tuesday 2023-11-14: the Monday before
    [InlineData("M", 1_700_000_000_000, 1_698_796_800_000)] // 2023-11-01
    [InlineData("240", 1_700_000_000_000, 1_699_992_000_000)]
    public void Candle_starts_on_its_calendar(string interval, long at, long start) => Assert.Equal(start, new KlineInterval(interval).StartOf(at));
}
