using System.Globalization;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange;

/// <summary>Reduce-only, flip, hedge, fees, funding, margin, liquidation, and figures that the exchange itself computed.</summary>
public sealed class MoneyTests
{
    [Fact]
    public void Opposite_order_in_one_way_mode_flips_in_one_fill()
    {
        var f = Long();
        f.Sell(0.3m);
        f.Flat(40_100m);
        var fill = Assert.Single(f.Fills);
        Assert.Equal((0.3m, 0.1m, 10m), (fill.Quantity.Value, fill.ClosedQuantity.Value, fill.RealisedPnl));
        var position = Assert.Single(f.Exchange.Positions(Fixture.A));
        Assert.Equal((PositionSide.Short, 0.2m, 40_100m, (Price?)null), (position.Side, position.Size.Value, position.AveragePrice, position.StopLoss));
    }

    [Fact]
    public void Reduce_only_is_cut_to_the_position_and_its_rest_cancelled()
    {
        var f = Long();
        f.Sell(0.3m, r => r.Reduce());
        f.Flat(40_000m);
        Assert.Equal(0.1m, Assert.Single(f.Fills).Quantity.Value);
        Assert.Equal((OrderStatus.Cancelled, "CancelByReduceOnly", 0.1m), (f.Orders[^1].Status, f.Orders[^1].Reason, f.Orders[^1].FilledQuantity.Value));
        Assert.Empty(f.Exchange.OpenOrders(Fixture.A));
    }

    [Fact]
    public void Quantity_zero_with_reduce_only_and_close_on_trigger_closes_all()
    {
        var f = Long();
        f.Sell(0m, r => r.Reduce() with { CloseOnTrigger = true });
        f.Flat(40_000m);
        Assert.Equal(0.1m, Assert.Single(f.Fills).Quantity.Value);
        Assert.Empty(f.Exchange.Positions(Fixture.A));
    }

    [Fact]
    public void Hedge_legs_stand_side_by_side_and_a_close_never_flips()
    {
        var f = new Fixture(account: new AccountOptions { Account = Fixture.A, Balance = 100_000m, PositionMode = PositionMode.Hedge });
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Idx(PositionIdx.HedgeLong));
        f.Sell(0.2m, r => r.Idx(PositionIdx.HedgeShort));
        f.Flat(40_000m);
        f.Sell(0.5m, r => r.Idx(PositionIdx.HedgeLong));
        f.Flat(40_000m);
        var position = Assert.Single(f.Exchange.Positions(Fixture.A));
        Assert.Equal((PositionIdx.HedgeShort, 0.2m), (position.PositionIdx, position.Size.Value));
        Assert.Equal(0.1m, f.Fills[^1].Quantity.Value);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Untriggered_reduce_only_conditional_outlives_its_position_by_switch(bool keeps, int left)
    {
        var f = new Fixture(new ExchangeOptions { Switches = new ExchangeSwitches { KeepOrphanConditionals = keeps } });
        f.Flat(40_000m);
        f.Buy(0.1m);
        f.Flat(40_000m);
        f.Sell(0.1m, r => r.OnFall(39_000m).Reduce());
        f.Sell(0.1m, r => r.Reduce());
        f.Flat(40_000m);
        Assert.Equal(left, f.Exchange.OpenOrders(Fixture.A).Count);
    }

