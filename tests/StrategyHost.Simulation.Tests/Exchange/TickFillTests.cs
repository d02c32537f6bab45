using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange;

/// <summary>The touch, cross and book models of contracts §6, one case a rule.</summary>
public sealed class TickFillTests
{
    [Theory]
    [InlineData(FillModel.Touch)]
    [InlineData(FillModel.Cross)]
    [InlineData(FillModel.Book)]
    public void Market_order_fills_at_the_first_event_after_it(FillModel model)
    {
        var f = Fixture.OnTicks(model);
        f.Trade(40_000m);
        f.Buy(0.1m);
        Assert.Empty(f.Fills);
        f.Trade(40_005m);
        Assert.Equal((40_005m, false), (f.Fills[0].Price.Value, f.Fills[0].IsMaker));
    }

    [Theory]
    [InlineData(0, 0, 40_005)]
    [InlineData(2, 0, 40_005.2)]
    [InlineData(0, 1, 40_009.1)]
    [InlineData(2, 1, 40_009.3)]
    public void Slippage_in_ticks_and_basis_points_adds_up_against_the_taker(double ticks, double bp, double price)
    {
        var options = new ExchangeOptions { Fill = FillModel.Touch, SlippageTicks = (decimal)ticks, SlippageBp = (decimal)bp };
        var f = new Fixture(options);
        f.Trade(40_000m);
        f.Buy(0.1m);
        f.Trade(40_005m);
        Assert.Equal((decimal)price, f.Fills[0].Price.Value);
    }

    [Fact]
    public void Triggered_stop_fills_at_the_event_after_its_trigger()
    {
        var f = Fixture.OnTicks(FillModel.Touch);
        Enter(f, stop: 39_600m);
        f.Trade(39_590m);
        Assert.Empty(f.Fills);
        var child = Assert.Single(f.Orders);
        Assert.Equal((OrderStatus.Triggered, StopOrderType.StopLoss), (child.Status, child.StopOrderType));

        f.Trade(39_550m);
        var fill = Assert.Single(f.Fills);
        Assert.Equal((39_550m, StopOrderType.StopLoss, child.OrderId), (fill.Price.Value, fill.StopOrderType, fill.OrderId));
        Assert.Equal(5m, fill.Slippage);
        Assert.True(f.LastPosition.Size.IsZero);
    }

    [Theory]
    [InlineData(FillModel.Touch, 39_500, true)]
    [InlineData(FillModel.Touch, 39_500.1, false)]
    [InlineData(FillModel.Cross, 39_500, false)]
    [InlineData(FillModel.Cross, 39_499.9, true)]
    public void Resting_limit_without_a_known_queue_fills_when_touched_or_crossed(FillModel model, double print, bool fills)
    {
        var f = Fixture.OnTicks(model);
        f.Trade(40_000m);
        f.Buy(0.1m, r => r.Limit(39_500m));
        f.Trade((decimal)print);
        Assert.Equal(fills, f.Fills.Count == 1);
        Assert.All(f.Fills, x => Assert.Equal((39_500m, true, 0.0002m), (x.Price.Value, x.IsMaker, x.FeeRate)));
    }

    [Fact]
    public void Cross_fills_what_is_left_of_a_print_after_the_queue_ahead()
    {
        var f = Fixture.OnTicks(FillModel.Cross);
        f.Trade(40_000m);
        f.Book([(39_999m, 1m), (39_990m, 2m)], [(40_001m, 1m)]);
        f.Buy(1m, r => r.Limit(39_990m));
        f.Trade(39_990m, 1.5m, -1);
        f.Trade(39_990m, 5m, +1);
        Assert.Empty(f.Fills);
        f.Trade(39_990m, 0.9m, -1);
        f.Trade(39_990m, 3m, -1);
        Assert.Equal([0.4m, 0.6m], f.Fills.Select(x => x.Quantity.Value));
        Assert.Equal([OrderStatus.New, OrderStatus.PartiallyFilled, OrderStatus.Filled], f.Orders.Select(o => o.Status));
    }

    [Fact]
    public void One_print_serves_the_orders_of_an_account_in_turn_and_no_more_than_its_size()
    {
        var f = Fixture.OnTicks(FillModel.Cross);
        f.Trade(40_000m);
        f.Book([(39_999m, 1m), (39_980m, 2m)], [(40_001m, 1m)]);
        var first = f.Buy(1m, r => r.Limit(39_990m));
        f.Buy(1m, r => r.Limit(39_990m));
        f.Trade(39_990m, 1.5m, -1);
        Assert.Equal([1m, 0.5m], f.Fills.Select(x => x.Quantity.Value));
        Assert.Equal(first, f.Fills[0].ClientOrderId);
    }

    [Fact]
    public void Amending_down_keeps_the_queue_and_amending_up_loses_it()
    {
        var f = Fixture.OnTicks(FillModel.Cross);
        f.Trade(40_000m);
        f.Book([(39_990m, 2m)], [(40_001m, 1m)]);
        var id = f.Buy(1m, r => r.Limit(39_990m));
        f.Trade(39_990m, 2m, -1);
        Amend(f, id, 0.5m);
        f.Trade(39_990m, 0.1m, -1);
        Assert.Equal(0.1m, Assert.Single(f.Fills).Quantity.Value);
        Amend(f, id, 0.8m);
        f.Trade(39_990m, 1m, -1);
        Assert.Single(f.Fills);
    }

