using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>The account as observed against the account as wanted: what differs is healed, on fresh pictures only.</summary>
public sealed class AuditTests
{
    private readonly KernelDesk _desk = new(trail: TrailMode.Resting, change: o => o with { AuditMs = 5000 });
    private readonly ShownAccount _exchange;

    public AuditTests() => _exchange = new ShownAccount(_desk);

    [Fact]
    public void Account_that_stands_as_wanted_is_read_every_30_s_and_nothing_is_sent()
    {
        Open();
        for (var i = 0; i < 5; i++)
        {
            _desk.Requests.Clear();
            _desk.Waits(5000);
            Assert.Equal(0, _exchange.Reads);
        }

        _exchange.Audit();
        Assert.Empty(_exchange.Writes);
        Assert.Empty(_exchange.Alerts);
    }

    [Fact]
    public void Stop_that_was_taken_away_is_set_again()
    {
        Open();
        _exchange.Positions[0] = _exchange.Position(0.1m, null);
        _exchange.Show();
        Assert.Equal(98m, Assert.IsType<SetTradingStop>(Assert.Single(_exchange.Writes)).Wanted.StopLoss!.Value.Value);
    }

    [Fact]
    public void Target_that_two_pictures_miss_is_placed_anew()
    {
        Open();
        var target = _exchange.Orders[0].ClientOrderId;
        _exchange.Orders.Clear();
        Read();
        Assert.Empty(_exchange.Writes);
        Assert.Equal(1, _exchange.Reads);
        _exchange.Show();
        var placed = Assert.IsType<PlaceOrder>(Assert.Single(_exchange.Writes)).Request;
        Assert.Equal((Price.Of(103m), Quantity.Of(0.1m)), (placed.Price, placed.Quantity));
        Assert.NotEqual(target, placed.ClientOrderId);
        Assert.Contains("order_missing", _exchange.Alerts);
    }

    [Fact]
    public void Order_that_is_acknowledged_after_the_picture_was_asked_for_is_not_missed_by_it()
    {
        Open(isAcknowledged: false);
        _desk.Waits(30_000);
        Assert.Equal(1, _exchange.Reads);
        var target = ShownAccount.Plan(_desk).TargetOrders[0]!;
        _desk.Says(target.Order.Request, OrderStatus.New, 0m);
        for (var i = 0; i < 2; i++)
        {
            _exchange.Show();
            Assert.Empty(_exchange.Writes);
            Assert.Equal(0, _exchange.Reads);
        }
    }

    [Fact]
    public void Target_that_somebody_changed_is_put_back()
    {
        Open();
        _exchange.Orders[0] = _exchange.Orders[0] with { Quantity = Quantity.Of(0.02m), Price = Price.Of(150m) };
        Read();
        _exchange.Show();
        Assert.Empty(_exchange.Writes);
        _exchange.Audit();
        var amended = Assert.IsType<AmendOrder>(Assert.Single(_exchange.Writes)).Amendment;
        Assert.Equal((Quantity.Of(0.1m), Price.Of(103m)), (amended.Quantity, amended.Price));
    }

    [Fact]
    public void Amendment_on_its_way_is_waited_for()
    {
        Open();
        var target = ShownAccount.Plan(_desk).TargetOrders[0]!.Order;
        Read();
        for (var i = 0; i < 6; i++)
        {
            _desk.Price(100m, ("action", "hold"), ("take_profit", 104.0 + i));
            Assert.Equal(Price.Of(104m + i), target.Request.Price);
            _exchange.Audit(3000);
            Assert.DoesNotContain("order_altered", _exchange.Alerts);
        }
    }

