using StrategyHost.Bybit.Tests.Loopback;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using Xunit;

namespace StrategyHost.Bybit.Tests.Contract;

/// <summary>Market data, instruments, candles and key facts through the emulator.</summary>
public sealed class EmulatedMarketTests
{
    private static readonly Symbol Symbol = new("BTCUSDT");

    [Fact]
    public async Task Every_kind_of_news_comes()
    {
        await using var bench = await EmulatedBench.OpenAsync();
        var log = new ReportLog();
        await using var market = Market(bench, log);
        await log.WaitAsync<LinkNews>(l => l.State == LinkState.Up);

        await bench.SetPriceAsync(60_100);

        await log.WaitAsync<TickerNews>(t => t is { Last.Value: 60_100m, Mark.Value: 60_100m });
        await log.WaitAsync<TradesNews>(t => t.Trades.Price[^1] == Price.Of(60_100).Units);
        await log.WaitAsync<KlineNews>(k => k is { IsClosed: false } && k.Kline.Close == Price.Of(60_100).Units);
        var book = new OrderBook(Symbol, 50);
        await log.WaitAsync<BookNews>(b => book.Apply(b.Update).IsApplied && book.Mid is { } mid && Math.Abs(mid.Value - 60_100) < 1);
        Assert.Empty(log.All<GapNews>());
    }

    [Fact]
    public async Task Market_goes_on_after_the_stream_was_closed()
    {
        await using var bench = await EmulatedBench.OpenAsync();
        var log = new ReportLog();
        await using var market = Market(bench, log);
        await bench.SetPriceAsync(60_100);
        await log.WaitAsync<BookNews>(_ => true);
        await log.WaitAsync<TickerNews>(t => t.Last?.Value == 60_100m);

        await bench.FaultAsync("""{"match":{"stream":"public"},"action":"close_stream"}""");
        await bench.SetPriceAsync(60_150);
        await log.WaitAsync<LinkNews>(l => l.State == LinkState.Down);
        await log.WaitAsync<LinkNews>(_ => log.All<LinkNews>().Count(l => l.State == LinkState.Up) == 2);
        await bench.SetPriceAsync(60_200);

        await log.WaitAsync<TickerNews>(t => t.Last?.Value == 60_200m);
        Assert.Contains(log.All<GapNews>(), g => g.Kind == GapKind.Book);
    }

    [Fact]
    public async Task Candles_of_the_past_are_whole()
    {
        await using var bench = await EmulatedBench.OpenAsync();
        Assert.True(await bench.Client.MeasureClockAsync(default));
        var to = new Interval(1).StartOf(bench.Client.ServerNow);

        var block = await BybitKlines.FetchAsync(bench.Client, new KlineQuery(Symbol, new Interval(1), to.AddMs(-990 * 60_000L), to), default);

        Assert.True(block.IsOk, string.Join(';', block.Errors));
        Assert.Equal(Enumerable.Range(0, 990).Select(i => to.Ms - ((990 - i) * 60_000L)), block.Value.Start);
    }

    [Fact]
    public async Task Instruments_carry_their_filters()
    {
        await using var bench = await EmulatedBench.OpenAsync();

        var list = await BybitInstruments.FetchAsync(bench.Client, default);

        var instrument = list.Value.Tradable[Symbol];
        Assert.Equal((0.1m, 0.001m, 5m), (instrument.TickSize.Value, instrument.QtyStep.Value, instrument.MinNotional));
        var withFees = await BybitInstruments.WithFeesAsync(bench.Client, instrument, default);
        Assert.InRange(withFees.TakerFee, 0.0001m, 0.01m);
    }

    [Fact]
    public async Task Key_tells_what_it_is_and_may_do()
    {
        await using var bench = await EmulatedBench.OpenAsync();

        var facts = (await BybitAccountInfo.FetchAsync(bench.Client, default)).Value;

        Assert.Equal((100_001L, true, false, true), (facts.UserId, facts.CanTrade, facts.CanWithdraw, facts.IsUnified));
        Assert.Equal(MarginMode.Cross, facts.MarginMode);
    }

    [Fact]
    public async Task Leverage_and_mode_are_set_once_and_are_then_so_already()
    {
        await using var bench = await EmulatedBench.OpenAsync();

        Assert.True((await BybitAccountInfo.SetLeverageAsync(bench.Client, Symbol, 7, default)).Value);
        Assert.False((await BybitAccountInfo.SetLeverageAsync(bench.Client, Symbol, 7, default)).Value);
        Assert.True((await BybitAccountInfo.SetPositionModeAsync(bench.Client, Symbol, PositionMode.Hedge, default)).Value);
        Assert.False((await BybitAccountInfo.SetPositionModeAsync(bench.Client, Symbol, PositionMode.Hedge, default)).Value);
        Assert.Equal("exchange_refused", (await BybitAccountInfo.SetLeverageAsync(bench.Client, Symbol, 1000, default)).Errors[0].Rule);
    }

    private static BybitMarketData Market(EmulatedBench bench, ReportLog log)
    {
        var market = new BybitMarketData(bench.PublicStream, bench.Client, new Streams.StreamOptions { ReconnectDelayMs = 50 }, log, TimeProvider.System);
        market.Subscribe(
        [
            new MarketSubscription(Symbol)
            {
                Trades = true,
                Ticker = true,
                BookDepth = 50,
                Intervals = [new Interval(1)],
            },
        ]);
        market.Start();
        return market;
    }
}
