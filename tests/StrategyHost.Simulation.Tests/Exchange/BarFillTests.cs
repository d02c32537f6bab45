using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange;

/// <summary>The bar model of contracts §6, one case a rule.</summary>
public sealed class BarFillTests
{
    [Fact]
    public void Market_order_fills_at_the_next_open_as_taker()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        var id = f.Buy(0.1m);
        f.Bar(40_010m, 40_100m, 39_900m, 40_050m);

        var fill = Assert.Single(f.Fills);
        Assert.Equal((40_010m, 0.1m, false, id), (fill.Price.Value, fill.Quantity.Value, fill.IsMaker, fill.ClientOrderId));
        Assert.Equal(40_010m * 0.1m * 0.00055m, fill.Fee);
        Assert.Equal(1m, fill.Slippage);
        Assert.Equal(100_000m - fill.Fee, f.Exchange.WalletBalance(Fixture.A));
        Assert.Equal(100_000m - fill.Fee + 4m, f.Exchange.Equity(Fixture.A));
        Assert.Equal([OrderStatus.New, OrderStatus.Filled], f.Orders.Select(o => o.Status));
    }

    [Theory]
    [InlineData("at its trigger", 39_700, 40_050, 39_500, 39_600, 39_600)]
    [InlineData("at the open when it gapped", 39_400, 39_450, 39_300, 39_400, 39_400)]
    [InlineData("not when the low stays above", 39_700, 40_050, 39_600.1, 39_700, null)]
    [InlineData("when the low just touches", 39_700, 40_050, 39_600, 39_700, 39_600)]
    public void Full_stop_of_a_long_fills(string name, double open, double high, double low, double close, int? price)
    {
        var f = Long(stop: 39_600m);
        f.Bar((decimal)open, (decimal)high, (decimal)low, (decimal)close);

        var fills = f.Fills;
        Assert.True(price is null ? fills.Count == 0 : fills.Count == 1, name);
        if (price is { } expected)
        {
            Assert.Equal((decimal)expected, fills[0].Price.Value);
            Assert.Equal(StopOrderType.StopLoss, fills[0].StopOrderType);
            Assert.True(fills[0].ClientOrderId.IsNone);
            Assert.Equal([typeof(FillReport), typeof(OrderReport), typeof(PositionReport)], f.Reports.Select(r => r.GetType()));
            Assert.True(f.LastPosition.Size.IsZero);
            Assert.Null(f.LastPosition.StopLoss);
        }
    }

    [Theory]
    [InlineData("at its price", 40_100, 40_500, 40_500)]
    [InlineData("at a better open", 40_600, 40_700, 40_600)]
    [InlineData("not below it", 40_100, 40_499.9, null)]
    public void Reduce_only_target_fills(string name, double open, double high, int? price)
    {
        var f = Long(stop: 39_600m);
        f.Sell(0.1m, r => r.Limit(40_500m).Reduce());
        f.Reports.Clear();
        f.Bar((decimal)open, (decimal)high, 40_000m, 40_000m);

        Assert.True(price is null == (f.Fills.Count == 0), name);
        if (price is { } expected)
        {
            Assert.Equal(((decimal)expected, true), (f.Fills[0].Price.Value, f.Fills[0].IsMaker));
        }
    }

    [Fact]
    public void Stop_wins_over_the_target_of_the_same_bar_and_the_target_is_cancelled()
    {
        var f = Long(stop: 39_600m);
        var target = f.Sell(0.1m, r => r.Limit(40_500m).Reduce());
        f.Reports.Clear();
        f.Bar(40_000m, 41_000m, 39_000m, 40_000m);

        Assert.Equal(39_600m, Assert.Single(f.Fills).Price.Value);
        var cancelled = Assert.Single(f.Orders, o => o.ClientOrderId == target);
        Assert.Equal((OrderStatus.Cancelled, "CancelByReduceOnly"), (cancelled.Status, cancelled.Reason));
    }

    [Theory]
    [InlineData(false, 39_500, null)]
    [InlineData(false, 39_499.9, 39_500)]
    [InlineData(true, 39_500, 39_500)]
    public void Limit_entry_fills_when_the_bar_trades_through_or_touches(bool touch, double low, int? price)
    {
        var f = new Fixture(new ExchangeOptions { LimitTouch = touch });
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Limit(39_500m));
        f.Bar(40_000m, 40_000m, (decimal)low, 39_900m);
        Assert.Equal((decimal?)price, f.Fills.SingleOrDefault()?.Price.Value);
    }

    [Fact]
    public void Limit_entry_fills_at_an_open_that_is_better()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Limit(39_500m));
        f.Bar(39_300m, 39_400m, 39_200m, 39_400m);
        Assert.Equal((39_300m, true), (f.Fills[0].Price.Value, f.Fills[0].IsMaker));
    }

    [Fact]
    public void Entry_inside_the_bar_meets_only_its_stop()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Limit(39_500m).Stopped(39_400m, 39_800m));
        f.Bar(40_000m, 40_500m, 39_450m, 40_000m);
        Assert.Equal([39_500m], f.Fills.Select(x => x.Price.Value));

        f.Bar(39_700m, 39_750m, 39_650m, 39_700m);
        Assert.Single(f.Fills);
        f.Bar(39_700m, 39_850m, 39_700m, 39_700m);
        Assert.Equal([39_500m, 39_800m], f.Fills.Select(x => x.Price.Value));
    }

    [Fact]
    public void Entry_inside_the_bar_is_stopped_on_the_same_bar()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Limit(39_500m).Stopped(39_400m, 39_800m));
        f.Bar(40_000m, 40_500m, 39_300m, 40_000m);
        Assert.Equal([39_500m, 39_400m], f.Fills.Select(x => x.Price.Value));
    }

    [Fact]
    public void Stop_market_entry_fills_at_its_trigger_or_at_a_worse_open()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.OnRise(40_200m));
        f.Buy(0.1m, r => r.OnRise(40_400m));
        f.Bar(40_300m, 40_450m, 40_300m, 40_400m);
        Assert.Equal([40_300m, 40_400m], f.Fills.Select(x => x.Price.Value));
        Assert.All(f.Fills, x => Assert.Equal((false, StopOrderType.Stop), (x.IsMaker, x.StopOrderType)));
    }

    [Fact]
    public void Range_pauses_after_the_entry_nearer_the_open_so_that_its_sibling_can_be_cancelled()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        var far = f.Buy(0.1m, r => r.OnRise(40_300m));
        var near = f.Sell(0.1m, r => r.OnFall(39_900m));
        var bar = f.Candle(40_000m, 40_400m, 39_800m, 40_000m);
        f.Exchange.BarOpen(Fixture.Btc, bar);
        Assert.True(f.Exchange.BarRange(Fixture.Btc, bar));
        Assert.Equal(near, Assert.Single(f.Fills).ClientOrderId);

        f.Cancel(far);
        Assert.False(f.Exchange.BarRange(Fixture.Btc, bar));
        f.Exchange.BarClose(Fixture.Btc, bar, bar.Start + 60_000);
        Assert.Single(f.Fills);
    }

    [Fact]
    public void Close_plays_what_the_range_left()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.OnRise(40_300m));
        f.Buy(0.1m, r => r.OnRise(40_200m));
        f.Buy(0.1m, r => r.OnRise(40_100m));
        f.Bar(40_000m, 40_400m, 39_800m, 40_000m);
        Assert.Equal([40_100m, 40_200m, 40_300m], f.Fills.Select(x => x.Price.Value));
    }

    [Fact]
    public void Answers_to_the_open_take_effect_before_the_range()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Stopped(39_000m));
        var bar = f.Candle(40_000m, 40_500m, 39_400m, 40_000m);
        f.Exchange.BarOpen(Fixture.Btc, bar);
        f.Stop(s => s with { StopLoss = Fixture.P(39_500m) });
        f.Exchange.BarRange(Fixture.Btc, bar);
        Assert.Equal([40_000m, 39_500m], f.Fills.Select(x => x.Price.Value));
    }

    [Fact]
    public void Attached_stop_that_the_entry_gapped_past_waits_for_the_answer_to_the_fill()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Stopped(39_600m));
        var bar = f.Candle(39_500m, 39_600m, 39_450m, 39_500m);
        f.Exchange.BarOpen(Fixture.Btc, bar);
        Assert.Single(f.Fills);
        f.Stop(s => s with { StopLoss = Fixture.P(39_100m) });
        f.Exchange.BarRange(Fixture.Btc, bar);
        Assert.Single(f.Fills);
    }

    [Fact]
    public void Unanswered_attached_stop_that_was_gapped_past_fires_at_the_open_not_better()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Stopped(39_600m));
        f.Bar(39_500m, 39_700m, 39_450m, 39_500m);
        Assert.Equal([39_500m, 39_500m], f.Fills.Select(x => x.Price.Value));
    }

    private static Fixture Long(decimal stop)
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Stopped(stop));
        f.Flat(40_000m);
        f.Reports.Clear();
        return f;
    }
}
