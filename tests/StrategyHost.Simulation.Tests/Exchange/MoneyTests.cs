using System.Globalization;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange;

/// <summary>Reduce-only, flip, hedge, fees, funding, and figures that the exchange itself computed.</summary>
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
        Assert.Equal((PositionSide.Short, 0.2m, 40_100m), (position.Side, position.Size.Value, position.AveragePrice));
        Assert.Null(position.StopLoss);
    }

    [Fact]
    public void Reduce_only_is_cut_to_the_position_and_its_rest_cancelled()
    {
        var f = Long();
        f.Sell(0.3m, r => r.Reduce());
        f.Flat(40_000m);
        Assert.Equal(0.1m, Assert.Single(f.Fills).Quantity.Value);
        var last = f.Orders[^1];
        Assert.Equal((OrderStatus.Cancelled, "CancelByReduceOnly", 0.1m), (last.Status, last.Reason, last.FilledQuantity.Value));
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

    private static decimal Number(JsonElement row, string field) =>
        decimal.Parse(row.GetProperty(field).GetString()!, CultureInfo.InvariantCulture);

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
