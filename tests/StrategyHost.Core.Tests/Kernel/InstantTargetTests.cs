using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>
/// Targets that the price has passed without filling them are taken at market, each once and for its own rest. The test is an exchange
/// that does not fill them.
/// </summary>
public sealed class InstantTargetTests
{
    private readonly KernelDesk _desk = new(trail: TrailMode.Resting);

    /// <summary>A long of 1 from 100 with its stop at 95 and a target at 103 that rests.</summary>
    private OrderRequest Holds(KernelDesk? other = null) => Holds(other ?? _desk, 103).Single();

    private static OrderRequest[] Holds(KernelDesk desk, object target)
    {
        desk.Price(100m, ("action", "buy"), ("quantity", 1), ("stop_loss", 95), ("take_profit", target));
        desk.Fills(desk.Placed.Single().Request, 1m, 100m);
        var rungs = desk.Placed.Select(p => p.Request).ToArray();
        Array.ForEach(rungs, r => desk.Says(r, OrderStatus.New, 0m));
        return rungs;
    }

    private OrderRequest[] Ladder() => Holds(_desk, new (double, double)[] { (103, 50), (104, 30), (110, 20) });

    private OrderRequest Taken()
    {
        var market = _desk.Placed.Single().Request;
        Assert.Equal((OrderType.Market, null, true, Side.Sell), (market.Type, market.Price, market.ReduceOnly, market.Side));
        return market;
    }

    [Fact]
    public void Passed_target_is_cancelled_after_half_a_second_without_further_ticks()
    {
        var rung = Holds();
        _desk.Price(103.1m);
        Assert.Empty(_desk.Requests);
        _desk.Wait(499);
        Assert.Empty(_desk.Requests);
        _desk.Wait(1);

        Assert.Equal([rung.ClientOrderId], _desk.Requests.OfType<CancelOrder>().Select(c => c.Id));
        Assert.Single(_desk.Requests);
        Assert.Equal(Timestamp.MaxValue, _desk.Kernel.NextDue);
    }

    [Fact]
    public void Market_order_follows_when_the_cancel_is_confirmed_and_the_stop_stays()
    {
        var rung = Holds();
        _desk.Price(104m);
        _desk.Wait(500);
        Assert.Empty(_desk.Placed);
        _desk.Says(rung, OrderStatus.Cancelled, 0m);
        var market = Taken();
        Assert.Equal(Quantity.Of(1m), market.Quantity);
        Assert.Single(_desk.Requests);
        _desk.Fills(market, 1m, 103.9m);

        Assert.Equal((ExitReason.InstantTp, 103.9m), _desk.Trades.Select(t => (t.ExitReason, t.ExitPrice)).Single());
        Assert.Empty(_desk.Kernel.Main.Plans);
    }

    [Theory]
    [InlineData(103.0)]
    [InlineData(103.05)]
    public void Target_that_is_passed_by_less_than_a_tick_rests(double price)
    {
        Holds();
        _desk.Price((decimal)price);
        _desk.Wait(5000);
        Assert.Empty(_desk.Requests);
    }

    [Fact]
    public void Price_that_comes_back_in_time_leaves_it()
    {
        Holds();
        _desk.Price(104m);
        _desk.Price(102m); // the desk's prices are two seconds apart, and this one comes before the timer
        _desk.Wait(5000);
        Assert.Empty(_desk.Requests);
    }

    [Fact]
    public void Price_that_came_back_before_the_cancel_was_confirmed_lets_the_limit_rest_again()
    {
        var rung = Holds();
        _desk.Price(104m);
        _desk.Wait(500);
        _desk.Price(102m);
        _desk.Says(rung, OrderStatus.Cancelled, 0m);

        var again = _desk.Placed.Single().Request;
        Assert.Equal((OrderType.Limit, 103m, Quantity.Of(1m)), (again.Type, again.Price!.Value.Value, again.Quantity));
    }

    [Fact]
    public void Limit_that_filled_before_its_cancel_is_not_taken_twice()
    {
        var rung = Holds();
        _desk.Price(104m);
        _desk.Wait(500);
        _desk.Refuses(rung, 110001, RequestKind.Cancel);
        Assert.Empty(_desk.Requests);
        _desk.Fills(rung, 1m, 103m);

        Assert.Empty(_desk.Placed);
        Assert.Equal(ExitReason.TakeProfit, _desk.Trades.Single().ExitReason);
    }

