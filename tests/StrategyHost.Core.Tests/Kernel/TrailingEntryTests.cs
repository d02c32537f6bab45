using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>A trailing entry on an exchange that is late or refuses: it enters once, or not at all.</summary>
public sealed class TrailingEntryTests
{
    private readonly KernelDesk _desk = new(trail: TrailMode.Resting);

    private OrderRequest Waiting(params (string Name, object Value)[] more)
    {
        _desk.Price(100m,
        [
            ("action", "buy"), ("quantity", 1), ("type", "trailing_stop"), ("trail_percent", 2), ("stop_loss_percent", 5), ("tag", "t"), .. more,
        ]);
        var entry = _desk.Placed.Single().Request;
        _desk.Says(entry, OrderStatus.Untriggered, 0m);
        return entry;
    }

    [Fact]
    public void Trigger_and_stop_are_amended_in_one_request()
    {
        var entry = Waiting();
        Assert.Equal((102m, 96.9m), (entry.Trigger!.Value.Price.Value, entry.Protection!.StopLoss!.Value.Value));
        _desk.Price(90m);

        var moved = _desk.Requests.OfType<AmendOrder>().Single().Amendment;
        Assert.Equal((91.8m, 87.3m), (moved.TriggerPrice!.Value.Value, moved.StopLoss!.Value.Value));
    }

    [Fact]
    public void Rise_moves_nothing()
    {
        Waiting();
        _desk.Price(101m);
        Assert.Empty(_desk.Requests);
    }

    [Theory]
    [InlineData(RequestKind.Amend, 110092)]
    [InlineData(RequestKind.Place, 110092)]
    public void Refusal_that_says_the_market_has_turned_enters_at_market(RequestKind request, int code)
    {
        var entry = Waiting();
        _desk.Price(90m);
        _desk.Refuses(entry, code, request);
        if (request == RequestKind.Amend)
        {
            Assert.Single(_desk.Requests.OfType<CancelOrder>());
            _desk.Says(entry, OrderStatus.Deactivated, 0m);
        }

        var market = _desk.Placed.Single().Request;
        Assert.Equal((null, Quantity.Of(1m), 85.5m), (market.Trigger, market.Quantity, market.Protection!.StopLoss!.Value.Value));
    }

    [Fact]
    public void Order_that_triggered_before_its_cancel_is_not_entered_twice()
    {
        var entry = Waiting();
        _desk.Price(90m);
        _desk.Refuses(entry, 110092, RequestKind.Amend);
        _desk.Refuses(entry, 110001, RequestKind.Cancel);
        _desk.Fills(entry, 1m, 92m);

        Assert.Empty(_desk.Placed);
        Assert.Equal(Quantity.Of(1m), _desk.Kernel.Main.Plans.Single().Size);
    }

    [Fact]
    public void Part_that_filled_before_the_cancel_is_not_entered_again()
    {
        var entry = Waiting();
        _desk.Price(90m);
        _desk.Refuses(entry, 110092, RequestKind.Amend);
        _desk.Says(entry, OrderStatus.Cancelled, 0.4m); // the fill is on its way
        Assert.Empty(_desk.Placed);
        _desk.Fills(entry, 0.4m, 92m);

        Assert.Equal(Quantity.Of(0.6m), _desk.Placed.Single().Request.Quantity);
    }

    [Fact]
    public void Script_that_cancels_meanwhile_gets_no_entry()
    {
        var entry = Waiting();
        _desk.Price(90m);
        _desk.Refuses(entry, 110092, RequestKind.Amend);
        _desk.Price(90m, ("action", "cancel"), ("order", "t"));
        _desk.Says(entry, OrderStatus.Deactivated, 0m);

        Assert.Empty(_desk.Placed);
        Assert.Empty(_desk.Kernel.Main.Plans);
    }

    [Fact]
    public void Triggered_order_is_let_alone()
    {
        var entry = Waiting();
        _desk.Says(entry, OrderStatus.Triggered, 0m);
        _desk.Price(90m);
        Assert.Empty(_desk.Requests);
    }

    [Fact]
    public void Order_of_unknown_fate_is_let_alone()
    {
        var entry = Waiting();
        _desk.Says(entry, OrderStatus.Unknown, 0m);
        _desk.Price(90m);
        Assert.Empty(_desk.Requests);
    }

    [Fact]
    public void Held_entry_is_sent_at_its_activation_and_not_kept_at_the_end_of_the_run()
    {
        var held = new KernelDesk(trail: TrailMode.Resting);
        (string, object)[] signal =
        [
            ("action", "buy"), ("quantity", 1), ("type", "trailing_stop"), ("trail_percent", 2), ("trail_activation", 95),
            ("stop_loss_percent", 5),
        ];
        held.Price(100m, signal);
        Assert.Empty(held.Requests);
        held.Price(94m);
        Assert.Equal(95.8m, held.Placed.Single().Request.Trigger!.Value.Price.Value);

        var ended = new KernelDesk(trail: TrailMode.Resting);
        ended.Price(100m, signal);
        ended.Tell(new Stopping
        {
            At = ended.Now,
            KeepsEntries = true,
        });
        ended.Price(94m);
        Assert.Empty(ended.Requests);
        Assert.Empty(ended.Kernel.Main.Plans);
    }
}
