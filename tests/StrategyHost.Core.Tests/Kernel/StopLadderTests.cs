using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>A stop that the exchange will not take (reliability §5.4).</summary>
public sealed class StopLadderTests
{
    private const int Busy = 10016;
    private readonly KernelDesk _desk = new(trail: TrailMode.Resting, change: o => o with { AuditMs = 5000 });
    private readonly ShownAccount _account;

    public StopLadderTests()
    {
        _account = new ShownAccount(_desk);
        _desk.Price(100m, ("action", "buy"), ("quantity", 1), ("stop_loss_percent", 2.0));
        _desk.Fills(_desk.Placed[0].Request, 1m, 101m); // the attached stop is at 98, wanted is 98.98
    }

    private decimal[] Asked => [.. _desk.Requests.OfType<SetTradingStop>().Select(s => s.Wanted.StopLoss!.Value.Value)];

    private string[] Closes => [.. _desk.Placed.Where(p => p.Request.ReduceOnly).Select(p => $"{p.Request.Type} {p.Request.Quantity}")];

    private void Shows(decimal? stop)
    {
        _account.Positions.Clear();
        _account.Positions.Add(_account.Position(1m, stop, average: 101m));
    }

    private void IsRefusedThrice()
    {
        for (var i = 0; i < 3; i++)
        {
            _desk.RefusesStop(Busy);
            if (i < 2)
            {
                _desk.Requests.Clear();
                _desk.Waits(1500);
            }
        }
    }

    [Fact]
    public void First_retry_is_two_ticks_wider_and_the_second_is_not()
    {
        Assert.Equal([99.0m], Asked);
        _desk.RefusesStop(Busy);
        Assert.Empty(Asked);
        _desk.Waits(1500);
        Assert.Equal([98.8m], Asked);
        _desk.RefusesStop(Busy);
        _desk.Waits(1500);
        Assert.Equal([99.0m], Asked);
        Assert.Empty(Closes);
    }

    /// <summary>The longer pause is for a position that has a stop, if a looser one.</summary>
    [Fact]
    public void Stop_that_goes_while_a_refusal_of_a_better_one_is_waited_out_is_asked_for_at_once()
    {
        _desk.Tell(new Reported([_account.Position(1m, 98m, average: 101m)]) { At = _desk.Now });
        _desk.RefusesStop(Busy);
        _desk.Requests.Clear();
        _desk.Tell(new Reported([_account.Position(1m, null, average: 101m)]) { At = _desk.Now });
        Assert.Single(Asked);
    }

    [Fact]
    public void Third_refusal_asks_for_a_fresh_picture_and_closes_nothing_yet()
    {
        IsRefusedThrice();
        Assert.Contains(_desk.Requests, r => r is ReadAccount);
        Assert.Empty(Closes);
    }

    [Fact]
    public void Picture_without_a_stop_closes_the_position()
    {
        IsRefusedThrice();
        Shows(null);
        _account.Show();
        Assert.Equal(["Market 1"], Closes);
        Assert.Contains("closing_uncovered", _account.Alerts);
    }

    [Fact]
    public void Picture_with_any_stop_closes_nothing_and_the_better_one_is_asked_for_later()
    {
        IsRefusedThrice();
        Shows(98m);
        _account.Show();
        Assert.Empty(Closes);
        _desk.Requests.Clear();
        _desk.Waits(2000);
        Assert.Contains(99.0m, Asked);
    }

    [Fact]
    public void Covered_position_is_never_closed_for_want_of_a_better_stop()
    {
        Shows(98m);
        _account.Show();
        for (var i = 0; i < 10; i++)
        {
            _desk.RefusesStop(Busy);
            Assert.Empty(Closes);
            _desk.Waits(30_000);
            Assert.Empty(Closes);
        }
    }

    [Fact]
    public void Picture_of_a_stop_that_is_filling_closes_nothing()
    {
        IsRefusedThrice();
        Shows(null);
        _account.Orders.Add(_account.Order("", 1m, null) with { StopOrderType = StopOrderType.StopLoss });
        _account.Show();
        Assert.Empty(Closes);
    }

    [Fact]
    public void Stop_orders_for_a_part_of_the_position_do_not_keep_it_from_being_closed()
    {
        IsRefusedThrice();
        Shows(null);
        _account.Orders.Add(_account.Order("", 0.5m, null) with { StopOrderType = StopOrderType.PartialStopLoss });
        _account.Show();
        Assert.Equal(["Market 1"], Closes);
    }

    [Fact]
    public void Stop_that_is_refused_as_passed_is_asked_for_once_a_second_by_our_clock_however_much_the_exchange_s_lags()
    {
        for (var i = 0; i < 5; i++)
        {
            _desk.RefusesStop(10001, lagMs: 60_000);
            _desk.Waits(800);
            Assert.Empty(Asked);
            _desk.Waits(200);
            Assert.Single(Asked);
        }
    }

