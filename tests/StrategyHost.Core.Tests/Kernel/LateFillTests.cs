using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>
/// Executions that are told late, or before others that belong in front of them: the exchange says what each closed, and nothing is netted
/// with a position that it had nothing to do with. Each was a seed of the simulation.
/// </summary>
public sealed class LateFillTests
{
    private KernelDesk _desk = new(trail: TrailMode.Resting, change: o => o with { AuditMs = 5000, SavesState = true });
    private ShownAccount _exchange;

    public LateFillTests() => _exchange = new ShownAccount(_desk);

    private TradePlan Position => Assert.Single(_desk.Kernel.Main.Plans, p => !p.Size.IsZero);
    private decimal[] Asked => [.. _desk.Requests.OfType<SetTradingStop>().Select(s => s.Wanted.StopLoss!.Value.Value)];

    /// <summary>Seed 20261548.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Entry_that_is_told_after_its_stop_and_after_the_next_position_is_one_trade_and_leaves_that_position_alone(bool dies)
    {
        var sale = Enter("sell", 0.1, 105);
        var at = _desk.Now;
        _desk.Price(105m);
        _desk.Stops(AccountId.Main, 0.1m, 105m, side: Side.Buy);
        var purchase = Enter("buy", 0.2, 95);
        _desk.Fills(purchase, 0.2m, 100m);
        Restart(dies);
        _desk.Fills(sale, 0.1m, 100m, "late", closed: 0m, at);
        Assert.Empty(Asked);
        Assert.Equal((PositionSide.Long, Quantity.Of(0.2m)), (Position.Side, Position.Size));
        var trade = Assert.Single(_desk.Trades);
        Assert.Equal((PositionSide.Short, 100m, 105m, -0.5m), (trade.Side, trade.EntryPrice, trade.ExitPrice, trade.GrossPnl));
        _desk.Fills(sale, 0.1m, 100m, "late", closed: 0m, at);
        Assert.Single(_desk.Trades);
    }

    /// <summary>Seed 5001668: it was taken for a part of the next position, and cut off that again at a price that it never had.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.3)]
    public void Entry_that_is_told_after_its_stop_is_part_of_the_next_position_of_its_side_only_where_that_shows_it(double shown)
    {
        var first = Enter("sell", 0.1, 105);
        var at = _desk.Now;
        _desk.Price(105m);
        _desk.Stops(AccountId.Main, 0.1m, 105m, side: Side.Buy);
        _desk.Fills(Enter("sell", 0.2, 110, "scale_in"), 0.2m, 100m);
        Tell(_exchange.Position((decimal)shown, 110m, PositionSide.Short));
        _desk.Fills(first, 0.1m, 100m, "late", closed: 0m, at);
        Assert.Equal((decimal)shown, _desk.Kernel.Main.Plans.Sum(p => p.Size.Value));
        Assert.Equal(shown == 0.2 ? [-0.5m] : [], _desk.Trades.Select(t => t.GrossPnl));
    }

    /// <summary>Seeds 20261169 and 20262568.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Entry_that_opened_the_other_side_waits_for_the_close_that_made_room_for_it(bool dies)
    {
        _desk.Fills(Enter("buy", 0.1, 95), 0.1m, 100m);
        _desk.Price(100m, ("action", "close"));
        var close = _desk.Placed.Single().Request;
        var sale = Enter("sell", 0.05, 105);
        _desk.Fills(sale, 0.05m, 100m, closed: 0m);
        Assert.Equal((PositionSide.Long, Quantity.Of(0.1m)), (Position.Side, Position.Size));
        Assert.Empty(_desk.Trades);
        Restart(dies);
        _desk.Fills(close, 0.1m, 100m);
        Assert.Equal((PositionSide.Short, Quantity.Of(0.05m)), (Position.Side, Position.Size));
        Assert.Equal(Quantity.Of(0.1m), Assert.Single(_desk.Trades).Quantity);
        Assert.Equal(105m, new Price(Position.SentStop).Value);
        _desk.Price(100m, ("action", "close"));
        Assert.Equal(Quantity.Of(0.05m), _desk.Placed.Single().Request.Quantity);
    }

    /// <summary>Seed 20261712.</summary>
    [Fact]
    public void Entry_that_closed_somebody_elses_position_too_opens_only_the_rest()
    {
        _desk.Fills(Enter("buy", 0.1, 95), 0.1m, 100m);
        _desk.Fills(Enter("sell", 0.5, 105), 0.5m, 100m, closed: 0.3m);
        Assert.Equal((PositionSide.Short, Quantity.Of(0.2m)), (Position.Side, Position.Size));
    }

