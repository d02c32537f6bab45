using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Two tranches on one position, and an exchange that tells things late, in another order, or not at all.</summary>
public sealed class TrancheFaultTests
{
    private const int Busy = 10016;
    private const int Passed = 110093;
    private const int NotModified = 34040;
    private readonly KernelDesk _desk = new(trail: TrailMode.Resting, change: o => o with { AuditMs = 5000 });
    private readonly ShownAccount _exchange;

    public TrancheFaultTests() => _exchange = new ShownAccount(_desk);

    private IReadOnlyList<TradePlan> Open => [.. _desk.Kernel.Main.Plans.Where(p => !p.Size.IsZero)];
    private decimal Held => Open.Sum(p => p.Size.Value);
    private OrderRequest[] Stops => [.. _desk.PlacedOn(AccountId.Main).Where(r => r.Trigger is not null)];
    private OrderRequest[] Closes => [.. _desk.PlacedOn(AccountId.Main).Where(r => r is { ReduceOnly: true, Trigger: null })];
    private ClientOrderId[] Cancels => [.. _desk.Requests.OfType<CancelOrder>().Select(c => c.Id)];
    private decimal[] Asked => [.. _desk.Requests.OfType<SetTradingStop>().Select(s => s.Wanted.StopLoss!.Value.Value)];

    [Theory]
    [InlineData(110009)]
    [InlineData(110061)]
    public void One_conditional_order_too_many_is_not_asked_for_again_and_the_whole_position_stands_behind_the_tighter_stop(int code)
    {
        Enter("a", 90);
        Enter("b", 95);
        var refused = Assert.Single(Stops);
        _desk.Refuses(refused, code);
        var asked = Stops.Length;
        for (var i = 0; i < 5; i++)
        {
            _desk.Price(100m);
            asked += Stops.Length;
        }

        Assert.Equal(0, asked);
        Assert.All(Open, p => Assert.Equal(Price.Of(95m).Units, p.SentStop));
        Assert.True(Open[0].Leg.IsConsolidated);
    }

    [Fact]
    public void Funding_of_a_position_is_shared_by_its_tranches_and_counts_once()
    {
        Enter("a", 90);
        Enter("b", 95, 0.5);
        var funding = new FundingReport
        {
            Account = AccountId.Main,
            At = _desk.Now,
            Symbol = Markets.Btc.Symbol,
            Amount = 3m,
            Rate = 0.0001m,
        };
        _desk.Tell(new Reported([funding]) { At = _desk.Now });
        Assert.Equal([2m, 1m], Open.Select(p => p.Funding));
    }

    [Fact]
    public void Older_picture_of_the_stop_does_not_loosen_it_before_the_tranche_has_its_own()
    {
        Enter("a", 90);
        Enter("b", 95);
        Assert.Single(Stops);
        Shows(2m, 90m);
        Assert.Equal([95m], Asked);
    }

    [Fact]
    public void Tranches_own_stop_stays_until_the_position_is_shown_with_its_stop_whatever_a_refusal_says_of_it()
    {
        Enter("a", 90);
        Enter("b", 95);
        var own = Stops.Single();
        Stands(own);
        Shows(2m, 90m);
        _desk.Price(100m, ("action", "close"), ("tranche", "a"));
        _desk.Fills(Closes.Single(), 1m, 100m);
        Assert.Equal([95m], Asked);
        Shows(1m, 90m);
        _desk.RefusesStop(NotModified);
        Assert.Equal(1, _exchange.Reads);
        _desk.Price(100m);
        Assert.Empty(Cancels);
        Shows(1m, 95m);
        Assert.Equal([own.ClientOrderId], Cancels);
    }

