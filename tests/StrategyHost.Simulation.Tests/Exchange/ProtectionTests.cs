using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange;

/// <summary>Attached protection, trading-stop, Partial pairs, the exchange's trailing stop (bybit-v5 §4.3, §7.4).</summary>
public sealed class ProtectionTests
{
    [Theory]
    [InlineData("no position", 10001)]
    [InlineData("stop above the price", 10001)]
    [InlineData("target below the price", 10001)]
    [InlineData("nothing new", 34040)]
    [InlineData("nothing at all", 34040)]
    [InlineData("activation on the losing side", 10001)]
    [InlineData("partial larger than the position", 110058)]
    [InlineData("partial without size", 10001)]
    [InlineData("off the tick", 10001)]
    public void Trading_stop_is_refused_with_the_code(string name, int code)
    {
        var f = name == "no position" ? new Fixture() : Long();
        f.Stop(s => name switch
        {
            "stop above the price" => s with { StopLoss = Fixture.P(40_000m) },
            "target below the price" => s with { TakeProfit = Fixture.P(40_000m) },
            "nothing new" => s with { StopLoss = Fixture.P(39_000m) },
            "activation on the losing side" => s with { TrailingDistance = Fixture.P(100m), ActivationPrice = Fixture.P(39_900m) },
            "partial larger than the position" => Partial(s, 0.2m),
            "partial without size" => s with { Mode = TpslMode.Partial, StopLoss = Fixture.P(39_500m) },
            "off the tick" => s with { StopLoss = Fixture.P(39_000.05m) },
            _ => s,
        });
        Assert.Equal((code, RequestKind.TradingStop), (f.Refusals.Single().Code, f.Refusals.Single().Request));
    }

    [Fact]
    public void Trading_stop_moves_and_removes_levels_and_reports_the_position()
    {
        var f = Long();
        f.Stop(s => s with { StopLoss = Fixture.P(39_500m), TakeProfit = Fixture.P(41_000m) });
        Assert.Equal((39_500m, 41_000m), (f.LastPosition.StopLoss!.Value.Value, f.LastPosition.TakeProfit!.Value.Value));
        f.Stop(s => s with { TakeProfit = new Price(0) });
        Assert.Equal((39_500m, (Price?)null), (f.LastPosition.StopLoss!.Value.Value, f.LastPosition.TakeProfit));
    }

    [Fact]
    public void Attached_full_stop_of_a_later_entry_replaces_that_of_the_position()
    {
        var f = Long();
        f.Buy(0.1m, r => r.Stopped(39_500m));
        Assert.Equal(39_000m, Position(f).StopLoss!.Value.Value);
        f.Flat(40_000m);
        Assert.Equal((0.2m, 39_500m), (Position(f).Size.Value, Position(f).StopLoss!.Value.Value));
        f.Bar(40_000m, 40_000m, 39_400m, 39_400m);
        Assert.Equal((39_500m, 0.2m), (f.Fills[^1].Price.Value, f.Fills[^1].Quantity.Value));
    }

    [Fact]
    public void Full_stop_follows_the_size_down()
    {
        var f = Long();
        f.Sell(0.04m, r => r.Reduce());
        f.Flat(40_000m);
        f.Bar(40_000m, 40_000m, 38_900m, 38_900m);
        Assert.Equal(0.06m, f.Fills[^1].Quantity.Value);
    }