    [Fact]
    public void Entry_that_is_told_after_the_one_that_closed_it_opens_nothing()
    {
        var purchase = Enter("buy", 0.1, 95);
        var at = _desk.Now;
        var sale = Enter("sell", 0.3, 105);
        _desk.Fills(sale, 0.3m, 101m, closed: 0.1m);
        Assert.Equal(Quantity.Of(0.2m), Position.Size);
        _desk.Fills(purchase, 0.1m, 100m, closed: 0m, at: at);
        Assert.Equal((PositionSide.Short, Quantity.Of(0.2m)), (Position.Side, Position.Size));
        Assert.Equal((PositionSide.Long, 0.1m), (Assert.Single(_desk.Trades).Side, _desk.Trades[0].GrossPnl));
    }

    /// <summary>Seed 20262237: two seconds without a stop, because the plan believed in the one that its entry had carried.</summary>
    [Fact]
    public void Stop_that_was_taken_away_before_the_execution_was_told_is_asked_for_with_it()
    {
        var entry = Enter("buy", 0.1, 95);
        var at = _desk.Now;
        _desk.Price(100m);
        Tell(_exchange.Position(0.1m, null));
        _desk.Fills(entry, 0.1m, 100m, at: at);
        Assert.Equal([95m], Asked);
    }

    /// <summary>Seeds 20261330 and 20261488: the late execution anchored the stop at its own, looser one.</summary>
    [Fact]
    public void Stop_that_stands_closer_than_a_late_execution_wants_it_stays()
    {
        var entry = Enter("buy", 0.1, 95);
        var at = _desk.Now;
        _desk.Price(100m);
        Tell(_exchange.Position(0.1m, 98m));
        _desk.Fills(entry, 0.1m, 100m, at: at);
        Assert.Empty(Asked);
        Assert.Equal((98m, 98m), (new Price(Position.Stop.Stop).Value, new Price(Position.SentStop).Value));
    }

    /// <summary>Seed 20260523: the addition was told behind the end of what it had added to, and its own stop set behind the one that stands.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Addition_that_is_told_after_the_close_of_the_rest_keeps_the_stop_of_the_position_that_never_was_flat(bool dies)
    {
        _desk.Fills(Enter("buy", 0.1, 95), 0.1m, 100m);
        var opened = Position.OpenedAt;
        _desk.Price(100m, ("action", "hold"), ("stop_loss", 99.0));
        var addition = Enter("buy", 0.2, 96, "scale_in");
        var at = _desk.Now;
        _desk.Price(100m, ("action", "close"));
        _desk.Fills(_desk.Placed.Single().Request, 0.1m, 100m);
        Restart(dies);
        _desk.Fills(addition, 0.2m, 100m, closed: 0m, at: at);
        Assert.Equal((99m, 99m), (new Price(Position.Stop.Stop).Value, new Price(Position.SentStop).Value));
        Assert.Equal((opened, Quantity.Of(0.2m)), (Position.OpenedAt, Position.Size));
    }

    /// <summary>The position before had gone when it filled: it begins anew, with its own stop.</summary>
    [Fact]
    public void Addition_that_filled_after_the_close_of_the_rest_begins_with_its_own_stop()
    {
        _desk.Fills(Enter("buy", 0.1, 95), 0.1m, 100m);
        _desk.Price(100m, ("action", "hold"), ("stop_loss", 99.0));
        var addition = Enter("buy", 0.2, 96, "scale_in");
        _desk.Price(100m, ("action", "close"));
        _desk.Fills(_desk.Placed.Single().Request, 0.1m, 100m);
        _desk.Price(100m);
        _desk.Fills(addition, 0.2m, 100m, closed: 0m);
        Assert.Equal((96m, _desk.Now), (new Price(Position.Stop.Stop).Value, Position.OpenedAt));
    }

    /// <summary>What the exchange shows from before the execution is of the position before.</summary>
    [Fact]
    public void Stop_of_an_older_picture_does_not_count()
    {
        var entry = Enter("buy", 0.1, 95);
        Tell(_exchange.Position(0.1m, 98m));
        _desk.Price(100m);
        _desk.Fills(entry, 0.1m, 100m);
        Assert.Equal(95m, new Price(Position.Stop.Stop).Value);
    }

    private void Restart(bool dies)
    {
        if (dies)
        {
            var trades = _desk.Trades;
            _desk = _desk.Restarted(out _);
            _desk.Trades.AddRange(trades);
            _exchange = new ShownAccount(_desk);
        }
    }

    private void Tell(ExchangeReport report)
    {
        _desk.Requests.Clear();
        _desk.Tell(new Reported([report]) { At = _desk.Now });
    }

    /// <summary>An entry at market that the exchange has taken and filled; its execution is not told yet.</summary>
    private OrderRequest Enter(string action, double quantity, double stop, string how = "flip")
    {
        _desk.Requests.Clear();
        _desk.Price(100m, ("action", action), ("quantity", quantity), ("stop_loss", stop), (how, true));
        var entry = _desk.Placed.Single(p => !p.Request.ReduceOnly).Request;
        _desk.Says(entry, OrderStatus.Filled, (decimal)quantity);
        return entry;
    }
}