    [Fact]
    public void Only_the_rest_is_taken_and_not_before_every_fill_has_come()
    {
        var rung = Holds();
        _desk.Fills(rung, 0.3m, 103m);
        _desk.Price(104m);
        _desk.Wait(500);
        _desk.Says(rung, OrderStatus.Cancelled, 0.5m);
        Assert.Empty(_desk.Placed);
        _desk.Fills(rung, 0.2m, 103m);

        Assert.Equal(Quantity.Of(0.5m), Taken().Quantity);
    }

    [Fact]
    public void Each_rung_is_taken_for_its_own_part_and_the_others_rest()
    {
        var rungs = Ladder();
        _desk.Price(104.5m);
        _desk.Wait(500);
        Assert.Equal(rungs.Take(2).Select(r => r.ClientOrderId), _desk.Requests.OfType<CancelOrder>().Select(c => c.Id));
        _desk.Says(rungs[0], OrderStatus.Cancelled, 0m);
        Assert.Equal(Quantity.Of(0.5m), Taken().Quantity);
        _desk.Says(rungs[1], OrderStatus.Cancelled, 0m);
        Assert.Equal(Quantity.Of(0.3m), Taken().Quantity);
        Assert.Equal(Quantity.Of(1m), _desk.Kernel.Main.Plans.Single().Size);
    }

    [Fact]
    public void Ladder_goes_on_after_a_rung_was_taken()
    {
        var rungs = Ladder();
        _desk.Price(103.5m);
        _desk.Wait(500);
        _desk.Says(rungs[0], OrderStatus.Cancelled, 0m);
        var market = Taken();
        _desk.Fills(market, 0.5m, 103.4m);

        Assert.Empty(_desk.Requests); // the other rungs are what they were, and so is the stop
        Assert.Equal([Quantity.Of(0.5m), Quantity.Zero, Quantity.Zero], _desk.Kernel.Main.Plans.Single().TargetFilled);
    }

    [Fact]
    public void Market_order_that_a_thin_book_ends_leaves_a_limit_again()
    {
        var rung = Holds();
        _desk.Price(104m);
        _desk.Wait(500);
        _desk.Says(rung, OrderStatus.Cancelled, 0m);
        var market = Taken();
        _desk.Fills(market, 0.4m, 104m);
        Assert.Empty(_desk.Requests);
        _desk.Says(market, OrderStatus.Cancelled, 0.4m);

        Assert.Equal((OrderType.Limit, Quantity.Of(0.6m)), (_desk.Placed.Single().Request.Type, _desk.Placed.Single().Request.Quantity));
    }

    [Fact]
    public void Target_that_the_exchange_refuses_is_taken_when_the_price_passes_it()
    {
        var rung = Holds();
        for (var i = 0; i < 4; i++)
        {
            _desk.Refuses(rung, 10001, RequestKind.Place);
            rung = _desk.Placed.SingleOrDefault()?.Request ?? rung;
        }

        Assert.Empty(_desk.Placed);
        _desk.Price(104m);
        _desk.Wait(500);
        _desk.Refuses(Taken(), 10001, RequestKind.Place);
        _desk.Price(104m);
        _desk.Wait(5000);

        Assert.Empty(_desk.Requests); // it is not tried for ever
    }

    [Fact]
    public void Short_is_taken_below()
    {
        _desk.Price(100m, ("action", "sell"), ("quantity", 1), ("stop_loss", 105), ("take_profit", 97));
        _desk.Fills(_desk.Placed.Single().Request, 1m, 100m);
        var rung = _desk.Placed.Single().Request;
        _desk.Says(rung, OrderStatus.New, 0m);
        _desk.Price(96m);
        _desk.Wait(500);
        Assert.Single(_desk.Requests.OfType<CancelOrder>());
    }

    [Theory]
    [InlineData(TrailMode.Resting, false)]
    [InlineData(TrailMode.Ideal, true)]
    public void Switched_off_or_in_bars_nothing_is_taken(TrailMode mode, bool takes)
    {
        var desk = new KernelDesk(trail: mode, takesTargets: takes);
        Holds(desk);
        desk.Price(104m);
        desk.Wait(5000);
        Assert.Empty(desk.Requests);
    }

    [Fact]
    public void Position_that_was_closed_meanwhile_leaves_no_timer()
    {
        Holds();
        _desk.Price(104m, ("action", "close"));
        _desk.Fills(_desk.Placed.Single().Request, 1m, 104m);
        _desk.Wait(5000);
        Assert.Empty(_desk.Requests);
    }
}