    [Fact]
    public void Cancel_that_a_broken_line_refused_is_asked_for_again_of_an_order_that_still_stands()
    {
        _exchange.Show();
        _desk.Price(100m, ("action", "buy"), ("type", "limit"), ("price", 95), ("quantity", 0.1), ("stop_loss", 90));
        var entry = _desk.Placed[0].Request;
        _desk.Says(entry, OrderStatus.New, 0m);
        _exchange.Orders.Add(_exchange.Order(entry.ClientOrderId.Value, 0.1m, 95m, Side.Buy) with { ReduceOnly = false });
        _desk.Price(100m, ("action", "cancel"), ("order", "entries"));
        Assert.Single(_exchange.Writes);
        _desk.Refuses(entry, 0, RequestKind.Cancel);
        Assert.Empty(_exchange.Writes);
        _exchange.Audit(30_000);
        Assert.Equal(entry.ClientOrderId, Assert.IsType<CancelOrder>(Assert.Single(_exchange.Writes)).Id);
        _desk.Says(entry, OrderStatus.Cancelled, 0m);
        _exchange.Orders.Clear();
        _exchange.Audit(30_000);
        Assert.Empty(_exchange.Writes);
    }

    public static TheoryData<string, bool> Leftovers { get; } = new()
    {
        { Tag(AccountId.Main, OrderRole.Target, "0000"), true },
        { Tag(AccountId.Main, OrderRole.Exit, "7ABC"), true },
        { Tag(AccountId.Main, OrderRole.Entry, "7ABC"), false },
        { Tag(AccountId.Mirror, OrderRole.Target, "7ABC"), false },
        { Tag(AccountId.Main, OrderRole.Target, "7ABC")[..^1] + "~", false },
        { "MY_TP1", false },
        { "", false },
    };

    [Theory]
    [MemberData(nameof(Leftovers))]
    public void Closing_order_without_a_position_is_cancelled_only_where_its_id_is_ours(string id, bool isOurs)
    {
        _desk.Price(100m);
        _exchange.Orders.Add(_exchange.Order(id, 0.1m, 103m));
        _exchange.Show();
        Assert.Equal(isOurs ? [id] : [], _exchange.Writes.Cast<CancelOrder>().Select(c => c.Id.Value));
        Assert.Equal(isOurs, _exchange.Alerts.Contains("orphan"));
    }

    [Fact]
    public void Order_that_can_open_is_no_orphan()
    {
        _desk.Price(100m);
        _exchange.Orders.Add(_exchange.Order(Tag(AccountId.Main, OrderRole.Target, "7ABC"), 0.1m, 103m) with { ReduceOnly = false });
        _exchange.Show();
        Assert.Empty(_exchange.Writes);
    }

    /// <summary>Role, trigger, stop of the position; whether the order of the open plan goes that the plan does not know.</summary>
    public static TheoryData<OrderRole, OrderType, double?, double?, bool> Strays { get; } = new()
    {
        { OrderRole.Target, OrderType.Limit, null, 98, true },
        { OrderRole.Target, OrderType.Limit, null, null, true },
        { OrderRole.Stop, OrderType.Market, 97, 98, true },
        { OrderRole.Stop, OrderType.Market, 97, null, false },
        { OrderRole.Exit, OrderType.Market, 97, 98, true },
        { OrderRole.Exit, OrderType.Market, null, 98, false },
        { OrderRole.Entry, OrderType.Limit, null, 98, false },
    };

    [Theory]
    [MemberData(nameof(Strays))]
    public void Closing_order_that_its_plan_does_not_know_goes_where_it_is_no_cover(
        OrderRole role, OrderType type, double? trigger, double? stop, bool goes)
    {
        Open();
        var id = Tag(AccountId.Main, role, "7ABC", ShownAccount.Plan(_desk).Number);
        _exchange.Positions[0] = _exchange.Position(0.1m, (decimal?)stop);
        _exchange.Orders.Add(_exchange.Order(id, 0.1m, type == OrderType.Limit ? 110m : null) with
        {
            TriggerPrice = trigger is { } price ? Price.Of((decimal)price) : null,
        });
        Read();
        Assert.Equal(goes ? [id] : [], _exchange.Writes.OfType<CancelOrder>().Select(c => c.Id.Value));
        Assert.Equal(goes, _exchange.Alerts.Contains("stray_order"));
    }

    [Fact]
    public void Order_of_an_earlier_run_beside_an_open_position_stays()
    {
        Open();
        _exchange.Orders.Add(_exchange.Order(Tag(AccountId.Main, OrderRole.Target, "7ABC"), 0.1m, 110m));
        Read();
        Assert.Empty(_exchange.Writes);
    }