    [Fact]
    public void Book_market_order_walks_the_depth_and_the_rest_is_cancelled()
    {
        var f = Fixture.OnTicks(FillModel.Book);
        f.Book([(39_999m, 1m)], [(40_001m, 1m), (40_002m, 2m)]);
        f.Buy(5m);
        f.Book([(39_999m, 1m)], [(40_001m, 0.5m), (40_003m, 2m)]);
        Assert.Equal([(40_001m, 0.5m), (40_003m, 2m)], f.Fills.Select(x => (x.Price.Value, x.Quantity.Value)));
        var last = f.Orders[^1];
        Assert.Equal((OrderStatus.Cancelled, 2.5m, "EC_NoImmediateQtyToFill"), (last.Status, last.FilledQuantity.Value, last.Reason));
    }

    [Fact]
    public void Book_resting_limit_fills_when_the_other_side_stands_through_it()
    {
        var f = Fixture.OnTicks(FillModel.Book);
        f.Book([(39_999m, 1m)], [(40_001m, 1m)]);
        f.Buy(1m, r => r.Limit(39_990m));
        f.Book([(39_980m, 1m)], [(39_990m, 1m)]);
        Assert.Empty(f.Fills);
        f.Book([(39_980m, 1m)], [(39_985m, 1m)]);
        Assert.Equal((39_990m, true), (f.Fills[0].Price.Value, f.Fills[0].IsMaker));
    }

    [Fact]
    public void Stop_that_the_depth_cannot_close_leaves_the_rest_and_says_that_it_has_no_stop()
    {
        var f = Fixture.OnTicks(FillModel.Book);
        f.Trade(40_000m);
        f.Buy(2m, r => r.Stopped(39_900m));
        f.Trade(40_000m);
        f.Reports.Clear();
        f.Trade(39_900m);
        f.Book([(39_890m, 0.5m)], [(39_901m, 1m)]);
        Assert.Equal(0.5m, Assert.Single(f.Fills).Quantity.Value);
        Assert.Equal((1.5m, (Price?)null), (f.LastPosition.Size.Value, f.LastPosition.StopLoss));
        Assert.Equal(OrderStatus.Cancelled, f.Orders[^1].Status);
    }

    [Theory]
    [InlineData(TimeInForce.Gtc, OrderStatus.PartiallyFilled, 0.5)]
    [InlineData(TimeInForce.Ioc, OrderStatus.Cancelled, 0.5)]
    [InlineData(TimeInForce.Fok, OrderStatus.Cancelled, 0)]
    [InlineData(TimeInForce.PostOnly, OrderStatus.Cancelled, 0)]
    public void Limit_that_crosses_takes_what_its_time_in_force_allows(TimeInForce force, OrderStatus status, double filled)
    {
        var f = Fixture.OnTicks(FillModel.Book);
        f.Book([(39_999m, 1m)], [(40_001m, 0.5m), (40_010m, 5m)]);
        f.Buy(1m, r => r.Limit(40_005m).In(force));
        f.Book([(39_999m, 1m)], [(40_001m, 0.5m), (40_010m, 5m)]);
        Assert.Equal((status, (decimal)filled), (f.Orders[^1].Status, f.Orders[^1].FilledQuantity.Value));
        Assert.All(f.Fills, x => Assert.False(x.IsMaker));
    }

    [Fact]
    public void Partial_fills_of_an_entry_with_a_partial_pair_grow_one_pair()
    {
        var f = Fixture.OnTicks(FillModel.Cross);
        f.Book([(39_999m, 1m), (39_980m, 1m)], [(40_001m, 1m)]);
        f.Trade(40_000m);
        f.Buy(1m, r => r.Limit(39_990m).Stopped(39_900m, 40_100m, TpslMode.Partial));
        f.Trade(39_990m, 0.4m, -1);
        f.Trade(39_990m, 0.6m, -1);
        var rows = f.Exchange.OpenOrders(Fixture.A);
        Assert.Equal(
            [(StopOrderType.PartialStopLoss, 1m), (StopOrderType.PartialTakeProfit, 1m)],
            rows.Select(o => (o.StopOrderType, o.Quantity.Value)));
    }

    [Fact]
    public void Without_trades_the_middle_of_the_book_is_the_last_price()
    {
        var f = Fixture.OnTicks(FillModel.Book);
        f.Book([(39_999m, 1m)], [(40_001m, 1m)]);
        f.Buy(0.1m, r => r.Stopped(39_900m));
        f.Book([(39_999m, 1m)], [(40_001m, 1m)]);
        f.Book([(39_899m, 1m)], [(39_901m, 1m)]);
        f.Book([(39_889m, 1m)], [(39_891m, 1m)]);
        Assert.Equal([40_001m, 39_889m], f.Fills.Select(x => x.Price.Value));
    }

    [Fact]
    public void An_empty_book_is_no_book()
    {
        var f = Fixture.OnTicks(FillModel.Book);
        f.Trade(40_000m);
        f.Book([(39_999m, 1m)], [(40_001m, 1m)]);
        f.Book([], []);
        f.Buy(0.1m);
        f.Trade(40_003m);
        Assert.Equal(40_003m, Assert.Single(f.Fills).Price.Value);
    }

    private static void Enter(Fixture f, decimal stop)
    {
        f.Trade(40_000m);
        f.Buy(0.1m, r => r.Stopped(stop));
        f.Trade(40_000m);
        f.Reports.Clear();
    }

    private static void Amend(Fixture f, ClientOrderId id, decimal quantity) => f.Exchange.Amend(
        Fixture.A,
        new OrderAmendment { Symbol = Fixture.Btc, ClientOrderId = id, Quantity = Fixture.Q(quantity) },
        f.Now);
}
