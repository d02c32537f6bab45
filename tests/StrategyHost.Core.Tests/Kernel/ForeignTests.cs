using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Positions that no plan has opened, by policy (contracts §3).</summary>
public sealed class ForeignTests
{
    private static readonly (string, object)[] Buy = [("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 2.0)];

    public static TheoryData<ForeignPositions, bool, bool, bool> Policies { get; } = new()
    {
        { ForeignPositions.Ignore, false, false, false },
        { ForeignPositions.Alert, true, false, false },
        { ForeignPositions.Protect, true, true, false },
        { ForeignPositions.Adopt, true, true, true },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public void Position_is_said_protected_and_adopted_as_the_policy_says(
        ForeignPositions policy, bool isSaid, bool isProtected, bool isAdopted)
    {
        var (desk, exchange) = Desk(policy);
        desk.Price(100m);
        exchange.Positions.Add(exchange.Position(0.3m, null));
        exchange.Show();
        Assert.Equal(isSaid, exchange.Alerts.Contains("position_found"));
        Assert.Equal(isProtected ? [98m] : [], Stops(exchange));
        Assert.Equal(isAdopted ? 1 : 0, desk.Kernel.Main.Plans.Count);
        Assert.DoesNotContain(exchange.Writes, w => w is PlaceOrder);
        desk.Price(100m, Buy);
        Assert.Equal([isAdopted ? "already_in" : "not_ready"], desk.Outcomes);
    }

    /// <summary>Configured percent, last price → stop of a long at 100.</summary>
    public static TheoryData<double?, double, double> Distances { get; } = new()
    {
        { null, 100, 98 },
        { 1.5, 100, 98.5 },
        { 1.5, 98.6, 98.5 },
        { 1.5, 98.5, 97.1 }, // 97.0225, toward the market
        { null, 50, 49 },
    };

    [Theory]
    [MemberData(nameof(Distances))]
    public void Stop_is_the_configured_percent_from_the_entry_or_from_the_last_price_where_that_is_passed(double? percent, double last, double stop)
    {
        var (desk, exchange) = Desk(ForeignPositions.Protect, Percent((decimal?)percent));
        desk.Price((decimal)last);
        exchange.Positions.Add(exchange.Position(0.3m, null));
        exchange.Show();
        Assert.Equal([(decimal)stop], Stops(exchange));
    }

    [Fact]
    public void Short_is_protected_above()
    {
        var (_, exchange) = Desk(ForeignPositions.Protect);
        exchange.Positions.Add(exchange.Position(0.3m, null, PositionSide.Short));
        exchange.Show();
        Assert.Equal([102m], Stops(exchange));
    }

    [Fact]
    public void Stop_that_is_there_is_left_alone_also_one_for_a_part()
    {
        var (_, exchange) = Desk(ForeignPositions.Protect);
        exchange.Positions.Add(exchange.Position(0.3m, 50m));
        exchange.Show();
        Assert.Empty(exchange.Writes);
        exchange.Positions[0] = exchange.Position(0.3m, null);
        exchange.Orders.Add(exchange.Order("x", 0.1m, null) with { TriggerPrice = Price.Of(90m), StopOrderType = StopOrderType.Stop });
        exchange.Show();
        Assert.Empty(exchange.Writes);
    }

    [Fact]
    public void Stop_that_does_not_come_is_asked_for_again_after_30_s_only()
    {
        var (desk, exchange) = Desk(ForeignPositions.Protect);
        exchange.Positions.Add(exchange.Position(0.3m, null));
        exchange.Show();
        desk.Waits(29_000);
        exchange.Show();
        Assert.Empty(exchange.Writes);
        desk.Waits(1_000);
        exchange.Show();
        Assert.Equal([98m], Stops(exchange));
    }

    [Fact]
    public void Position_that_appears_is_acted_on_only_when_the_whole_account_was_read()
    {
        var (desk, exchange) = Desk(ForeignPositions.Protect);
        exchange.Show();
        desk.Requests.Clear();
        desk.Tell(new Reported([exchange.Position(0.3m, null)]) { At = desk.Now });
        Assert.Empty(exchange.Writes);
        Assert.Equal(1, exchange.Reads);
        exchange.Positions.Add(exchange.Position(0.3m, null));
        exchange.Show();
        Assert.Equal([98m], Stops(exchange));
    }

    [Fact]
    public void Adopted_position_has_the_strategys_protection_and_keeps_a_tighter_stop()
    {
        var (desk, exchange) = Desk(ForeignPositions.Adopt, Percent(3m), Targets(5m));
        desk.Price(100m);
        exchange.Positions.Add(exchange.Position(0.3m, 98.5m));
        exchange.Show();
        var target = Assert.IsType<PlaceOrder>(Assert.Single(exchange.Writes)).Request;
        Assert.Equal((Price.Of(105m), Quantity.Of(0.3m)), (target.Price, target.Quantity));
        Assert.Equal(98.5m, new Price(ShownAccount.Plan(desk).Stop.Stop).Value);
    }

    [Fact]
    public void Looser_stop_of_an_adopted_position_is_tightened_to_the_strategys()
    {
        var (desk, exchange) = Desk(ForeignPositions.Adopt, Percent(3m));
        desk.Price(100m);
        exchange.Positions.Add(exchange.Position(0.3m, 90m));
        exchange.Show();
        Assert.Equal([97m], Stops(exchange));
    }

    [Fact]
    public void Adopted_position_beyond_its_stop_is_not_closed_but_keeps_the_distance_from_the_last_price()
    {
        var (desk, exchange) = Desk(ForeignPositions.Adopt, Percent(3m));
        desk.Price(90m);
        exchange.Positions.Add(exchange.Position(0.3m, null));
        exchange.Show();
        Assert.Equal([87.3m], Stops(exchange));
        Assert.DoesNotContain(exchange.Writes, w => w is PlaceOrder);
    }

    [Fact]
    public void Targets_that_stand_become_the_plans_and_old_ids_go_as_they_are_replaced()
    {
        var (desk, exchange) = Desk(ForeignPositions.Adopt, Percent(3m), Targets(5m));
        desk.Price(100m);
        exchange.Positions.Add(exchange.Position(0.3m, 98m));
        exchange.Orders.Add(exchange.Order("BOT_TP2", 0.1m, 120m));
        exchange.Orders.Add(exchange.Order("BOT_TP1", 0.2m, 110m));
        exchange.Show();
        Assert.Empty(exchange.Writes);
        var plan = ShownAccount.Plan(desk);
        Assert.Equal([(110m, "BOT_TP1"), (120m, "BOT_TP2")], plan.Targets.Zip(plan.TargetOrders, (t, o) => (t.Price.Value, o!.Id)));

        desk.Fills(plan.TargetOrders[0]!.Order.Request, 0.2m, 110m);
        Assert.Equal(Quantity.Of(0.1m), plan.Size);
        exchange.Positions[0] = exchange.Position(0.1m, 98m);
        exchange.Orders.Clear();
        exchange.Audit(30_000);
        exchange.Show();
        var anew = Assert.Single(exchange.Writes.OfType<PlaceOrder>()).Request;
        Assert.Equal((Price.Of(120m), true), (anew.Price, OrderTag.TryRead(anew.ClientOrderId.Value, out _)));
    }

    [Fact]
    public void Targets_of_another_total_than_the_position_are_fitted_to_it()
    {
        var (desk, exchange) = Desk(ForeignPositions.Adopt, Percent(3m));
        desk.Price(100m);
        exchange.Positions.Add(exchange.Position(0.3m, 98m));
        exchange.Orders.Add(exchange.Order("BOT_TP1", 0.2m, 110m));
        exchange.Show();
        var amended = Assert.IsType<AmendOrder>(Assert.Single(exchange.Writes)).Amendment;
        Assert.Equal((new ClientOrderId("BOT_TP1"), Quantity.Of(0.3m)), (amended.ClientOrderId, amended.Quantity));
    }

    [Fact]
    public void Position_is_protected_until_a_price_is_known_and_adopted_then()
    {
        var (desk, exchange) = Desk(ForeignPositions.Adopt, Percent(3m));
        exchange.Positions.Add(exchange.Position(0.3m, null));
        exchange.Show();
        Assert.Equal([97m], Stops(exchange));
        Assert.Empty(desk.Kernel.Main.Plans);
        desk.Price(100m);
        exchange.Audit();
        Assert.DoesNotContain(exchange.Writes, w => w is PlaceOrder);
        Assert.Single(desk.Kernel.Main.Plans);
    }

    [Fact]
    public void Order_that_is_not_surely_a_target_is_not_taken_over()
    {
        var (desk, exchange) = Desk(ForeignPositions.Adopt, Percent(3m));
        desk.Price(100m);
        exchange.Positions.Add(exchange.Position(0.3m, 98m));
        exchange.Orders.Add(exchange.Order("x", 0.2m, 110m) with { ReduceOnly = false });
        exchange.Show();
        Assert.Empty(ShownAccount.Plan(desk).TargetOrders);
    }

    [Fact]
    public void Adopted_position_on_a_symbol_that_no_strategy_trades_is_protected()
    {
        var (desk, exchange) = Desk(ForeignPositions.Adopt, change: o => o with
        {
            Strategies = [o.Strategies[0] with { Symbols = [new Symbol("ETHUSDT")] }],
        });
        exchange.Positions.Add(exchange.Position(0.3m, null));
        exchange.Show();
        Assert.Empty(desk.Kernel.Main.Plans);
        Assert.Equal([98m], Stops(exchange));
    }

    [Fact]
    public void Position_of_an_instrument_that_is_not_known_is_said_and_nothing_is_sent()
    {
        var (_, exchange) = Desk(ForeignPositions.Protect);
        exchange.Positions.Add(exchange.Position(0.3m, null) with { Symbol = new Symbol("ETHUSDT") });
        exchange.Show();
        Assert.Empty(exchange.Writes);
        Assert.Contains("position_unprotected", exchange.Alerts);
    }

    private static IEnumerable<decimal> Stops(ShownAccount exchange) =>
        exchange.Writes.OfType<SetTradingStop>().Select(s => s.Wanted.StopLoss!.Value.Value);

    private static ProtectionSpec? Percent(decimal? percent) => percent is { } value
        ? new ProtectionSpec { Stop = Said<Level>.Of(new Level(LevelKind.Percent, value)) } : null;

    private static StrategySettings Targets(decimal percent) => new()
    {
        Protection = new ProtectionSpec
        {
            Target = Said<TargetSpec>.Of(new TargetSpec([new TargetRung(new Level(LevelKind.Percent, percent), 100m)])),
        },
    };

    private static (KernelDesk, ShownAccount) Desk(
        ForeignPositions policy, ProtectionSpec? symbol = null, StrategySettings? settings = null, Func<EngineOptions, EngineOptions>? change = null)
    {
        var desk = new KernelDesk(trail: TrailMode.Resting, change: o => (change ?? (x => x))(o with
        {
            AuditMs = 5000,
            ForeignPositions = policy,
            Strategies = [o.Strategies[0] with { Settings = settings ?? o.Strategies[0].Settings }],
            SymbolProtection = symbol is null ? o.SymbolProtection : new Dictionary<Symbol, ProtectionSpec> { [Markets.Btc.Symbol] = symbol },
        }));
        return (desk, new ShownAccount(desk));
    }
}