    [Fact]
    public void Orphan_that_triggers_is_cancelled()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m);
        f.Flat(40_000m);
        f.Sell(0.1m, r => r.OnFall(39_000m).Reduce());
        f.Sell(0.1m, r => r.Reduce());
        f.Flat(40_000m);
        f.Flat(38_000m);
        Assert.Equal((OrderStatus.Cancelled, "CancelByReduceOnly"), (f.Orders[^1].Status, f.Orders[^1].Reason));
    }

    [Theory]
    [InlineData(Side.Buy, 0.0001, 0.4)]
    [InlineData(Side.Sell, 0.0001, -0.4)]
    [InlineData(Side.Buy, -0.0002, -0.8)]
    public void Funding_is_value_at_mark_times_rate_and_longs_pay_when_positive(Side side, double rate, double amount)
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Place(side, 0.1m);
        f.Flat(40_000m);
        var before = f.Exchange.WalletBalance(Fixture.A);
        f.Exchange.OnFunding(Fixture.Btc, (decimal)rate, f.Now.Ms);
        Assert.Equal((decimal)amount, f.Reports.OfType<FundingReport>().Single().Amount);
        Assert.Equal(before - (decimal)amount, f.Reports.OfType<WalletReport>().Single().Balance);
        Assert.Equal(before - (decimal)amount, f.Exchange.WalletBalance(Fixture.A));
    }

    [Fact]
    public void Instrument_without_funding_pays_none()
    {
        var f = new Fixture(instrument: Fixture.Btcusdt with { HasFunding = false });
        f.Flat(40_000m);
        f.Buy(0.1m);
        f.Flat(40_000m);
        f.Exchange.OnFunding(Fixture.Btc, 0.01m, f.Now.Ms);
        Assert.Empty(f.Reports.OfType<FundingReport>());
    }

    /// <summary>Long 1 at 20,000 with 50x and 0.5 %: 19,700 by the entry formula (published example), 19,698.49 at mark (bybit-v5 §7.7).</summary>
    [Theory]
    [InlineData(LiquidationFormula.Entry, PositionSide.Long, 19_700)]
    [InlineData(LiquidationFormula.Mark, PositionSide.Long, 19_698.49)]
    [InlineData(LiquidationFormula.Entry, PositionSide.Short, 20_300)]
    public void Liquidation_price_follows_the_formula(LiquidationFormula formula, PositionSide side, double price)
    {
        var options = new ExchangeOptions { Switches = new ExchangeSwitches { LiquidationFormula = formula } };
        var f = new Fixture(options, new AccountOptions { Account = Fixture.A, Balance = 100_000m, Leverage = 50m });
        f.Flat(20_000m);
        f.Place(side.OpeningSide(), 1m);
        f.Flat(20_000m);
        var position = f.Exchange.Positions(Fixture.A).Single();
        Assert.Equal((decimal)price, decimal.Round(position.LiquidationPrice!.Value.Value, 2));
    }

    [Fact]
    public void Liquidation_cancels_the_orders_and_closes_at_the_bankruptcy_price()
    {
        var f = new Fixture(account: new AccountOptions { Account = Fixture.A, Balance = 100_000m, Leverage = 50m });
        f.Flat(20_000m);
        f.Buy(1m);
        f.Flat(20_000m);
        var target = f.Sell(1m, r => r.Limit(21_000m).Reduce());
        var wallet = f.Exchange.WalletBalance(Fixture.A);
        f.Reports.Clear();
        f.Bar(20_000m, 20_000m, 19_500m, 19_600m);
        var fill = Assert.Single(f.Fills);
        Assert.Equal((19_600m, ExecType.BustTrade, StopOrderType.Liquidation, -400m), (fill.Price.Value, fill.ExecType, fill.StopOrderType, fill.RealisedPnl));
        Assert.Equal("CancelAllBeforeLiq", f.Orders.Single(o => o.ClientOrderId == target).Reason);
        Assert.Equal(wallet - 400m - fill.Fee, f.Exchange.WalletBalance(Fixture.A));
    }

    [Fact]
    public void Nearer_stop_saves_a_position_from_liquidation_inside_a_bar()
    {
        var f = new Fixture(account: new AccountOptions { Account = Fixture.A, Balance = 100_000m, Leverage = 50m });
        f.Flat(20_000m);
        f.Buy(1m, r => r.Stopped(19_800m));
        f.Flat(20_000m);
        f.Bar(20_000m, 20_000m, 19_500m, 19_600m);
        Assert.Equal(StopOrderType.StopLoss, f.Fills[^1].StopOrderType);
    }

    [Fact]
    public void Mark_price_not_last_liquidates_where_it_is_recorded()
    {
        var f = new Fixture(
            new ExchangeOptions { Fill = FillModel.Touch },
            new AccountOptions { Account = Fixture.A, Balance = 100_000m, Leverage = 50m });
        f.Trade(20_000m);
        f.Mark(20_000m);
        f.Buy(1m);
        f.Trade(20_000m);
        f.Trade(19_500m);
        Assert.Single(f.Fills);
        f.Mark(19_690m);
        Assert.Equal(StopOrderType.Liquidation, f.Fills[^1].StopOrderType);
    }

    [Fact]
    public void Cross_position_may_use_the_whole_wallet()
    {
        var f = new Fixture(account: new AccountOptions
        {
            Account = Fixture.A,
            Balance = 5_000m,
            Leverage = 50m,
            MarginMode = MarginMode.Cross,
        });
        f.Flat(20_000m);
        f.Buy(1m);
        f.Flat(20_000m);
        f.Bar(20_000m, 20_000m, 16_000m, 16_000m);
        Assert.Single(f.Fills);
        f.Bar(16_000m, 16_000m, 15_000m, 15_000m);
        Assert.Equal(StopOrderType.Liquidation, f.Fills[^1].StopOrderType);
        Assert.InRange(f.Exchange.WalletBalance(Fixture.A), -10m, 0.1m);
    }

    [Fact]
    public void Order_margin_is_held_and_given_back()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        var id = f.Buy(1m, r => r.Limit(39_000m));
        Assert.InRange(f.Exchange.State(Fixture.A).OrderMargin, 39_000m / 5, (39_000m / 5) + 60m);
        f.Cancel(id);
        Assert.Equal(0m, f.Exchange.State(Fixture.A).OrderMargin);
    }

    [Fact]
    public void Leverage_and_mode_answer_with_codes()
    {
        var f = Long();
        Assert.Equal(0, f.Exchange.SetLeverage(Fixture.A, Fixture.Btc, 10m).Code);
        Assert.Equal(110043, f.Exchange.SetLeverage(Fixture.A, Fixture.Btc, 10m).Code);
        Assert.Equal(10001, f.Exchange.SetLeverage(Fixture.A, Fixture.Btc, 1000m).Code);
        Assert.Equal(110025, f.Exchange.SetPositionMode(Fixture.A, Fixture.Btc, PositionMode.OneWay).Code);
        Assert.Equal(110024, f.Exchange.SetPositionMode(Fixture.A, Fixture.Btc, PositionMode.Hedge).Code);
    }

    [SharedFact]
    public void Closed_profit_and_fees_equal_what_the_exchange_computed()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(SharedFolder.Path("data", "vectors", "pnl.json")));
        foreach (var row in vectors.RootElement.GetProperty("closedPnl").EnumerateArray())
        {
            var rate = Number(row, "feeRate");
            var fills = RoundTrip(rate, Number(row, "qty"), Number(row, "avgEntryPrice"), Number(row, "avgExitPrice"));
            var expected = Number(row, "closedPnl");
            var actual = fills.Sum(x => x.RealisedPnl - x.Fee);
            Assert.Equal(expected, decimal.Round(actual, expected.Scale));
        }

        foreach (var row in vectors.RootElement.GetProperty("fees").EnumerateArray())
        {
            var fills = RoundTrip(Number(row, "feeRate"), Number(row, "qty"), Number(row, "price"), Number(row, "price"));
            Assert.Equal(Number(row, "fee"), fills[0].Fee);
        }
    }

    private static List<FillReport> RoundTrip(decimal rate, decimal quantity, decimal entry, decimal exit)
    {
        var instrument = new Instrument
        {
            Symbol = Fixture.Btc,
            TickSize = new Price(1),
            QtyStep = new Quantity(1),
            MinQty = new Quantity(1),
            TakerFee = rate,
        };
        var f = new Fixture(instrument: instrument);
        f.Flat(entry);
        f.Buy(quantity);
        f.Flat(entry);
        f.Sell(quantity, r => r.Reduce());
        f.Flat(exit);
        return f.Fills;
    }

    private static decimal Number(JsonElement row, string field) => decimal.Parse(row.GetProperty(field).GetString()!, CultureInfo.InvariantCulture);

    private static Fixture Long()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Stopped(39_000m));
        f.Flat(40_000m);
        f.Reports.Clear();
        return f;
    }
}
