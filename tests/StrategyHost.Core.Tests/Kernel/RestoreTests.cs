using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>A kernel dies at some point; the next one takes up what was saved, is told what happened meanwhile, and puts things right.</summary>
public sealed class RestoreTests
{
    private static readonly (string, object)[] Market =
        [("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 2.0), ("take_profit_percent", 3.0)];

    private static readonly (string, object)[] Limit = [.. Market, ("type", "limit"), ("price", 99)];

    private KernelDesk _desk = Desk();
    private ShownAccount _exchange;

    public RestoreTests() => _exchange = new ShownAccount(_desk);

    [Fact]
    public void Position_of_a_restored_plan_is_managed_and_nobody_elses()
    {
        Open();
        Restart();
        _exchange.Show();
        Assert.Empty(_exchange.Writes);
        Assert.Empty(_exchange.Alerts);
        _desk.Price(100m, ("action", "close"));
        Assert.Equal((true, Quantity.Of(0.1m)), (_desk.Placed.Single().Request.ReduceOnly, _desk.Placed.Single().Request.Quantity));
    }

    [Fact]
    public void Entry_that_filled_meanwhile_gets_its_protection_before_any_price_is_known()
    {
        _desk.Price(100m, Limit);
        var entry = _desk.Placed.Single().Request;
        Restart();
        _desk.Fills(entry, 0.1m, 99m);
        Assert.Equal(102m, _desk.Placed.Single().Request.Price!.Value.Value);
        Assert.Equal(Price.Of(97.1m).Units, _desk.Kernel.Main.Plans[0].SentStop); // the entry carried it
        _exchange.Positions.Add(_exchange.Position(0.1m, null));
        _exchange.Show();
        Assert.Equal(97.1m, Stop());
    }

    /// <summary>Seed 20262697: the disk was full, a closer stop was sent and not saved, and the trail began behind it.</summary>
    [Fact]
    public void Stop_that_stands_closer_than_the_saved_one_is_not_loosened()
    {
        Open();
        Restart();
        _exchange.Positions[0] = _exchange.Position(0.1m, 99m);
        _exchange.Show();
        Assert.Empty(_exchange.Writes);
        _desk.Price(100m, ("action", "hold"), ("stop_loss", 98.5));
        Assert.Empty(_exchange.Writes);
        Assert.Equal(Price.Of(99m).Units, ShownAccount.Plan(_desk).Stop.Stop);
    }

    /// <summary>Seed 700361: as that, and the disk had not taken the entry's execution either.</summary>
    [Fact]
    public void Stop_that_stands_closer_than_that_of_an_entry_that_is_told_again_is_not_loosened()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 2.0));
        var entry = _desk.Placed.Single().Request;
        _desk.Says(entry, OrderStatus.New, 0m);
        Restart();
        _desk.Requests.Clear();
        var fill = new FillReport
        {
            Account = AccountId.Main,
            At = _desk.Now,
            Symbol = entry.Symbol,
            ExecutionId = new ExecutionId("again"),
            OrderId = new ExchangeOrderId("x" + entry.ClientOrderId),
            ClientOrderId = entry.ClientOrderId,
            Side = entry.Side,
            Price = Price.Of(99.5m),
            Quantity = Quantity.Of(0.1m),
            Fee = 0m,
            FeeRate = 0m,
            IsMaker = false,
        };
        _desk.Tell(new Reported([fill, _exchange.Position(0.1m, 99m)]) { At = _desk.Now });
        Assert.Empty(_desk.Requests.OfType<SetTradingStop>());
        Assert.Equal(Price.Of(99m).Units, ShownAccount.Plan(_desk).Stop.Stop);
    }

    /// <summary>Seed 20262050: what stood for the position was taken back on the word of the run before.</summary>
    [Fact]
    public void Stop_order_of_a_tranche_that_ended_meanwhile_stays_until_the_position_is_seen_to_have_its_stop()
    {
        Tranche("a", 90);
        var own = Tranche("b", 95).Single(r => r.Trigger is not null);
        _desk.Says(own, OrderStatus.Untriggered, 0m);
        _desk.Price(100m, ("action", "close"), ("tranche", "b"));
        var close = _desk.Placed.Single().Request;
        _exchange.Positions.Add(_exchange.Position(0.2m, 90m));
        _exchange.Show();
        Restart();
        _desk.Fills(close, 0.1m, 100m);
        Assert.DoesNotContain(_desk.Requests, r => r is CancelOrder);
        _exchange.Positions[0] = _exchange.Position(0.1m, null);
        _exchange.Show();
        Assert.Equal(90m, Stop());
        Assert.DoesNotContain(_desk.Requests, r => r is CancelOrder);
        _exchange.Positions[0] = _exchange.Position(0.1m, 90m);
        _exchange.Show();
        Assert.Equal(own.ClientOrderId, Assert.IsType<CancelOrder>(Assert.Single(_exchange.Writes)).Id);
    }

    [Fact]
    public void Stop_that_fired_meanwhile_closes_the_trade()
    {
        Open();
        Restart();
        _desk.Stops(AccountId.Main, 0.1m, 98m);
        var trade = Assert.Single(_desk.Trades);
        Assert.Equal((98m, -1.2m), (trade.ExitPrice, trade.NetPnl));
        Assert.Contains(_desk.Requests, r => r is CancelOrder); // the target
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stop_that_fired_before_and_is_told_again_counts_once(bool isOver)
    {
        Open();
        _desk.Stops(AccountId.Main, 0.1m, 98m, "stop");
        if (isOver)
        {
            _desk.Says(_desk.Kernel.Main.Plans[0].TargetOrders[0]!.Order.Request, OrderStatus.Cancelled, 0m);
        }

        var balance = _desk.Kernel.Main.Books.Balance;
        Restart();
        _desk.Stops(AccountId.Main, 0.1m, 98m, "stop");
        Assert.Equal(balance, _desk.Kernel.Main.Books.Balance);
        Assert.Equal(isOver ? 0 : 1, _desk.Kernel.Main.Plans.Count);
        Assert.Empty(_desk.Trades);
        Assert.Empty(_desk.Requests);
    }

    [Fact]
    public void Executions_that_were_told_before_count_no_more()
    {
        _desk.Price(100m, Market);
        var entry = _desk.Placed.Single().Request;
        _desk.Fills(entry, 0.1m, 100m, "open");
        var target = _desk.Placed.Single().Request;
        _desk.Fills(target, 0.1m, 103m, "close");
        var balance = _desk.Kernel.Main.Books.Balance;
        Restart();
        _desk.Fills(entry, 0.1m, 100m, "open");
        _desk.Fills(target, 0.1m, 103m, "close");
        Assert.Equal(balance, _desk.Kernel.Main.Books.Balance);
        Assert.Empty(_desk.Kernel.Main.Plans);
        Assert.Empty(_desk.Trades);
    }

    [Fact]
    public void Order_under_way_is_found_or_refused_as_it_would_have_been()
    {
        _desk.Price(100m, Limit);
        var entry = _desk.Placed.Single().Request;
        Restart();
        Assert.Equal(OrderStatus.Pending, _desk.Kernel.Main.Plans[0].Entries[0].Order.Status);
        _desk.Says(entry, OrderStatus.Unknown, 0m);
        Assert.True(_desk.Kernel.Main.Plans[0].HasUnknownOrder);
        _desk.Refuses(entry, 110001);
        Assert.Empty(_desk.Kernel.Main.Plans);
    }

    [Fact]
    public void Target_that_vanished_is_placed_anew_within_three_pictures()
    {
        Open();
        _exchange.Orders.Clear();
        Restart();
        _exchange.Show();
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(1, _exchange.Reads);
            Assert.Empty(_exchange.Writes);
            _exchange.Show();
        }

        Assert.Equal(103m, Assert.IsType<PlaceOrder>(Assert.Single(_exchange.Writes)).Request.Price!.Value.Value);
    }

    [Fact]
    public void Stop_that_vanished_is_set_again_with_the_first_picture()
    {
        Open();
        _exchange.Positions[0] = _exchange.Position(0.1m, null);
        Restart();
        _exchange.Show();
        Assert.Equal(98m, Stop());
    }

    [Fact]
    public void Position_that_is_gone_is_closed_in_the_books()
    {
        Open();
        Restart();
        _desk.Price(101m);
        _exchange.Positions.Clear();
        _exchange.Orders.Clear();
        _exchange.Show();
        _desk.Wait(5000);
        _exchange.Show();
        Assert.Contains("position_differs", _exchange.Alerts);
        Assert.Equal(101m, Assert.Single(_desk.Trades).ExitPrice);
        Assert.DoesNotContain(_desk.Kernel.Main.Plans, p => !p.Size.IsZero);
    }

    [Fact]
    public void Cancel_that_may_not_have_been_sent_is_asked_for_again()
    {
        _desk.Price(100m, [.. Limit, ("tag", "t")]);
        var entry = _desk.Placed.Single().Request;
        _desk.Says(entry, OrderStatus.New, 0m);
        _desk.Price(100m, ("action", "cancel"), ("order", "t"));
        Restart();
        _exchange.Orders.Add(_exchange.Order(entry.ClientOrderId.Value, 0.1m, 99m, Side.Buy) with { ReduceOnly = false });
        _exchange.Show();
        Assert.Equal(entry.ClientOrderId, Assert.IsType<CancelOrder>(Assert.Single(_exchange.Writes)).Id);
    }

    [Fact]
    public void Trail_does_not_loosen_and_its_stop_is_not_taken_for_passed_while_no_price_is_known()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("trail_percent", 2.0));
        _desk.Fills(_desk.Placed.Single().Request, 0.1m, 100m);
        _desk.Price(110m);
        Restart();
        _exchange.Positions.Add(_exchange.Position(0.1m, 107m));
        _exchange.Show();
        Assert.Equal(107.8m, Stop());
        Assert.Empty(_desk.Placed);
        _desk.Requests.Clear();
        _desk.Price(109m);
        Assert.DoesNotContain(_desk.Requests, r => r is SetTradingStop);
        _desk.Price(120m);
        Assert.Equal(117.6m, Stop());
    }

    [Fact]
    public void Ids_of_orders_and_signals_go_on()
    {
        Open();
        var before = _desk.Kernel.Main.OpenOrders.Select(o => o.OrderLinkId).ToHashSet();
        var lane = _desk.Kernel.Lanes[0].Signals;
        Restart();
        _desk.Price(100m, [.. Limit, ("scale_in", true)]);
        Assert.DoesNotContain(_desk.Placed.Single().Request.ClientOrderId.Value, before);
        Assert.Equal(lane + 1, _desk.Kernel.Lanes[0].Signals);
        _desk.Price(100m, ("action", "close"));
        Assert.Equal(_desk.Placed.Count, _desk.Placed.Select(p => p.Request.ClientOrderId).Distinct().Count());
    }

    [Fact]
    public void Flatten_goes_on_until_it_is_proven()
    {
        Open();
        _desk.Tell(new FlattenAsked(AccountId.Main, new FlattenScope(null, null)) { At = _desk.Now });
        Restart();
        Assert.False(_desk.Kernel.Main.Operator.IsFlat);
        _desk.Price(100m, ("action", "hold"));
        _desk.Wait(3000);
        Assert.Contains(_desk.Requests, r => r is ReadAccount);
    }

    [Fact]
    public void Plan_of_a_strategy_that_is_gone_is_said_and_its_entries_are_taken_back()
    {
        Open();
        _desk.Price(100m, [.. Limit, ("scale_in", true)]);
        var entry = _desk.Placed.Single().Request;
        Restart(o => o with { Strategies = [o.Strategies[0] with { Strategy = new StrategyId("other") }] }, "no_strategy");
        Assert.Empty(_desk.Kernel.Main.Plans);
        _exchange.Orders.Add(_exchange.Order(entry.ClientOrderId.Value, 0.1m, 99m, Side.Buy) with { ReduceOnly = false });
        _exchange.Show();
        Assert.Equal(entry.ClientOrderId, Assert.IsType<CancelOrder>(Assert.Single(_exchange.Writes)).Id);
        Assert.Equal(["position_found", "plan_not_restored"], _exchange.Alerts);
    }

    [Fact]
    public void Loss_limit_that_was_reached_still_holds()
    {
        _desk = Desk(o => o with { Risk = o.Risk with { DrawdownPercent = 0.001m } });
        _exchange = new ShownAccount(_desk);
        Open();
        _desk.Price(99m);
        Restart();
        _desk.Price(99m, [.. Limit, ("scale_in", true)]);
        Assert.Equal(["risk:drawdown"], _desk.Outcomes);
    }

    [Fact]
    public void Mirror_goes_on_behind_main_switched_off_as_it_was()
    {
        _desk = Desk(following: new MirrorSettings());
        _desk.Price(100m, Market);
        var (main, mirror) = (_desk.PlacedOn(AccountId.Main).Single(), _desk.PlacedOn(AccountId.Mirror).Single());
        _desk.Fills(main, 0.1m, 100m);
        _desk.Fills(mirror, mirror.Quantity.Value, 100m);
        _desk.Tell(new MirrorSwitched(false) { At = _desk.Now });
        Restart();
        Assert.Same(Assert.Single(_desk.Mirror.Plans), Assert.Single(_desk.Kernel.Main.Plans).Follower);
        Assert.False(_desk.Kernel.MirrorView!.IsOn);
        _desk.Price(100m, ("action", "close"));
        Assert.Equal(mirror.Quantity, Assert.Single(_desk.PlacedOn(AccountId.Mirror)).Quantity);
    }

    [Fact]
    public void Delayed_entry_of_the_mirror_is_not_made_and_said()
    {
        _desk = Desk(following: new MirrorSettings { DelayMs = 5000 });
        _desk.Price(100m, Market);
        Restart(null, "delayed_entry");
        Assert.Equal("restarted", Assert.Single(_desk.Kernel.Main.Plans).Mirror.SkippedBecause);
        _desk.Wait(10_000);
        Assert.Empty(_desk.PlacedOn(AccountId.Mirror));
    }

    /// <summary>Seed 20261261: each account has a disk of its own, and main's alone had taken the step.</summary>
    [Fact]
    public void Entry_that_only_mains_disk_has_taken_is_not_made_on_the_mirror_and_said()
    {
        OpenBoth();
        OnMainsDiskOnly(() => _desk.Price(100m, [.. Limit, ("scale_in", true)]));
        Restart(null, "no_mirror_entry");
        Assert.Equal("restarted", Assert.Single(_desk.Kernel.Main.Plans).Mirror.SkippedBecause);
    }

    /// <summary>Found by killing the host: the mirror knew nothing of the plan, and no drift said why it had no part of it.</summary>
    [Fact]
    public void Plan_that_only_mains_disk_has_taken_is_a_drift_with_its_reason()
    {
        OpenBoth();
        _desk.Price(100m, ("action", "close"));
        foreach (var exit in _desk.Placed.ConvertAll(p => p.Request))
        {
            _desk.Fills(exit, exit.Quantity.Value, 100m);
        }

        OnMainsDiskOnly(() =>
        {
            _desk.Price(100m, Market);
            _desk.Fills(_desk.PlacedOn(AccountId.Main)[^1], 0.1m, 100m);
        });
        Restart(null, "no_mirror_entry");
        Assert.Contains(_desk.Kernel.MirrorView!.Drift, d => d is { Standing.MainSize.IsZero: false, Reason: "skipped: restarted" });
    }

    /// <summary>Found by killing the host: main was flat, and the mirror kept its position for as long as its stop let it.</summary>
    [Fact]
    public void Close_that_only_mains_disk_has_taken_is_made_up_for_on_the_mirror()
    {
        OpenBoth();
        OnMainsDiskOnly(() =>
        {
            _desk.Price(100m, ("action", "close"));
            _desk.Fills(_desk.PlacedOn(AccountId.Main)[^1], 0.1m, 100m);
        });
        Restart(null, "mirror_not_closed");
        _desk.Wait(1000);
        MirrorIsClosed();
    }

    [Fact]
    public void Close_that_fills_on_main_after_the_restart_is_made_up_for_then()
    {
        OpenBoth();
        OrderRequest close = null!;
        OnMainsDiskOnly(() =>
        {
            _desk.Price(100m, ("action", "close"));
            close = _desk.PlacedOn(AccountId.Main)[^1];
        });
        Restart();
        _desk.Wait(1000);
        Assert.Empty(_desk.PlacedOn(AccountId.Mirror)); // it may never have left
        _desk.Fills(close, 0.1m, 100m);
        MirrorIsClosed();
    }

    [Fact]
    public void Close_for_main_alone_leaves_the_mirror_its_position_after_a_restart()
    {
        OpenBoth();
        _desk.Price(100m, ("action", "close"), ("accounts", "main"));
        _desk.Fills(_desk.PlacedOn(AccountId.Main)[^1], 0.1m, 100m);
        Restart();
        _desk.Wait(1000);
        Assert.Empty(_desk.PlacedOn(AccountId.Mirror));
    }

    /// <summary>What main's stop takes the mirror keeps, by ADR 8: also when the mirror's disk has not heard of it.</summary>
    [Fact]
    public void Stop_of_main_that_only_its_disk_has_taken_leaves_the_mirror_its_position()
    {
        OpenBoth();
        OnMainsDiskOnly(() => _desk.Stops(AccountId.Main, 0.1m, 95m));
        Restart();
        _desk.Wait(1000);
        Assert.Empty(_desk.PlacedOn(AccountId.Mirror));
        Assert.Equal("main_exited", Assert.Single(_desk.Kernel.MirrorView!.Drift).Reason);
    }

    [Fact]
    public void Step_that_a_crash_has_torn_is_as_if_it_had_not_been()
    {
        var fold = new SavedFold();
        _desk.Price(100m, Market);
        foreach (var save in _desk.Saved.OfType<PlanSaved>())
        {
            fold.Take(save);
        }

        Assert.Empty(fold.Engine.Plans);
        _desk.Saved.ForEach(fold.Take);
        Assert.Single(fold.Engine.Plans);
    }

    private static KernelDesk Desk(Func<EngineOptions, EngineOptions>? change = null, MirrorSettings? following = null) => new(
        trail: TrailMode.Resting, following: following, change: o => (change ?? (n => n))(o) with
        {
            AuditMs = 5000,
            SavesState = true,
        });

    private void Open()
    {
        _desk.Price(100m, Market);
        _desk.Fills(_desk.Placed.Single().Request, 0.1m, 100m);
        _exchange.Stands(_desk);
        _exchange.Show();
    }

    /// <summary>A position on main, and the mirror's of it.</summary>
    private void OpenBoth()
    {
        _desk = Desk(following: new MirrorSettings());
        _desk.Price(100m, Market);
        var (main, mirror) = (_desk.PlacedOn(AccountId.Main).Single(), _desk.PlacedOn(AccountId.Mirror).Single());
        _desk.Fills(main, 0.1m, 100m);
        _desk.Fills(mirror, mirror.Quantity.Value, 100m);
    }

    /// <summary>Its position is closed at market, whole.</summary>
    private void MirrorIsClosed()
    {
        var open = Assert.Single(_desk.Mirror.Plans).Size;
        var exit = Assert.Single(_desk.PlacedOn(AccountId.Mirror));
        Assert.True(exit is { ReduceOnly: true, Price: null } && exit.Quantity == open);
        _desk.Fills(exit, open.Value, 100m);
        Assert.All(_desk.Mirror.Plans, p => Assert.True(p.Size.IsZero));
    }

    private void OnMainsDiskOnly(Action what)
    {
        var taken = _desk.Saved.ToHashSet(ReferenceEqualityComparer.Instance);
        what();
        _desk.Saved.RemoveAll(e => e is SaveEffect { Account: var of } && of == AccountId.Mirror && !taken.Contains(e));
    }

    /// <summary>Opens a tranche of 0.1 at 100; gives what was placed for it.</summary>
    private List<OrderRequest> Tranche(string name, double stop)
    {
        _desk.Requests.Clear();
        _desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss", stop), ("tranche", name), ("scale_in", true));
        _desk.Fills(_desk.Placed[^1].Request, 0.1m, 100m);
        return _desk.PlacedOn(AccountId.Main);
    }

    private void Restart(Func<EngineOptions, EngineOptions>? change = null, string? lost = null)
    {
        _desk = _desk.Restarted(out var said, change);
        Assert.Equal(lost is null ? [] : [lost], said.Select(l => l.Code));
        var before = _exchange;
        _exchange = new ShownAccount(_desk);
        _exchange.Positions.AddRange(before.Positions);
        _exchange.Orders.AddRange(before.Orders);
    }

    private decimal Stop() => _desk.Requests.OfType<SetTradingStop>().Last().Wanted.StopLoss!.Value.Value;
}