    [Fact]
    public void Remnant_that_stands_5_s_after_the_close_is_cancelled_again_and_said_once()
    {
        Open();
        var stop = ShownAccount.Plan(_desk);
        _desk.Fills(Close(stop), 0.1m, 100m);
        Assert.Contains(_desk.Requests, r => r is CancelOrder);
        _exchange.Positions.Clear();
        var said = new List<string>();
        _exchange.Show();
        Assert.Empty(_exchange.Writes);
        for (var i = 0; i < 3; i++)
        {
            _exchange.Audit();
            Assert.IsType<CancelOrder>(Assert.Single(_exchange.Writes));
            said.AddRange(_exchange.Alerts);
        }

        Assert.Equal(["remnant"], said);
        _exchange.Orders.Clear();
        _exchange.Show();
        Assert.Empty(_exchange.Writes);
    }

    [Fact]
    public void Position_that_was_reduced_by_hand_shrinks_the_plan_and_its_target()
    {
        Open();
        _exchange.Positions[0] = _exchange.Position(0.04m, 98m);
        Read();
        Assert.Empty(_exchange.Writes);
        _exchange.Audit();
        Assert.Contains("position_differs", _exchange.Alerts);
        Assert.Equal(Quantity.Of(0.04m), ShownAccount.Plan(_desk).Size);
        Assert.Equal(Quantity.Of(0.04m), Assert.IsType<AmendOrder>(Assert.Single(_exchange.Writes)).Amendment.Quantity);
    }

    [Fact]
    public void Execution_that_is_told_after_its_effect_was_booked_closes_no_more_and_books_its_price_and_fee()
    {
        Position_that_was_reduced_by_hand_shrinks_the_plan_and_its_target();
        var before = _desk.Kernel.Main.Books.State;
        _desk.Fills(Close(ShownAccount.Plan(_desk)), 0.06m, 99m); // it was booked at the market's 100, without a fee
        Assert.Equal(Quantity.Of(0.04m), ShownAccount.Plan(_desk).Size);
        var after = _desk.Kernel.Main.Books.State;
        Assert.Equal((-0.06m, 1m, -1.06m), (after.RealisedPnl - before.RealisedPnl, after.Fees - before.Fees, after.Balance - before.Balance));
        _desk.Fills(Close(ShownAccount.Plan(_desk)), 0.01m, 100m);
        Assert.Equal(Quantity.Of(0.03m), ShownAccount.Plan(_desk).Size);
    }

    /// <summary>Seed 20262668: for two minutes any close of no more than what was booked was taken for its execution.</summary>
    [Fact]
    public void Execution_that_happened_after_a_booking_is_another_one()
    {
        Position_that_was_reduced_by_hand_shrinks_the_plan_and_its_target();
        _desk.Price(100m);
        _desk.Fills(Close(ShownAccount.Plan(_desk)), 0.03m, 100m);
        Assert.Equal(Quantity.Of(0.01m), ShownAccount.Plan(_desk).Size);
    }

    /// <summary>Seed 20261712: the second booking was taken for the execution of the first.</summary>
    [Fact]
    public void Second_difference_is_booked_beside_the_first()
    {
        Position_that_was_reduced_by_hand_shrinks_the_plan_and_its_target();
        _exchange.Positions[0] = _exchange.Position(0.01m, 98m);
        Read();
        _exchange.Audit();
        Assert.Equal(Quantity.Of(0.01m), ShownAccount.Plan(_desk).Size);
    }

    [Fact]
    public void Position_that_is_gone_ends_the_plan_and_leaves_no_order()
    {
        Open();
        _exchange.Positions.Clear();
        Read();
        _exchange.Audit();
        Assert.IsType<CancelOrder>(Assert.Single(_exchange.Writes));
        Assert.DoesNotContain(_desk.Kernel.Main.Plans, p => !p.Size.IsZero);
    }