    [Fact]
    public void Cancelled_entry_takes_its_stop_with_it()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        var id = f.Buy(0.1m, r => r.Limit(39_500m).Stopped(39_000m));
        f.Cancel(id);
        f.Bar(40_000m, 40_000m, 38_000m, 38_500m);
        Assert.Empty(f.Fills);
    }

    [Fact]
    public void Partial_pairs_are_oco_and_shrink_with_the_position_earliest_first()
    {
        var f = Long();
        f.Stop(s => Partial(s, 0.04m));
        f.Stop(s => Partial(s, 0.05m));
        f.Sell(0.03m, r => r.Reduce());
        f.Reports.Clear();
        f.Flat(40_000m);
        var sizes = f.Exchange.OpenOrders(Fixture.A).Where(o => o.StopOrderType == StopOrderType.PartialStopLoss).Select(o => o.Quantity.Value);
        Assert.Equal([0.02m, 0.05m], sizes);

        f.Reports.Clear();
        f.Bar(40_000m, 40_000m, 39_490m, 39_600m);
        Assert.Equal([0.02m, 0.05m], f.Fills.Select(x => x.Quantity.Value));
        Assert.Equal(2, f.Orders.Count(o => o.Reason == "CancelByOCOTpCanceledBySlTriggered" && o.Status == OrderStatus.Deactivated));
        Assert.Empty(f.Exchange.Positions(Fixture.A));
    }

    [Fact]
    public void Twenty_first_partial_stop_is_refused()
    {
        var f = Long(0.1m);
        for (var i = 0; i < 21; i++)
        {
            f.Stop(s => Partial(s, 0.001m));
        }

        Assert.Equal(110061, f.Refusals.Single().Code);
    }

    [Fact]
    public void Trailing_stop_waits_for_its_activation_follows_and_fires_on_the_retracement()
    {
        var f = Fixture.OnTicks(FillModel.Touch);
        f.Trade(40_000m);
        f.Buy(0.1m);
        f.Trade(40_000m);
        f.Stop(s => s with { TrailingDistance = Fixture.P(100m), ActivationPrice = Fixture.P(40_200m) });
        f.Trade(39_800m);
        f.Trade(40_210m);
        f.Trade(40_300m);
        f.Trade(40_250m);
        f.Trade(40_200.1m);
        Assert.Single(f.Fills);
        f.Trade(40_200m);
        f.Trade(40_190m);
        Assert.Equal((40_190m, StopOrderType.TrailingStop), (f.Fills[^1].Price.Value, f.Fills[^1].StopOrderType));
    }

    [Theory]
    [InlineData(true, 40_300)]
    [InlineData(false, 40_400)]
    public void New_trailing_distance_restarts_the_extreme_by_switch(bool restarts, double trigger)
    {
        var f = Fixture.OnTicks(FillModel.Touch, new ExchangeSwitches { TrailingRestartsOnModify = restarts });
        f.Trade(40_000m);
        f.Buy(0.1m);
        f.Trade(40_000m);
        f.Stop(s => s with { TrailingDistance = Fixture.P(300m) });
        f.Trade(40_500m);
        f.Trade(40_400m);
        f.Stop(s => s with { TrailingDistance = Fixture.P(100m) });
        var row = f.Exchange.OpenOrders(Fixture.A).Single();
        Assert.Equal((decimal)trigger, row.Trigger!.Value.Price.Value);
    }

    [Fact]
    public void Stops_follow_the_reference_that_they_name()
    {
        var f = Fixture.OnTicks(FillModel.Touch);
        f.Trade(40_000m);
        f.Mark(40_000m);
        f.Buy(0.1m);
        f.Trade(40_000m);
        f.Stop(s => s with { StopLoss = Fixture.P(39_500m), StopLossBy = TriggerBy.Mark });
        f.Trade(39_000m);
        Assert.Single(f.Fills);
        f.Mark(39_500m);
        f.Trade(39_100m);
        Assert.Equal(39_100m, f.Fills[^1].Price.Value);
    }

    [Fact]
    public void Full_stops_show_as_orders_and_can_be_amended_and_cancelled_by_id()
    {
        var f = Long();
        var row = f.Exchange.OpenOrders(Fixture.A).Single();
        Assert.Equal((StopOrderType.StopLoss, 0.1m, true), (row.StopOrderType, row.Quantity.Value, row.ReduceOnly));
        f.Exchange.Amend(
            Fixture.A,
            row.OrderId,
            new OrderAmendment { Symbol = Fixture.Btc, ClientOrderId = ClientOrderId.None, TriggerPrice = Fixture.P(39_300m) },
            f.Now);
        Assert.Equal(39_300m, f.LastPosition.StopLoss!.Value.Value);
        f.Exchange.Cancel(Fixture.A, Fixture.Btc, row.OrderId, f.Now);
        Assert.Null(f.LastPosition.StopLoss);
    }

    [Theory]
    [InlineData(CancelFilter.Everything, 0, false)]
    [InlineData(CancelFilter.Active, 1, true)]
    [InlineData(CancelFilter.Conditional, 1, false)]
    [InlineData(CancelFilter.UserConditional, 1, true)]
    public void Cancel_all_means_what_its_filter_says(CancelFilter filter, int left, bool hasStop)
    {
        var f = Long();
        f.Buy(0.1m, r => r.Limit(39_100m));
        f.Buy(0.1m, r => r.OnRise(41_000m));
        f.Exchange.CancelAll(Fixture.A, Fixture.Btc, filter, f.Now);
        Assert.Equal(left, f.Exchange.OpenOrders(Fixture.A).Count(o => o.StopOrderType is StopOrderType.None or StopOrderType.Stop));
        Assert.Equal(hasStop, Position(f).StopLoss is not null);
    }

    [Fact]
    public void Amended_entry_brings_its_new_stop()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        var id = f.Buy(0.1m, r => r.Limit(39_500m).Stopped(39_000m));
        var change = new OrderAmendment { Symbol = Fixture.Btc, ClientOrderId = id, StopLoss = Fixture.P(39_200m), Price = Fixture.P(39_600m) };
        f.Exchange.Amend(Fixture.A, change, f.Now);
        f.Bar(40_000m, 40_000m, 39_550m, 39_600m);
        Assert.Equal(39_600m, f.Fills[0].Price.Value);
        Assert.Equal(39_200m, f.LastPosition.StopLoss!.Value.Value);
    }

    private static TradingStop Partial(TradingStop stop, decimal size) => stop with
    {
        Mode = TpslMode.Partial,
        Size = Fixture.Q(size),
        StopLoss = Fixture.P(39_500m),
        TakeProfit = Fixture.P(40_500m),
    };

    private static PositionState Position(Fixture f) => f.Exchange.Position(Fixture.A, Fixture.Btc, PositionIdx.OneWay);

    private static Fixture Long(decimal quantity = 0.1m)
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(quantity, r => r.Stopped(39_000m));
        f.Flat(40_000m);
        f.Reports.Clear();
        return f;
    }
}