    [Fact]
    public void Partial_exits_with_a_trigger_leave_the_last_conditional_order_to_a_stop()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 1), ("stop_loss", 90));
        _desk.Fills(_desk.Placed.Single().Request, 1m, 100m);
        for (var i = 0; i <= TrancheStops.BudgetMax; i++)
        {
            _desk.Price(100m, ("action", "close"), ("type", "stop_market"), ("stop_price", 91 + (i * 0.5)), ("quantity", 0.01));
        }

        Assert.Equal(TrancheStops.BudgetMax, _desk.Placed.Count);
        Assert.Equal("conditional_limit", _desk.Outcomes[^1]);
        _desk.Price(100m, ("action", "close"), ("quantity", 0.01));
        Assert.Equal(TrancheStops.BudgetMax + 1, _desk.Placed.Count);
    }

    [Fact]
    public void Tranches_own_stop_is_made_smaller_only_when_the_position_is_shown_with_its_stop()
    {
        Enter("a", 90);
        Enter("b", 95);
        Stands(Stops.Single());
        Shows(2m, 90m);
        Shows(2m, null);
        _desk.Price(100m, ("action", "close"), ("tranche", "b"), ("quantity", 0.4));
        _desk.Fills(Closes.Single(), 0.4m, 100m);
        Assert.Empty(_desk.Requests.OfType<AmendOrder>());
        Shows(1.6m, 90m);
        Assert.Equal(Quantity.Of(0.6m), Assert.Single(_desk.Requests.OfType<AmendOrder>()).Amendment.Quantity);
    }

    [Fact]
    public void Target_of_before_a_position_was_flat_keeps_its_rung_until_it_has_ended()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", 99), ("stop_loss", 90), ("take_profit", 110));
        var entry = _desk.Placed.Single().Request;
        _desk.Fills(entry, 0.4m, 99m);
        var before = _desk.Placed.Single().Request;
        _desk.Says(before, OrderStatus.New, 0m);
        _desk.Price(100m, ("action", "close"), ("keep_entries", true));
        _desk.Fills(Closes.Single(), 0.4m, 100m);
        Assert.Equal([before.ClientOrderId], Cancels);
        _desk.Fills(entry, 0.6m, 99m);
        Assert.Empty(_desk.Placed);
        _desk.Says(before, OrderStatus.Cancelled, 0m);
        Assert.Equal((Quantity.Of(0.6m), Price.Of(110m)), (_desk.Placed.Single().Request.Quantity, _desk.Placed.Single().Request.Price));
    }

    [Fact]
    public void Target_of_before_a_position_was_flat_that_fills_nevertheless_has_taken_its_rungs_part()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", 99), ("stop_loss", 90), ("take_profit", 110));
        var entry = _desk.Placed.Single().Request;
        _desk.Fills(entry, 0.4m, 99m);
        var before = _desk.Placed.Single().Request;
        _desk.Says(before, OrderStatus.New, 0m);
        _desk.Price(100m, ("action", "close"), ("keep_entries", true));
        _desk.Fills(Closes.Single(), 0.4m, 100m);
        _desk.Fills(entry, 0.6m, 99m);
        _desk.Fills(before, 0.4m, 110m);
        Assert.Equal(0.2m, Held);
        Assert.Equal([Quantity.Of(0.2m)], _desk.Placed.Select(p => p.Request.Quantity));
    }

    [Fact]
    public void Entry_beside_a_position_whose_stop_was_refused_attaches_none_that_is_looser_than_what_stands()
    {
        Enter("a", 90);
        Shows(1m, 90m);
        _desk.Price(100m, ("action", "hold"), ("stop_loss", 92));
        Assert.Equal([92m], Asked);
        _desk.RefusesStop(Busy);
        _desk.Price(100m);
        _desk.RefusesStop(Busy); // it waits for 4 s now
        _desk.Price(100m, ("action", "buy"), ("quantity", 1), ("stop_loss", 85), ("tranche", "b"), ("scale_in", true));
        Assert.Equal(Price.Of(90m), _desk.Placed[^1].Request.Protection!.StopLoss);
    }

    [Theory]
    [InlineData(OrderStatus.Rejected)]
    [InlineData(OrderStatus.Cancelled)]
    [InlineData(OrderStatus.Deactivated)]
    public void Tranche_stop_that_the_exchange_takes_and_drops_is_not_placed_for_ever(OrderStatus end)
    {
        Enter("a", 90);
        Enter("b", 95);
        var rounds = 0;
        while (Stops is [var stop, ..] && rounds < 20)
        {
            rounds++;
            _desk.Says(stop, end, 0m);
        }

        Assert.InRange(rounds, 1, 3);
        Assert.Empty(Closes);
        Assert.Equal(95m, new Price(Open[0].Leg.FullStop).Value);
    }

    [Fact]
    public void Tranche_stop_that_has_filled_is_waited_for_and_nothing_more_is_closed()
    {
        Enter("a", 90);
        Enter("b", 95);
        var stop = Stops.Single();
        Stands(stop);
        _desk.Price(94m);
        _desk.Says(stop, OrderStatus.Filled, 1m);
        Assert.Empty(Closes);
        Assert.Empty(Stops);
        _desk.Price(94m);
        Assert.Empty(Closes);
        Assert.Empty(Stops);
        _desk.Fills(stop, 1m, 94m);
        Assert.Equal(1m, Held);
        Assert.Equal("a", Open[0].Origin.Tranche);
    }

    [Fact]
    public void Execution_of_a_tranche_stop_on_its_way_is_not_booked_as_closed_by_hand()
    {
        Enter("a", 90);
        Enter("b", 95);
        var stop = Stops.Single();
        Stands(stop);
        _desk.Says(stop, OrderStatus.Filled, 1m);
        _exchange.Positions.Add(_exchange.Position(1m, 90m));
        _exchange.Show();
        _exchange.Audit();
        _exchange.Audit();
        _exchange.Audit();
        Assert.Equal(2m, Held);
        _desk.Fills(stop, 1m, 95m);
        Assert.Equal(1m, Held);
    }

    [Fact]
    public void Target_that_has_filled_is_waited_for_and_not_placed_again()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 1), ("stop_loss", 90), ("take_profit", 110));
        _desk.Fills(_desk.Placed[0].Request, 1m, 100m);
        var target = _desk.Placed.Single().Request;
        _desk.Says(target, OrderStatus.New, 0m);
        _desk.Says(target, OrderStatus.Filled, 1m);
        Assert.Empty(_desk.Placed);
    }

    [Fact]
    public void Target_that_the_exchange_takes_and_drops_is_not_placed_for_ever()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 1), ("stop_loss", 90), ("take_profit", 110));
        _desk.Fills(_desk.Placed[0].Request, 1m, 100m);
        var rounds = 0;
        while (_desk.Placed is [var target, ..] && rounds < 20)
        {
            rounds++;
            _desk.Says(target.Request, OrderStatus.New, 0m);
            _desk.Says(target.Request, OrderStatus.Cancelled, 0m);
        }

        Assert.Equal(4, rounds);
    }

    [Fact]
    public void Size_to_close_is_taken_from_the_tranches_that_are_not_being_closed_already()
    {
        Enter("a", 90);
        Enter("b", 95);
        _desk.Price(100m, ("action", "close"), ("tranche", "a"));
        _desk.Requests.Clear();
        _desk.Price(100m, ("action", "close"), ("quantity", 1));
        Assert.Equal(Quantity.Of(1m), Assert.Single(Closes).Quantity);
        Assert.Equal("accepted", _desk.Outcomes[^1]);
        _desk.Price(100m, ("action", "close"), ("quantity", 1));
        Assert.Equal("already_closing", _desk.Outcomes[^1]);
    }

    [Fact]
    public void Tranche_beside_one_that_is_being_closed_keeps_a_stop_of_its_own()
    {
        Enter("a", 90);
        Enter("b", 95);
        var first = Stops.Single();
        Stands(first);
        Enter("c", 95);
        _desk.Refuses(first, Passed, RequestKind.Amend);
        Assert.Equal(Quantity.Of(1m), Assert.Single(Closes).Quantity);
        _desk.Says(first, OrderStatus.Cancelled, 0m);
        Assert.Single(Stops);
    }

    [Fact]
    public void Proof_of_a_flatten_is_not_asked_for_again_with_every_report()
    {
        Enter("a", 90);
        _desk.Requests.Clear();
        _desk.Tell(new FlattenAsked(AccountId.Main, new FlattenScope(null, null)) { At = _desk.Now });
        var close = Closes.Single();
        _desk.Fills(close, 1m, 100m);
        var reads = _exchange.Reads;
        for (var i = 0; i < 5; i++)
        {
            _desk.Says(close, OrderStatus.Filled, 1m);
            reads += _exchange.Reads;
        }

        Assert.Equal(1, reads);
    }

    private void Enter(string tranche, double stop, double quantity = 1)
    {
        _desk.Requests.Clear();
        _desk.Price(100m, ("action", "buy"), ("quantity", quantity), ("stop_loss", stop), ("tranche", tranche), ("scale_in", true));
        var entry = _desk.Placed[^1].Request;
        _desk.Says(entry, OrderStatus.Filled, (decimal)quantity);
        _desk.Fills(entry, (decimal)quantity, 100m);
    }

    private void Stands(OrderRequest stop)
    {
        _desk.Requests.Clear();
        var report = new OrderReport
        {
            Account = AccountId.Main,
            At = _desk.Now,
            Symbol = stop.Symbol,
            OrderId = new ExchangeOrderId("x" + stop.ClientOrderId),
            ClientOrderId = stop.ClientOrderId,
            Status = OrderStatus.Untriggered,
            Side = stop.Side,
            Type = stop.Type,
            Quantity = stop.Quantity,
            FilledQuantity = Quantity.Zero,
            TriggerPrice = stop.Trigger!.Value.Price,
        };
        _desk.Tell(new Reported([report]) { At = _desk.Now });
    }

    private void Shows(decimal size, decimal? stop)
    {
        _desk.Requests.Clear();
        _desk.Tell(new Reported([_exchange.Position(size, stop)]) { At = _desk.Now });
    }
}
