using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>A person's orders: <c>flatten</c> and <c>rebalance</c>.</summary>
public sealed class OperatorTests
{
    private static readonly FlattenScope All = new(null, null);
    private readonly KernelDesk _desk = new(trail: TrailMode.Resting, change: o => o with { AuditMs = 5000 });
    private readonly ShownAccount _exchange;

    public OperatorTests() => _exchange = new ShownAccount(_desk);

    private OperatorDesk Desk => _desk.Kernel.Main.Operator;

    [Fact]
    public void Flat_account_has_nothing_to_flatten_and_is_flat_when_it_was_read()
    {
        _desk.Price(100m);
        _exchange.Show();
        Assert.Empty(Desk.Plan(All));
        Flatten(All);
        Assert.False(Desk.IsFlat);
        Assert.Equal(1, _exchange.Reads);
        _exchange.Show();
        Assert.True(Desk.IsFlat);
    }

    [Fact]
    public void Flatten_cancels_entries_first_then_closes_reduce_only_and_targets_go_with_the_position()
    {
        Open();
        var entry = RestingEntry();
        var target = ShownAccount.Plan(_desk).TargetOrders[0]!.Order.Id;
        Assert.Equal(
            [("CancelResting", entry.ClientOrderId), ("CancelResting", target), ("CloseAtMarket", default)],
            Desk.Plan(All).Select(a => (a.GetType().Name, (a as CancelResting)?.Present.ClientOrderId ?? default)));
        Flatten(All);
        Assert.Equal(["CancelOrder", "PlaceOrder"], _exchange.Writes.Select(w => w.GetType().Name));
        var close = _desk.Placed[0].Request;
        Assert.Equal((OrderType.Market, true, Side.Sell, Quantity.Of(0.1m)), (close.Type, close.ReduceOnly, close.Side, close.Quantity));
        _desk.Fills(close, 0.1m, 100m);
        Assert.Equal(target, Assert.Single(_desk.Requests.OfType<CancelOrder>()).Id);
        Assert.Equal("manual", Assert.Single(Closed()).Tag);
    }

    [Fact]
    public void Flatten_has_ended_only_when_a_fresh_picture_shows_neither_position_nor_order_of_it()
    {
        Open();
        Flatten(All);
        var plan = ShownAccount.Plan(_desk);
        _desk.Fills(_desk.Placed[0].Request, 0.1m, 100m);
        Assert.False(Desk.IsFlat);
        _exchange.Positions.Clear();
        _exchange.Show();
        Assert.False(Desk.IsFlat);
        Assert.IsType<CancelResting>(Assert.Single(Desk.Left()));
        _exchange.Orders.Clear();
        _desk.Says(plan.TargetOrders[0]!.Order.Request, OrderStatus.Cancelled, 0m);
        Assert.Equal((false, 1), (Desk.IsFlat, _exchange.Reads));
        _exchange.Show();
        Assert.True(Desk.IsFlat);
    }

    [Fact]
    public void Close_that_was_refused_is_asked_for_again()
    {
        Open();
        Flatten(All);
        var close = _desk.Placed[0].Request;
        var refusal = new RefusalReport
        {
            Account = AccountId.Main,
            At = _desk.Now,
            Request = RequestKind.Place,
            Symbol = close.Symbol,
            ClientOrderId = close.ClientOrderId,
            Code = 10016,
            Text = "",
        };
        _desk.Tell(new Reported([refusal]) { At = _desk.Now });
        _desk.Requests.Clear();
        _desk.Waits(2000);
        Assert.Equal(Quantity.Of(0.1m), Assert.Single(_desk.Placed).Request.Quantity);
    }

    [Fact]
    public void Close_under_way_is_not_sent_twice()
    {
        Open();
        Flatten(All);
        _desk.Requests.Clear();
        _desk.Waits(10_000);
        Assert.Empty(_desk.Placed);
    }

    /// <summary>Strategy and symbol of the scope → whether the position is meant.</summary>
    public static TheoryData<string?, string?, bool> Scopes { get; } = new()
    {
        { null, null, true },
        { "test", null, true },
        { "other", null, false },
        { null, "BTCUSDT", true },
        { "test", "ETHUSDT", false },
    };

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Only_what_the_scope_names_is_closed(string? strategy, string? symbol, bool isMeant)
    {
        Open();
        var scope = new FlattenScope(
            strategy is null ? null : new StrategyId(strategy), symbol is null ? null : new Symbol(symbol));
        Assert.Equal(isMeant, Desk.Plan(scope).Count > 0);
        Flatten(scope);
        Assert.Equal(isMeant, _desk.Placed.Count > 0);
    }

    [Fact]
    public void Strategy_that_enters_again_is_not_closed_and_does_not_keep_the_flatten_open()
    {
        Open();
        Flatten(All);
        _desk.Fills(_desk.Placed[0].Request, 0.1m, 100m);
        var target = _desk.Kernel.Main.Plans[0].TargetOrders[0]!.Order.Request;
        _desk.Says(target, OrderStatus.Cancelled, 0m);
        _desk.Tell(new Reported([_exchange.Position(0m, null)]) { At = _desk.Now });
        _desk.Price(100m, ("action", "buy"), ("quantity", 0.2), ("stop_loss_percent", 2.0));
        _desk.Fills(_desk.Placed[0].Request, 0.2m, 100m);
        _exchange.Stands(_desk);
        _exchange.Show();
        Assert.True(Desk.IsFlat);
        Assert.Equal(Quantity.Of(0.2m), ShownAccount.Plan(_desk).Size);
        _desk.Requests.Clear();
        _desk.Waits(20_000);
        Assert.Empty(_desk.Placed);
    }