    /// <summary>After a start nobody knows a price: the average entry is assumed, which neither wins nor loses.</summary>
    [Fact]
    public void Position_that_is_gone_before_any_price_is_known_is_booked_at_its_entry_until_its_execution_tells_the_price()
    {
        var first = new KernelDesk(trail: TrailMode.Resting, change: o => o with { AuditMs = 5000, SavesState = true });
        first.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 2.0));
        first.Fills(first.Placed[0].Request, 0.1m, 100m);
        var close = Close(ShownAccount.Plan(first));
        var desk = first.Restarted(out _);
        var before = desk.Kernel.Main.Books.State;
        var exchange = new ShownAccount(desk);
        var at = desk.Now;
        exchange.Show();
        exchange.Audit(30_000);
        exchange.Audit();
        Assert.DoesNotContain(desk.Kernel.Main.Plans, p => !p.Size.IsZero);
        var trade = Assert.Single(desk.Trades);
        Assert.Equal((100m, 0m), (trade.ExitPrice, trade.GrossPnl));
        Assert.Equal(before.Balance, desk.Kernel.Main.Books.Balance);
        desk.Fills(close, 0.1m, 97m, at: at);
        var after = desk.Kernel.Main.Books.State;
        Assert.Equal((-0.3m, 1m), (after.RealisedPnl - before.RealisedPnl, after.Fees - before.Fees));
    }

    [Fact]
    public void Execution_on_its_way_is_waited_for()
    {
        Open();
        var target = ShownAccount.Plan(_desk).TargetOrders[0]!.Order.Request;
        _exchange.Positions[0] = _exchange.Position(0.04m, 98m);
        _desk.Says(target, OrderStatus.PartiallyFilled, 0.06m);
        for (var i = 0; i < 6; i++)
        {
            _exchange.Audit(10_000);
        }

        Assert.Equal(Quantity.Of(0.1m), ShownAccount.Plan(_desk).Size);
        _desk.Fills(target, 0.06m, 103m);
        Assert.Equal(Quantity.Of(0.04m), ShownAccount.Plan(_desk).Size);
    }

    /// <summary>A close that is refused and sent again is nearly always under way: the difference was forgotten each time.</summary>
    [Fact]
    public void Difference_that_stays_while_an_order_is_in_doubt_is_concluded_on_once_it_is_not()
    {
        Open();
        var target = ShownAccount.Plan(_desk).TargetOrders[0]!.Order.Request;
        _exchange.Positions.Clear();
        Read();
        _desk.Says(target, OrderStatus.Unknown, 0m);
        _exchange.Audit();
        Assert.Equal(Quantity.Of(0.1m), ShownAccount.Plan(_desk).Size);
        _desk.Says(target, OrderStatus.New, 0m);
        _exchange.Show();
        Assert.DoesNotContain(_desk.Kernel.Main.Plans, p => !p.Size.IsZero);
    }

    /// <summary>Seed 901342: each close of what was gone was refused and sent again, so that one was under way at every picture.</summary>
    [Fact]
    public void Difference_that_is_older_than_the_close_under_way_is_concluded_on()
    {
        Open();
        _exchange.Positions.Clear();
        for (var i = 0; i < 3; i++)
        {
            _desk.Price(100m, ("action", "close"));
            var close = _desk.Placed.Find(p => p.Request is { ReduceOnly: true, Type: OrderType.Market });
            _exchange.Audit(30_000);
            if (close is not null)
            {
                _desk.Refuses(close.Request, 110017);
            }
        }

        Assert.DoesNotContain(_desk.Kernel.Main.Plans, p => !p.Size.IsZero);
    }

    /// <summary>Seed 20260821: the profit of a target was booked twice.</summary>
    [Fact]
    public void Execution_of_an_own_order_that_is_told_after_its_effect_was_booked_counts_once()
    {
        Open();
        var target = ShownAccount.Plan(_desk).TargetOrders[0]!.Order.Request;
        var before = _desk.Kernel.Main.Books.State;
        var at = _desk.Now;
        _exchange.Positions.Clear();
        Read();
        _exchange.Audit();
        Assert.DoesNotContain(_desk.Kernel.Main.Plans, p => !p.Size.IsZero);
        var fill = new FillReport
        {
            Account = AccountId.Main,
            At = at,
            Symbol = target.Symbol,
            ExecutionId = new ExecutionId("late"),
            OrderId = new ExchangeOrderId("x" + target.ClientOrderId),
            ClientOrderId = target.ClientOrderId,
            Side = target.Side,
            Price = Price.Of(103m),
            Quantity = Quantity.Of(0.1m),
            ClosedQuantity = Quantity.Of(0.1m),
            Fee = 0.01m,
            FeeRate = 0m,
            IsMaker = true,
            RealisedPnl = 0.3m,
        };
        _desk.Tell(new Reported([fill]) { At = _desk.Now });
        _desk.Tell(new Reported([fill]) { At = _desk.Now });
        var after = _desk.Kernel.Main.Books.State;
        Assert.Equal((0.3m, 0.01m), (after.RealisedPnl - before.RealisedPnl, after.Fees - before.Fees));
        Assert.Single(_desk.Trades);
    }

    [Fact]
    public void Position_that_grew_by_hand_is_said_once_and_left_alone()
    {
        Open();
        _exchange.Positions[0] = _exchange.Position(0.3m, 98m);
        Read();
        var said = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            _exchange.Audit(30_000);
            said.AddRange(_exchange.Alerts);
            Assert.Empty(_exchange.Writes);
        }

        Assert.Equal(["position_differs"], said);
        Assert.Equal(Quantity.Of(0.1m), ShownAccount.Plan(_desk).Size);
    }

    [Fact]
    public void Purchase_by_hand_does_not_shrink_the_plan()
    {
        Open();
        _desk.Fills(Close(ShownAccount.Plan(_desk)) with { Side = Side.Buy }, 0.05m, 100m);
        Assert.Equal(Quantity.Of(0.1m), ShownAccount.Plan(_desk).Size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("somebody")]
    public void Sale_by_hand_shrinks_the_plan_whatever_its_id(string id)
    {
        Open();
        _desk.Fills(Close(ShownAccount.Plan(_desk)) with { ClientOrderId = new ClientOrderId(id) }, 0.04m, 100m);
        Assert.Equal(Quantity.Of(0.06m), ShownAccount.Plan(_desk).Size);
    }

    [Fact]
    public void Connection_that_comes_back_asks_for_the_account()
    {
        Open();
        _desk.Requests.Clear();
        _desk.Tell(new ReadinessChanged(AccountId.Main, null, "Private", true, "") { At = _desk.Now });
        Assert.Equal(1, _exchange.Reads);
    }

    [Fact]
    public void Kernel_without_an_audit_keeps_no_picture_and_is_never_due()
    {
        var desk = new KernelDesk();
        Assert.Null(desk.Kernel.Main.Observed);
        Assert.Equal(Timestamp.MaxValue, desk.Kernel.NextDue);
    }

    private static string Tag(AccountId account, OrderRole role, string installation, long plan = 9) =>
        new OrderTag(account, installation, 0, plan, role, 0, 1).Write().Value;

    /// <summary>A long of 0.1 at 100 with a stop at 98 and a target at 103, all as wanted, and shown.</summary>
    private void Open(bool isAcknowledged = true)
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 2.0), ("take_profit_percent", 3.0));
        var entry = _desk.Placed[0].Request;
        _desk.Fills(entry, 0.1m, 100m);
        if (isAcknowledged)
        {
            _exchange.Stands(_desk);
        }
        else
        {
            _exchange.Positions.Add(_exchange.Position(0.1m, 98m));
        }

        _exchange.Show();
        Assert.Empty(_exchange.Writes);
        _desk.Requests.Clear();
    }

    /// <summary>The audit asks, and is answered by what is shown now.</summary>
    private void Read() => _exchange.Audit(30_000);

    /// <summary>An order of somebody else that closes.</summary>
    private static OrderRequest Close(TradePlan plan) => new()
    {
        ClientOrderId = ClientOrderId.None,
        Symbol = Markets.Btc.Symbol,
        Side = plan.Side.ClosingSide(),
        Type = OrderType.Market,
        Quantity = plan.Size,
        ReduceOnly = true,
    };
}