    [Fact]
    public void No_answer_closes_nothing()
    {
        IsRefusedThrice();
        _desk.Requests.Clear();
        for (var i = 0; i < 20; i++)
        {
            _desk.Waits(5000); // no picture comes: nothing is known
        }

        Assert.Empty(Closes);
        Assert.NotEmpty(Asked);
    }

    [Fact]
    public void Close_that_is_cut_off_is_sent_again_each_second_and_said_each_ten()
    {
        IsRefusedThrice();
        Shows(null);
        _account.Show();
        for (var i = 0; i < 12; i++)
        {
            var close = _desk.Placed[^1].Request;
            _desk.Says(close, OrderStatus.Cancelled, 0m);
            _desk.Waits(1000);
            Assert.Equal(["Market 1"], Closes);
        }

        Assert.Equal(ExitReason.Emergency, Assert.Single(_desk.Kernel.Main.Plans).MustClose);
        _desk.Fills(_desk.Placed[^1].Request, 1m, 99m);
        _desk.Waits(5000);
        Assert.Empty(Closes);
    }

    [Fact]
    public void Clock_of_the_host_behind_the_exchanges_makes_the_retry_no_later()
    {
        _desk.Tell(new Reported([new RefusalReport
        {
            Account = AccountId.Main,
            At = _desk.Now.AddMs(5000),
            Request = RequestKind.TradingStop,
            Symbol = Protection.Markets.Btc.Symbol,
            Code = Busy,
            Text = "",
        }])
        {
            At = _desk.Now,
        });
        _desk.Requests.Clear();
        _desk.Waits(1000);
        Assert.Equal([98.8m], Asked);
    }

    [Fact]
    public void Stop_that_was_asked_for_on_the_exchanges_word_is_retried_by_our_clock()
    {
        _desk.Tell(new Reported([_account.Position(1m, null, average: 101m) with
        {
            At = _desk.Now.AddMs(6500),
        }])
        {
            At = _desk.Now,
        });
        _desk.RefusesStop(Busy);
        _desk.Waits(1000);
        Assert.Equal([98.8m], Asked);
    }

    [Fact]
    public void Close_that_the_exchanges_word_began_is_sent_again_by_our_clock()
    {
        _desk.Price(97m); // beyond the stop
        _desk.Requests.Clear();
        _desk.Tell(new Reported([_account.Position(1m, null, average: 101m) with
        {
            At = _desk.Now.AddMs(6500),
        }])
        {
            At = _desk.Now,
        });
        Assert.Equal(["Market 1"], Closes);
        _desk.Says(_desk.Placed[^1].Request, OrderStatus.Cancelled, 0m);
        _desk.Wait(1000);
        Assert.Equal(["Market 1"], Closes);
    }

    [Fact]
    public void Close_of_unknown_fate_holds_no_close_of_a_position_without_a_stop_back()
    {
        IsRefusedThrice();
        Shows(null);
        _account.Show();
        _desk.Says(_desk.Placed[^1].Request, OrderStatus.Unknown, 0m);
        _desk.Wait(1000);
        Assert.Equal(["Market 1"], Closes);
        _desk.Wait(1000);
        Assert.Empty(Closes); // the second one is on its way
    }

    [Fact]
    public void Close_of_unknown_fate_is_waited_for_while_a_stop_stands()
    {
        Shows(98m);
        _account.Show();
        _desk.Price(101m, ("action", "close"));
        _desk.Says(_desk.Placed[^1].Request, OrderStatus.Unknown, 0m);
        _desk.RefusesStop(10001);
        _desk.Wait(3000);
        Assert.Empty(Closes);
    }

    [Fact]
    public void Position_that_has_got_a_stop_meanwhile_is_closed_no_further()
    {
        IsRefusedThrice();
        Shows(null);
        _account.Show();
        _desk.Says(_desk.Placed[^1].Request, OrderStatus.Cancelled, 0m);
        Shows(98m);
        _account.Show();
        _desk.Wait(20_000);
        Assert.Empty(Closes);
        Assert.Null(Assert.Single(_desk.Kernel.Main.Plans).MustClose);
    }

    [Fact]
    public void Market_close_larger_than_the_exchange_takes_is_split()
    {
        var most = Quantity.Of(0.4m);
        var desk = new KernelDesk(change: o => o with { Instruments = [o.Instruments[0] with { MaxMarketQty = most }] });
        desk.Price(100m, ("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", 100), ("stop_loss", 95));
        desk.Fills(desk.Placed[0].Request, 1m, 100m);
        desk.Requests.Clear();
        desk.Price(100m, ("action", "close"));
        Assert.Equal([0.4m, 0.4m, 0.2m], desk.Placed.Select(p => p.Request.Quantity.Value));
    }
}