    [Fact]
    public void Position_of_nobody_is_closed_where_the_whole_account_is_meant_and_its_orders_go_after_it()
    {
        _desk.Price(100m);
        _exchange.Positions.Add(_exchange.Position(0.3m, null));
        _exchange.Orders.Add(_exchange.Order("BOT_TP1", 0.3m, 110m));
        _exchange.Show();
        Flatten(All);
        var close = Assert.Single(_desk.Placed).Request;
        Assert.Equal((Quantity.Of(0.3m), true), (close.Quantity, close.ReduceOnly));
        Assert.DoesNotContain(_exchange.Writes, w => w is CancelOrder);
        _exchange.Positions.Clear();
        _desk.Requests.Clear();
        _desk.Tell(new Reported([_exchange.Position(0m, null)]) { At = _desk.Now });
        _desk.Waits(2000);
        Assert.Equal("BOT_TP1", Assert.Single(_desk.Requests.OfType<CancelOrder>()).Id.Value);
        _exchange.Orders.Clear();
        _exchange.Show();
        Assert.True(Desk.IsFlat);
    }

    [Fact]
    public void What_somebody_added_to_a_position_is_closed_after_the_plans_part()
    {
        Open();
        _exchange.Positions[0] = _exchange.Position(0.3m, 98m);
        _exchange.Show();
        Flatten(All);
        _desk.Fills(_desk.Placed[0].Request, 0.1m, 100m);
        _desk.Says(_desk.Kernel.Main.Plans[0].TargetOrders[0]!.Order.Request, OrderStatus.Cancelled, 0m);
        _exchange.Orders.Clear();
        _exchange.Positions[0] = _exchange.Position(0.2m, 98m);
        _exchange.Show();
        Assert.False(Desk.IsFlat);
        _desk.Requests.Clear();
        _desk.Waits(2000);
        Assert.Equal(Quantity.Of(0.2m), Assert.Single(_desk.Placed).Request.Quantity);
    }

    [Fact]
    public void Rebalance_puts_stop_and_targets_right_at_once_and_has_nothing_to_do_then()
    {
        Open();
        _exchange.Positions[0] = _exchange.Position(0.1m, 90m);
        _exchange.Orders[0] = _exchange.Orders[0] with { Quantity = Quantity.Of(0.02m) };
        _desk.Tell(new Reported([.. _exchange.Orders]) { At = _desk.Now });
        _desk.Kernel.Main.Observed!.Apply(_exchange.Positions[0]);
        Assert.Equal(["SetStop", "AmendProtection"], Plan().Select(a => a.GetType().Name));
        _desk.Requests.Clear();
        _desk.Tell(new RebalanceAsked(AccountId.Main) { At = _desk.Now });
        Assert.Equal(["SetTradingStop", "AmendOrder"], _exchange.Writes.Select(w => w.GetType().Name));
        _exchange.Stands(_desk);
        _exchange.Show();
        Assert.Empty(Plan());
    }

    [Fact]
    public void Stops_of_tranches_are_wanted_as_their_plans_sent_them()
    {
        foreach (var (tranche, stop) in (IEnumerable<(string, double)>)[("a", 98.0), ("b", 95.0), ("c", 97.0)])
        {
            _desk.Requests.Clear();
            _desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss", stop), ("tranche", tranche), ("scale_in", true));
            _desk.Fills(_desk.Placed[0].Request, 0.1m, 100m);
        }

        var plans = _desk.Kernel.Main.Plans;
        var stops = plans.SelectMany(_desk.Kernel.Main.LiveOrders).Where(o => o.Role == OrderRole.Stop).ToArray();
        Assert.NotEmpty(stops);
        _exchange.Positions.Add(_exchange.Position(0.3m, new Price(plans[0].Leg.FullStop).Value));
        _exchange.Orders.AddRange(stops.Select(o => _exchange.Order(o.Id, o.Order.Request.Quantity.Value, null) with
        {
            TriggerPrice = o.Order.Request.Trigger!.Value.Price,
            StopOrderType = StopOrderType.Stop,
        }));
        _exchange.Show();
        Assert.Empty(Plan());
        Assert.DoesNotContain(_exchange.Writes, w => w is CancelOrder);
    }

    private IReadOnlyList<OrderAction> Plan() =>
        Rebalancer.Plan(DesiredProtection.Picture(_desk.Kernel.Main), DesiredProtection.Of(_desk.Kernel.Main));

    private void Flatten(FlattenScope scope)
    {
        _desk.Requests.Clear();
        _desk.Tell(new FlattenAsked(AccountId.Main, scope) { At = _desk.Now });
    }

    private IEnumerable<(string Tag, decimal Quantity)> Closed() => _desk.Trades.Select(t => (
        t.ExitReason.ToString().ToLowerInvariant(), t.Quantity.Value));

    private OrderRequest RestingEntry()
    {
        _desk.Requests.Clear();
        _desk.Price(100m, ("action", "buy"), ("type", "limit"), ("price", 99.0), ("quantity", 0.1), ("scale_in", true));
        var entry = Assert.Single(_desk.Placed).Request;
        _desk.Says(entry, OrderStatus.New, 0m);
        _desk.Requests.Clear();
        _exchange.Orders.Insert(0, _exchange.Order(entry.ClientOrderId.Value, 0.1m, 99m, Side.Buy) with { ReduceOnly = false });
        _exchange.Show();
        return entry;
    }

    /// <summary>A long of 0.1 at 100 with a stop at 98 and a target at 103, all as wanted, and shown.</summary>
    private void Open()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 2.0), ("take_profit_percent", 3.0));
        _desk.Fills(_desk.Placed[0].Request, 0.1m, 100m);
        _exchange.Stands(_desk);
        _exchange.Show();
        _desk.Requests.Clear();
    }
}
